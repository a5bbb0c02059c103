"""The network below httpx on the blocking client, which asks before each step how much time its request has left.

httpx bounds each read, so a reply whose headers or body drip in, each part in time, would take for ever. asyncio has a timeout
for this; a thread has none.
"""

import socket
from collections.abc import Mapping
from typing import Any

import httpcore

from amili._core.transport.deadline import left


def bound(transport: Any, mounts: Mapping[Any, Any]) -> None:
    """Make the transports of httpx heed the deadline; it has no option for it. Other transports keep to their own rules."""
    for each in (transport, *mounts.values()):
        pool = getattr(each, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if isinstance(backend, httpcore.NetworkBackend) and not isinstance(backend, _Backend):
            pool._network_backend = _Backend(backend)  # type: ignore[union-attr]


def _allowed(timeout: float | None, problem: type[Exception]) -> float | None:
    seconds = left()
    if seconds <= 0:
        raise problem("the time allowed for the request is over")
    return timeout if seconds == float("inf") else min(seconds if timeout is None else timeout, seconds)


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as problem:
        raise httpcore.ConnectError(str(problem)) from problem
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline of the request that is on it."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream, self.close, self.get_extra_info = stream, stream.close, stream.get_extra_info  # type: ignore[method-assign]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _allowed(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _allowed(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _allowed(timeout, httpcore.ConnectTimeout)))


class _Backend(httpcore.NetworkBackend):
    """Makes such connections."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend, self.sleep = backend, backend.sleep  # type: ignore[method-assign]

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *rest: Any, **options: Any
    ) -> httpcore.NetworkStream:
        """Try each address of a host in its own time, as long as the request has any left."""
        problem: Exception = httpcore.ConnectError(f"no address of {host}")
        for address in _addresses(host, port):
            try:
                return _Stream(
                    self._backend.connect_tcp(address, port, _allowed(timeout, httpcore.ConnectTimeout), *rest, **options)
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
        raise problem

    def connect_unix_socket(self, path: str, timeout: float | None = None, *rest: Any, **options: Any) -> httpcore.NetworkStream:
        allowed = _allowed(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_unix_socket(path, allowed, *rest, **options))
