"""Bounds what httpx does not bound: the size of a response, the time it takes as a whole, and the time to resolve a name."""

import socket
import threading
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx

from amili._core.engine import Secret, is_loopback, monotonic

ACCEPTED_ENCODING = "gzip"
_KEPT = 5.0  # seconds for which httpx keeps a connection, so that a request needs no new one
_ANY_HEADER = zlib.MAX_WBITS | 32  # of gzip or zlib


class ResponseTooLarge(httpx.DecodingError):
    """The decoded content of a response is larger than allowed."""


class NotResolvedInTime(httpx.ConnectTimeout):
    """The name of the host could not be resolved in time."""


class _Content:
    """The decoded content of one response, while it arrives."""

    def __init__(self, encoding: str, most: int, end: float) -> None:
        self._received, self._most, self._end = Secret(bytearray()), most, end
        self._encoding = encoding.strip().lower() if encoding else ""
        self._decoder: Any = zlib.decompressobj(_ANY_HEADER) if self._encoding not in ("", "identity") else None

    def add(self, raw: bytes) -> None:
        """Take what was received, and no more of it than is allowed."""
        if monotonic() > self._end:
            raise httpx.ReadTimeout("the time allowed for the request is over")
        self._received.reveal().extend(raw if self._decoder is None else self._decoded(raw))
        del raw  # it may hold a token
        if len(self._received.reveal()) > self._most:
            raise ResponseTooLarge(f"larger than the {self._most} bytes that max_response_bytes allows")

    def _decoded(self, raw: bytes) -> bytes:
        if self._encoding not in ("gzip", "x-gzip", "deflate") or self._decoder.eof:
            raise httpx.DecodingError("an encoding that was not asked for, or data after its end")
        try:
            decoded: bytes = self._decoder.decompress(raw, self._most + 1 - len(self._received.reveal()))
            return decoded
        except zlib.error:
            raise httpx.DecodingError("not the encoding that the response names") from None

    def whole(self) -> bytes:
        """Return the content at the end of the response."""
        if self._decoder is not None and self._received.reveal() and not self._decoder.eof:
            raise httpx.DecodingError("the response ended before its content")
        return bytes(self._received.reveal())


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The content of a response as one part, so that a million tiny parts take no memory."""

    def __init__(self, stream: Any, content: _Content) -> None:
        self._stream, self._content = Secret(stream), content  # the stream leads to the request

    def __iter__(self) -> Iterator[bytes]:
        for raw in self._stream.reveal():
            self._content.add(raw)
            del raw
        yield self._content.whole()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for raw in self._stream.reveal():
            self._content.add(raw)
            del raw
        yield self._content.whole()

    def close(self) -> None:
        self._stream.reveal().close()

    async def aclose(self) -> None:
        await self._stream.reveal().aclose()


class _Bounded:
    """What both transports share: `proxied` tells whether there is a proxy, `answered_at` when the last response began."""

    def __init__(self, transport: Any, most: int, proxied: bool) -> None:
        self._transport, self._most = transport, most
        self.proxied, self.answered_at = proxied, float("-inf")

    def _bounded(self, request: Secret[httpx.Request], began: float, response: httpx.Response) -> httpx.Response:
        self.answered_at = monotonic()
        if response.is_stream_consumed:  # made by a test double, which has decoded it
            if len(response.content) > self._most:
                raise ResponseTooLarge(f"larger than the {self._most} bytes that max_response_bytes allows")
            return response
        seconds = request.reveal().extensions.get("timeout", {}).get("read")
        end = float("inf") if seconds is None else began + seconds
        encoding = response.headers.pop("content-encoding") if "content-encoding" in response.headers else ""
        response.stream = _Stream(response.stream, _Content(encoding, self._most, end))
        return response


class BoundedTransport(_Bounded, httpx.BaseTransport):
    """A blocking transport within bounds."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        began = monotonic()
        if began - self.answered_at > _KEPT:
            request.extensions = {"trace": _resolve_in_time, **request.extensions}
        held = Secret(request)
        del request  # it has the key, and this frame may be in the traceback of an exception of somebody else
        return self._bounded(held, began, self._transport.handle_request(held.reveal()))

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class AsyncBoundedTransport(_Bounded, httpx.AsyncBaseTransport):
    """An asynchronous transport within bounds; the event loop resolves names in a thread and bounds them itself."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        began = monotonic()
        held = Secret(request)
        del request
        return self._bounded(held, began, await self._transport.handle_async_request(held.reveal()))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


def _resolve_in_time(event: str, info: Mapping[str, Any]) -> None:
    """Resolve a name before a connection is opened, in a thread, since nothing else ends the resolver in time.

    httpx calls this at each step of a request (its extension `trace`), and then resolves the name once more by itself.
    """
    if not event.endswith("connect_tcp.started") or info["timeout"] is None or _is_address(info["host"]):
        return
    problems: list[OSError] = []

    def resolve() -> None:
        try:
            socket.getaddrinfo(info["host"], info["port"], type=socket.SOCK_STREAM)
        except OSError as problem:
            problems.append(problem)

    thread = threading.Thread(target=resolve, name="amili-resolver", daemon=True)
    thread.start()
    thread.join(info["timeout"])
    if thread.is_alive():
        raise NotResolvedInTime("the name could not be resolved within the time allowed")
    try:
        for problem in problems:
            raise problem
    except OSError as problem:  # httpcore keeps the context of an exception, and not its cause
        raise httpx.ConnectError("the name could not be resolved") from problem


def _is_address(host: str) -> bool:
    return is_loopback(host) or ":" in host or host.replace(".", "").isdigit()
