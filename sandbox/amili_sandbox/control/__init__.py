"""The routes under `/_sandbox/`, and who may use them."""

from amili_sandbox.control.guard import HostGuard
from amili_sandbox.control.routes import Control

__all__ = ["Control", "HostGuard"]
