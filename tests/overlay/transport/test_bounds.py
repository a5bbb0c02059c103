"""A response is bounded in size, decompressed, and in memory while it arrives; cookies are neither kept nor sent."""

import contextlib
import gzip
import json
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from amili import ConfigurationError, DecodeError, NoResponseError, OutcomeUnknownError
from amili_api.api.cases import list_cases
from amili_api.api.invoices import register_invoice
from amili_api.models.invoice_registration import InvoiceRegistration

from tests.overlay.support import Clients, reply
from tests.overlay.transport.test_connections import failure, reason
from tests.overlay.transport.test_sending import ONCE, WHOLE, RawServer, http
from tests.samples import CASE, case, invoice, page

MEGABYTE = 1_000_000
PAGE = json.dumps(page()).encode()
LARGE = r"^the response is larger than the 1000000 bytes that max_response_bytes allows$"


def packed(megabytes: int) -> bytes:
    """Zeros as gzip, made without holding them."""
    packer = zlib.compressobj(wbits=31)
    return b"".join([*(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)), packer.flush()])


BOMB = http(packed(200), more="Content-Encoding: gzip\r\n")


@contextlib.contextmanager
def memory_below(megabytes: float) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < megabytes * MEGABYTE


@pytest.fixture
def raw() -> Iterator[Callable[..., RawServer]]:
    with contextlib.ExitStack() as stack:

        def make(*answers: bytes) -> RawServer:
            return stack.enter_context(contextlib.closing(RawServer(*answers)))

        yield make


def test_a_response_that_unpacks_to_a_giant_is_not_read(clients: Clients, raw: Callable[..., RawServer]) -> None:
    server = raw(BOMB, BOMB)
    amili = clients(server.base_url, max_response_bytes=MEGABYTE)
    with memory_below(4), pytest.raises(DecodeError, match=LARGE) as caught:
        amili.case(CASE)
    assert (caught.value.operation, caught.value.attempts, server.connections) == ("list_cases", 1, 1)  # not read again


def test_the_default_is_32_megabytes(clients: Clients, raw: Callable[..., RawServer]) -> None:
    amili = clients(raw(BOMB).base_url)
    with memory_below(80), pytest.raises(DecodeError, match="larger than the 32000000 bytes"):
        amili.case(CASE)


class Flooding:
    """Answers one connection with chunks of a response for as long as somebody reads."""

    def __init__(self, chunk: bytes) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._chunks = b"%x\r\n%b\r\n" % (len(chunk), chunk) * (MEGABYTE // len(chunk))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                connection.sendall(self._chunks)

    def close(self) -> None:
        self._listening.close()
        self._thread.join(10)


def test_a_response_without_an_end_is_not_read(clients: Clients) -> None:
    with contextlib.closing(Flooding(b"x" * 50_000)) as server:
        amili = clients(server.base_url, max_response_bytes=MEGABYTE, retry=ONCE)
        with memory_below(4), pytest.raises(DecodeError, match=LARGE):
            amili.case(CASE)


class Crumbs(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers with a page of cases in parts of two bytes, among spaces."""

    class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            text = PAGE + b" " * 400_000
            return (text[at : at + 2] for at in range(0, len(text), 2))

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for part in self:
                yield part

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=self.Stream())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=self.Stream())


def test_the_time_of_a_response_begins_with_its_request(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    passed, clock = 0.0, time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda which: clock(which) + passed)

    class Late(Crumbs):
        """Takes 31 seconds until it answers."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal passed
            passed += 31.0
            return super().handle_request(request)

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return self.handle_request(request)

    amili = clients(transport=Late(), timeout=30.0, retry=ONCE)
    assert reason(failure(lambda: amili.cases().count())) == "no response within the time allowed"


def test_a_response_in_tiny_parts_takes_no_more_memory(clients: Clients) -> None:
    amili = clients(transport=Crumbs())
    with memory_below(4):
        assert amili.cases().count() == 0


def test_a_write_whose_response_is_too_large_is_looked_up(clients: Clients, raw: Callable[..., RawServer]) -> None:
    found = page(case(_created="Fri, 31 Dec 2100 00:00:00 GMT"))
    server = raw(BOMB, http(b"{}", status="404 NOT FOUND"), http(json.dumps(found).encode()))
    receipt = clients(server.base_url, max_response_bytes=MEGABYTE).register(invoice())
    assert (receipt.case, receipt.outcome, server.connections) == (CASE, "reconciled", 3)


def test_a_write_and_lookups_that_are_too_large_stay_unknown(clients: Clients) -> None:
    amili = clients.answering(lambda _: reply(b"x" * 11), max_response_bytes=10)
    with pytest.raises(OutcomeUnknownError, match="the lookup failed as well: DecodeError"):
        amili.register(invoice(), deadline=0.1)


def test_a_response_of_exactly_that_size_is_read(clients: Clients, raw: Callable[..., RawServer]) -> None:
    for answer in (http(PAGE), http(gzip.compress(PAGE), more="Content-Encoding: gzip\r\n")):
        assert clients(raw(answer).base_url, max_response_bytes=len(PAGE)).cases().count() == 0
        with pytest.raises(DecodeError, match="larger than"):
            clients(raw(answer).base_url, max_response_bytes=len(PAGE) - 1).cases().count()


def test_headers_are_bounded_by_the_http_library(clients: Clients, raw: Callable[..., RawServer]) -> None:
    amili = clients(raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10 * MEGABYTE).base_url, retry=ONCE)
    with memory_below(2):
        assert failure(lambda: amili.case(CASE)).temporary


def test_the_generated_client_is_bounded_too(raw: Callable[..., RawServer]) -> None:
    clients = Clients("sync")
    server = raw(BOMB, BOMB)
    amili = clients(server.base_url, max_response_bytes=MEGABYTE)
    with memory_below(4), pytest.raises(DecodeError, match="larger than"):
        list_cases.sync(client=amili.api)
    with memory_below(4), pytest.raises(OutcomeUnknownError, match="larger than"):
        register_invoice.sync(
            client=amili.api, body=InvoiceRegistration.from_dict(json.loads(json.dumps(invoice(), default=str)))
        )
    clients.close()


def test_a_token_response_that_is_too_large_is_told_at_once(clients: Clients, raw: Callable[..., RawServer]) -> None:
    from amili import AuthTokenProvider

    server = raw(BOMB, BOMB)
    amili = clients(server.base_url, AuthTokenProvider.from_api_code("code"), max_response_bytes=MEGABYTE)
    problem = failure(lambda: amili.case(CASE))
    assert "no token: no response from" in str(problem)
    assert (problem.temporary, server.connections) == (False, 1)


@pytest.mark.parametrize("most", [0, -1, 1.5, True, "32", None])
def test_a_limit_that_is_none_is_refused(clients: Clients, most: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_response_bytes must be an integer of at least 1"):
        clients(max_response_bytes=most)


ENCODED: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", gzip.compress(PAGE)),
    "x-gzip": ("X-GZIP", gzip.compress(PAGE)),
    "deflate": ("deflate", zlib.compress(PAGE)),
    "identity": ("identity", PAGE),
}


@pytest.mark.parametrize(("encoding", "body"), ENCODED.values(), ids=ENCODED)
def test_a_compressed_response_is_read(clients: Clients, raw: Callable[..., RawServer], encoding: str, body: bytes) -> None:
    server = raw(http(body, more=f"Content-Encoding: {encoding}\r\n"))
    assert clients(server.base_url, retry=ONCE).cases().count() == 0


BROKEN: dict[str, tuple[str, bytes]] = {
    "cut short": ("gzip", gzip.compress(PAGE)[:-9]),
    "more behind it": ("gzip", gzip.compress(PAGE)),
    "another": ("br", b"x"),
    "two": ("gzip, gzip", gzip.compress(gzip.compress(PAGE))),
    "none": ("gzip", PAGE),
}


@pytest.mark.parametrize(("encoding", "body"), BROKEN.values(), ids=BROKEN)
def test_a_response_that_can_not_be_decompressed_is_read_again(
    clients: Clients, raw: Callable[..., RawServer], encoding: str, body: bytes, request: pytest.FixtureRequest
) -> None:
    coded = f"Content-Encoding: {encoding}\r\n"
    if "more behind it" in request.node.name:
        parts = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body, b"more")) + b"0\r\n\r\n"
        broken = f"HTTP/1.1 200 OK\r\n{coded}Transfer-Encoding: chunked\r\n\r\n".encode() + parts
    else:
        broken = http(body, more=coded)
    assert (
        reason(failure(lambda: clients(raw(broken).base_url, retry=ONCE).case(CASE))) == "the response could not be decompressed"
    )
    assert clients(raw(broken, WHOLE).base_url).cases().count() == 0


def test_an_empty_response_needs_no_decompression(clients: Clients, raw: Callable[..., RawServer]) -> None:
    with pytest.raises(DecodeError):
        clients(raw(http(b"", more="Content-Encoding: gzip\r\n")).base_url, retry=ONCE).case(CASE)


def test_only_what_can_be_bounded_is_asked_for_and_no_cookie_is_kept(clients: Clients) -> None:
    seen: list[httpx.Headers] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return reply(page(), set_cookie=f"session-{len(seen)}=secret; Path=/")

    amili = clients.answering(handler)
    for _ in range(3):
        amili.cases().count()
    if clients.kind == "sync":
        list_cases.sync(client=amili.api)
    assert {headers["accept-encoding"] for headers in seen} == {"gzip"}
    assert not any("cookie" in headers for headers in seen)


def test_a_time_limit_ends_the_generated_client_too() -> None:
    from tests.overlay.transport.test_sending import BODY, Dripping

    clients = Clients("sync")
    server = Dripping(BODY)
    amili = clients(server.base_url, timeout=0.1)
    with pytest.raises(NoResponseError, match="no response within the time allowed"):
        list_cases.sync(client=amili.api)
    clients.close()
    server.close()
