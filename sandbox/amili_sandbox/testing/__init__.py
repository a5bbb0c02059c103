"""Starting a stand-in from a program or a test, and controlling it."""

from amili_sandbox.testing.process import SandboxProcess, send_control

__all__ = ["SandboxProcess", "send_control"]
