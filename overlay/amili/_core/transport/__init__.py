"""The only package that uses httpx, besides `_auth/httpx_auth`: clients, request deadlines, and the runner of effects."""

from amili._core.transport.clients import (
    MAX_RESPONSE_BYTES,
    AsyncClient,
    BlockingClient,
    Bounds,
    async_client,
    can_reopen,
    client,
)
from amili._core.transport.runner import arun, run

__all__ = [
    "MAX_RESPONSE_BYTES",
    "AsyncClient",
    "BlockingClient",
    "Bounds",
    "arun",
    "async_client",
    "can_reopen",
    "client",
    "run",
]
