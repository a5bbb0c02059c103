"""One stand-in: its state, the application that answers, and the log of requests."""

from amili_sandbox.server.sandbox import Sandbox

__all__ = ["Sandbox"]
