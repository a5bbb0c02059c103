"""A client library for accessing Visma Amili invoice flow"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import AuthenticatedClient, Client


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(".client", __name__), name)
    return value


__all__ = (
    "AuthenticatedClient",
    "Client",
)
