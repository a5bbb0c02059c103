"""The network under both clients: nothing of the HTTP library reaches a caller, and a pool outlives whatever happens in it."""

import asyncio
import contextlib
import inspect
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import (
    Amili,
    AmiliError,
    ApiError,
    AsyncAmili,
    ConfigurationError,
    DecodeError,
    NoResponseError,
    OutcomeUnknownError,
    Retry,
    ServerError,
    where,
)

from tests.overlay.support import QUICK, Clients, reply
from tests.samples import CASE, PERSONAL_NUMBER, case, invoice, page
from tests.virtual_time import BASE_URL

ONCE = Retry(attempts=1, base=0.001, cap=0.001, settle=0.0)
EXCEPTIONS = sorted(
    (
        kind
        for kind in vars(httpx).values()
        if inspect.isclass(kind)
        and issubclass(kind, httpx.HTTPError | httpx.InvalidURL)
        and kind not in (httpx.HTTPError, httpx.HTTPStatusError, httpx.RequestError)
    ),
    key=lambda kind: kind.__name__,
)
NOT_SENT = {"ConnectError", "ConnectTimeout", "InvalidURL", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}


def raising(kind: type[Exception]) -> Callable[[httpx.Request], httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        raise kind(f"secret {request.url} {PERSONAL_NUMBER}")

    return handler


def chain(problem: BaseException | None) -> Iterator[BaseException]:
    """An exception with all that a traceback would print before it."""
    while problem is not None:
        yield problem
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)


@pytest.mark.parametrize("kind", EXCEPTIONS, ids=lambda kind: kind.__name__)
def test_no_exception_of_the_http_library_reaches_a_reader(clients: Clients, kind: type[Exception]) -> None:
    amili = clients.answering(raising(kind), retry=ONCE)
    for ask in (
        lambda: amili.case(CASE),
        lambda: list(amili.cases()),
        lambda: amili.cases().count(),
        lambda: amili.cases().first(),
    ):
        with pytest.raises(NoResponseError, match=r"^list_cases: no response from amili\.test: ") as caught:
            ask()
        for problem in chain(caught.value):
            assert type(problem).__module__ == "amili"
            assert PERSONAL_NUMBER not in f"{problem}{problem!r}"
            assert "secret" not in f"{problem}{problem!r}"


@pytest.mark.parametrize("kind", EXCEPTIONS, ids=lambda kind: kind.__name__)
def test_a_writer_is_told_that_nothing_was_written_or_that_it_is_not_known(clients: Clients, kind: type[Exception]) -> None:
    amili = clients.answering(raising(kind), retry=ONCE)
    wanted = NoResponseError if kind.__name__ in NOT_SENT else OutcomeUnknownError
    with pytest.raises(wanted) as caught:
        amili.register(invoice(), deadline=0.05)
    assert caught.value.operation == "register_invoice"
    for problem in chain(caught.value):
        assert type(problem).__module__ == "amili"
    if wanted is NoResponseError:
        assert str(caught.value).endswith("; nothing was written")


@pytest.mark.parametrize("kind", [RuntimeError, TypeError, UnicodeError, OSError, OverflowError], ids=lambda kind: kind.__name__)
def test_what_is_no_error_of_the_http_library_passes_through_at_once(
    clients: Clients, kind: type[Exception], tmp_path: Path
) -> None:
    sent = list[httpx.Request]()

    def fail(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        raise kind("ours")

    amili = clients.answering(fail, journal=tmp_path / "journal.sqlite")
    asks: list[Callable[[], Any]] = [lambda: amili.case(CASE), lambda: amili.register(invoice())]
    for ask in asks:
        with pytest.raises(kind, match="ours"):
            ask()
    assert len(sent) == 2
    assert [write.operation for write in amili.pending()] == ["register_invoice"]  # a write that was cut off


def test_what_interrupts_a_lookup_passes_through_and_leaves_the_write_pending(clients: Clients, tmp_path: Path) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise httpx.ReadTimeout("lost")
        raise LookupError("a time limit of the caller")

    amili = clients.answering(handler, journal=tmp_path / "journal.sqlite")
    with pytest.raises(LookupError, match="a time limit of the caller"):
        amili.register(invoice())
    assert len(amili.pending()) == 1


@pytest.mark.parametrize("status", [200, 201, 500, 404, 302])
@pytest.mark.parametrize("body", [b"", b"<html><h1>Bad Gateway</h1></html>", b"\xff", b"null", b"[]"], ids=repr)
def test_whatever_comes_back_is_an_error_of_this_library(clients: Clients, status: int, body: bytes) -> None:
    amili = clients.answering(lambda _: httpx.Response(status, content=body), retry=ONCE)
    asks: list[Callable[[], Any]] = [lambda: amili.case(CASE), lambda: amili.register(invoice(), deadline=0.05)]
    for ask in asks:
        with pytest.raises(AmiliError):
            ask()


@pytest.mark.parametrize("status", [500, 502, 503, 520, 561, 599])
def test_any_5xx_is_a_server_error_after_a_reader_has_tried_enough(clients: Clients, status: int) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return httpx.Response(status)

    with pytest.raises(ServerError) as caught:
        clients.answering(handler).case(CASE)
    assert (caught.value.status, caught.value.attempts, len(asked)) == (status, 4, 4)


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
def test_a_redirect_is_not_followed(clients: Clients, status: int) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(status, headers={"Location": "https://elsewhere.test/v2"})

    with pytest.raises(ApiError) as caught:
        clients.answering(handler).case(CASE)
    assert caught.value.status == status
    assert ("elsewhere.test/v2, which is not followed" in str(caught.value)) is (status != 304)
    assert len(asked) == 1


@pytest.mark.parametrize("item", [None, "a case", []])
def test_a_page_with_an_item_that_is_no_case_is_refused_rather_than_shortened(clients: Clients, item: Any) -> None:
    amili = clients.answering(lambda _: reply({**page(case()), "_items": [case(), item]}))
    with pytest.raises(DecodeError, match="items of CasePage can't be read: the response has an array there") as caught:
        list(amili.cases())
    assert (caught.value.path, caught.value.attempts, caught.value.operation) == ("/_items", 1, "list_cases")


class RawServer:
    """Answers each connection with these bytes, then closes it; b'' closes without a word."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = iter(answers)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.connections = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        for answer in self._answers:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            with connection, contextlib.suppress(OSError):  # the client may have seen enough
                connection.recv(65536)
                connection.sendall(answer)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)


@pytest.fixture
def raw() -> Iterator[Callable[..., RawServer]]:
    made: list[RawServer] = []

    def make(*answers: bytes) -> RawServer:
        made.append(RawServer(*answers))
        return made[-1]

    yield make
    for server in made:
        server.close()


def http(body: bytes, *, length: int | None = None, status: str = "200 OK", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body) if length is None else length}\r\n"
    return f"{head}{more}Connection: close\r\n\r\n".encode() + body


WHOLE = http(b'{"_items": [], "_meta": {"page": 1, "max_results": 25, "total": 0}}')
BROKEN = {
    "cut short": WHOLE[:-20],
    "cut in the head": WHOLE[:30],
    "closed without a word": b"",
    "no http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "wrong length": http(b"{}", length=500),
    "broken compression": http(b"not gzip", more="Content-Encoding: gzip\r\n"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_response_that_breaks_off_is_read_again(clients: Clients, raw: Callable[..., RawServer], broken: bytes) -> None:
    server = raw(broken, WHOLE)
    assert clients(server.base_url).cases().count() == 0
    assert server.connections == 2


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_write_whose_response_breaks_off_is_looked_up_and_not_sent_blindly(
    clients: Clients, raw: Callable[..., RawServer], broken: bytes
) -> None:
    found = page(case(_created="Fri, 31 Dec 2100 00:00:00 GMT"))
    no_list = http(b"{}", status="404 NOT FOUND")
    server = raw(broken, no_list, http(json.dumps(found).encode()))
    receipt = clients(server.base_url).register(invoice())
    assert (receipt.case, receipt.outcome) == (CASE, "reconciled")
    assert server.connections == 3


@pytest.mark.parametrize(("seconds", "connect", "pool"), [(30.0, 5.0, 27.0), (2.0, 1.8, 1.8)])
def test_what_comes_before_a_request_is_sent_ends_before_its_time(
    clients: Clients, seconds: float, connect: float, pool: float
) -> None:
    seen: list[dict[str, float]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return reply(page())

    clients.answering(handler, timeout=seconds).cases().count()
    assert seen == [{"connect": connect, "read": seconds, "write": seconds, "pool": pool}]


def test_a_request_names_this_library_and_what_it_reads(clients: Clients) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply(page())

    clients.answering(handler).cases(where.customer_name == "Test Person").count()
    assert seen[0].headers["user-agent"].startswith("amili-python/")
    assert seen[0].headers["accept"] == "application/json"
    assert dict(seen[0].url.params) == {
        "where": '{"customer_name":"Test Person"}',
        "sort": "_id",
        "page": "1",
        "max_results": "1",
    }


def test_no_log_line_of_any_library_holds_the_values_of_a_query(clients: Clients, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    amili = clients.answering(lambda _: reply(page()))
    amili.cases(where.customer_id_number == PERSONAL_NUMBER).count()
    said = {record.name: record.getMessage() for record in caplog.records}
    assert "amili" in said
    assert "https://amili.test/cases" in said["httpx"]
    for text in (PERSONAL_NUMBER, "customer_id_number", "a-token"):
        assert text not in caplog.text


def test_the_real_connections_of_the_http_library_are_as_quiet(
    clients: Clients, raw: Callable[..., RawServer], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clients(raw(WHOLE).base_url).cases(where.customer_id_number == PERSONAL_NUMBER).count()
    assert {"amili", "httpx", "httpcore.http11"} <= {record.name for record in caplog.records}
    for text in (PERSONAL_NUMBER, "customer_id_number", "a-token"):
        assert text not in caplog.text


def test_the_generated_client_of_ours_is_as_quiet(caplog: pytest.LogCaptureFixture) -> None:
    from amili_api.api.cases import list_cases

    caplog.set_level(logging.DEBUG)
    with Amili(BASE_URL, "a-token", transport=httpx.MockTransport(lambda _: reply(page()))) as amili:
        answered = list_cases.sync_detailed(client=amili.api, where=f'{{"customer_id_number":"{PERSONAL_NUMBER}"}}')
    assert answered.status_code == 200
    assert "httpx" in {record.name for record in caplog.records}
    assert PERSONAL_NUMBER not in caplog.text


def test_somebody_elses_requests_are_logged_as_they_were(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "httpx")
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as other:
        other.get("http://elsewhere.test/?page=7")
    logging.getLogger("httpx").info("no arguments")
    logging.getLogger("httpx").info("%(named)s", {"named": "x"})
    assert "http://elsewhere.test/?page=7" in caplog.text


def test_a_body_is_not_logged(clients: Clients, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    amili = clients.answering(
        lambda _: httpx.Response(422, json={"_issues": {"customer.id_number": f"value '{PERSONAL_NUMBER}'"}})
    )
    with pytest.raises(ApiError) as caught:
        amili.register(invoice())
    assert PERSONAL_NUMBER not in caplog.text
    assert PERSONAL_NUMBER not in f"{caught.value}{caught.value!r}{caught.value.args}"


def test_a_plan_that_sleeps_or_works_on_a_file_does_not_block_the_loop(tmp_path: Any) -> None:
    ticks = 0

    async def main() -> None:
        nonlocal ticks

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0)

        answers = iter([httpx.Response(503), reply({"_id": CASE, "_case": CASE}, 201)])
        handler = httpx.MockTransport(lambda request: next(answers) if request.method == "POST" else reply(page()))
        ticking = asyncio.create_task(tick())
        async with AsyncAmili(
            BASE_URL, "t", retry=QUICK, quota="off", transport=handler, journal=tmp_path / "journal.sqlite"
        ) as amili:
            assert (await amili.register(invoice())).case == CASE
        ticking.cancel()

    asyncio.run(main())
    assert ticks > 3


def test_a_plan_that_sleeps_does_so_on_the_blocking_client_too(clients: Clients) -> None:
    answers = iter([httpx.Response(503), reply(page())])
    assert clients.answering(lambda _: next(answers)).cases().count() == 0


class Dripping:
    """Answers one connection with these bytes and then with one more every few milliseconds, for as long as somebody reads."""

    def __init__(self, begin: bytes) -> None:
        self._begin, self._stop = begin, threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(self._begin)
            while not self._stop.wait(0.002):
                connection.sendall(b" ")

    def close(self) -> None:
        self._stop.set()
        self._thread.join(10)
        self._listening.close()


BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


def test_a_response_that_drips_is_bounded_as_a_whole(clients: Clients) -> None:
    server = Dripping(BODY)
    try:
        with pytest.raises(NoResponseError, match="no response within the time allowed"):
            clients(server.base_url, timeout=0.1, retry=ONCE).case(CASE)
    finally:
        server.close()


def test_a_deadline_bounds_a_response_that_drips(clients: Clients) -> None:
    server = Dripping(BODY)
    try:
        with pytest.raises(NoResponseError, match="no response within the time allowed"):
            clients(server.base_url, retry=ONCE).case(CASE, deadline=0.1)
    finally:
        server.close()


READINGS: dict[str, Callable[[Any], Any]] = {
    "iterating": lambda amili: list(amili.cases(deadline=0.1)),
    "ahead": lambda amili: list(amili.cases(deadline=0.1, prefetch=True)),
    "count": lambda amili: amili.cases(deadline=0.1).count(),
    "first": lambda amili: amili.cases(deadline=0.1).first(),
}


@pytest.mark.parametrize("read", READINGS.values(), ids=READINGS)
def test_a_deadline_bounds_each_page_of_cases(clients: Clients, read: Callable[[Any], Any]) -> None:
    server = Dripping(BODY)
    try:
        with pytest.raises(NoResponseError, match="no response within the time allowed"):
            read(clients(server.base_url, retry=ONCE))
    finally:
        server.close()


def test_without_asyncio_the_asynchronous_client_says_so_at_its_first_call() -> None:
    amili = AsyncAmili(BASE_URL, "t", transport=httpx.MockTransport(lambda _: reply(page())))
    calls: tuple[Any, ...] = (
        amili.case(CASE),
        amili.register(invoice()),
        amili.cases().count(),
        amili.cases(prefetch=True).pages().__anext__(),
    )
    for call in calls:
        with pytest.raises(ConfigurationError, match="AsyncAmili needs asyncio; under trio use Amili in a thread"):
            call.send(None)
