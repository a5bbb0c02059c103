"""The only room that knows httpx: clients, the deadline of a request, and the runner that carries effects out."""

from amili._core.transport.clients import AsyncClient, BlockingClient, async_client, can_reopen, client
from amili._core.transport.runner import arun, run

__all__ = [
    "AsyncClient",
    "BlockingClient",
    "arun",
    "async_client",
    "can_reopen",
    "client",
    "run",
]
