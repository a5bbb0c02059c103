"""The routes under `/_sandbox/`."""

from amili_sandbox.control.routes import Control

__all__ = ["Control"]
