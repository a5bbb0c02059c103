"""Where `SandboxProcess` was before it moved to `amili_sandbox.testing`."""

from amili_sandbox.testing import SandboxProcess

__all__ = ["SandboxProcess"]
