"""Starting a stand-in from a program or a test, controlling it, and keeping it open."""

from amili_sandbox.testing.keeping import address_to_look_at, wait_for_enter
from amili_sandbox.testing.process import SandboxProcess, send_control

__all__ = ["SandboxProcess", "address_to_look_at", "send_control", "wait_for_enter"]
