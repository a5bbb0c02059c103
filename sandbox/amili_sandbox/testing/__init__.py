"""Starting a stand-in from a program or a test, and controlling it."""

from amili_sandbox.testing.process import SandboxProcess

__all__ = ["SandboxProcess"]
