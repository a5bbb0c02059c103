"""`on_request=`: a function of the caller is told of every attempt, of no value, and can't make a call fail."""

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, AuthTokenProvider, ConfigurationError, NoResponseError, RequestAttempt, Retry, where
from amili._core.engine import NoResponse, send_with_retries
from amili._core.operations import list_request
from amili_api.api.cases import list_cases
from amili_sandbox.testing import SandboxProcess

from tests.overlay.support import QUICK, Clients, answer, play, reply
from tests.samples import CASE, PERSONAL_NUMBER, case, invoice, page
from tests.virtual_time import BASE_URL, Clock, context

RECEIPT = {"_id": "a" * 24, "_case": CASE, "_status": "OK"}
BY_PERSON = where.customer_id_number == PERSONAL_NUMBER


def short(attempts: list[RequestAttempt]) -> list[tuple[str, str, int | str | None, int]]:
    """Operation and path, method, status or reason, and number of each attempt."""
    return [(f"{each.operation} {each.path}", each.method, each.status or each.reason, each.attempt) for each in attempts]


def scripted(*outcomes: httpx.Response | BaseException) -> Callable[[httpx.Request], httpx.Response]:
    """A server with these responses, or failures, one after the other."""
    script: Iterator[httpx.Response | BaseException] = iter(outcomes)

    def handler(_: httpx.Request) -> httpx.Response:
        outcome = next(script)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return handler


def test_an_attempt_has_its_time_and_the_wait_before_it() -> None:
    clock, told = Clock(), list[RequestAttempt]()
    rules = dataclasses.replace(context(clock), observers=(lambda attempt, _: told.append(attempt),))

    def slow(_: Any) -> Any:
        clock.seconds += 0.25
        return NoResponse(True, "timeout")

    flow = send_with_retries(rules, list_request(BY_PERSON), rules.budget())
    play(flow, slow, answer(200, page()), clock=clock, waits=(2.0, 0.0, 0.125, 0.0))
    common = {"operation": "list_cases", "method": "GET", "path": "/cases"}
    assert told == [
        RequestAttempt(**common, status=None, reason="timeout", seconds=0.25, attempt=1, wait=2.0),
        RequestAttempt(**common, status=200, reason=None, seconds=0.0, attempt=2, wait=0.625),
    ]
    with pytest.raises(dataclasses.FrozenInstanceError):
        told[0].status = 200  # type: ignore[misc]


def test_pauses_of_a_lookup_and_of_a_page_of_a_proxy_are_waits_too(clients: Clients) -> None:
    told, rules = list[RequestAttempt](), Retry(attempts=2, base=0.001, cap=0.001, settle=0.001)
    pages = [reply(page()) for _ in range(7)]
    server = scripted(reply(b"<html>"), pages[0], httpx.ReadTimeout("lost"), *pages[1:6], reply(RECEIPT, 201), pages[6])
    amili = clients.answering(server, retry=rules, on_request=told.append)
    assert amili.cases().count() == 0
    assert [each.wait > 0 for each in told] == [False, True]
    amili.register(invoice())
    assert short(told[2:]) == [
        ("register_invoice /invoice-registration", "POST", "no response within the time allowed", 1),
        ("list_registrations /invoice--registrations", "GET", 200, 1),
        *[("list_cases /cases", "GET", 200, 1)] * 4,
        ("register_invoice /invoice-registration", "POST", 201, 2),
        ("list_cases /cases", "GET", 200, 1),
    ]
    assert [each.wait > 0 for each in told[2:]] == [False, False, False, True, True, True, False, False]


def test_token_requests_lookups_and_other_requests_are_told(clients: Clients, sandbox: SandboxProcess) -> None:
    told, provider = list[RequestAttempt](), AuthTokenProvider.from_api_code(sandbox.api_code)
    amili = clients(sandbox.base_url, provider, on_request=told.append)
    receipt = amili.register(invoice() | {"account": sandbox.account, "creditor": sandbox.creditor})
    amili.credit(receipt, Decimal(1))
    options: dict[str, Any] = {"where": '{"customer_id_number": "' + PERSONAL_NUMBER + '"}', "client": amili.api}
    found: Any = list_cases.sync(**options) if clients.kind == "sync" else amili._runner.run(list_cases.asyncio(**options))
    assert len(found.items) == 1
    assert short(told) == [
        ("authenticate /authenticates/api-code", "POST", 200, 1),
        ("register_invoice /invoice-registration", "POST", 201, 1),
        ("list_cases /cases", "GET", 200, 1),
        ("credit_case /creditor-crediting", "POST", 201, 1),
        ("api /cases", "GET", 200, 1),
    ]
    assert all(each.seconds > 0 and each.wait == 0 for each in told)
    assert PERSONAL_NUMBER not in repr(told)
    assert sandbox.api_code not in repr(told)


def asked(amili: Any, clients: Clients) -> Any:
    """A request with the HTTP client of the generated client."""
    if clients.kind == "sync":
        return amili.api.get_httpx_client().request("GET", "/cases?where=1")
    return amili._runner.run(amili.api.get_async_httpx_client().request("GET", "/cases?where=1"))


def test_a_request_of_the_generated_client_is_told_with_each_of_its_attempts(clients: Clients) -> None:
    told, tokens = list[RequestAttempt](), AuthTokenProvider.from_api_code("a-code")
    server = scripted(reply({"token": "t1"}), reply({}, 401), reply({"token": "t2"}), reply(page()), httpx.ReadError("x"))
    amili = clients(f"{BASE_URL}/v2/", tokens, transport=httpx.MockTransport(server), on_request=told.append)
    assert asked(amili, clients).status_code == 200
    with pytest.raises(NoResponseError):
        asked(amili, clients)
    assert short(told) == [
        ("authenticate /authenticates/api-code", "POST", 200, 1),
        ("api /cases", "GET", 401, 1),
        ("authenticate /authenticates/api-code", "POST", 200, 1),
        ("api /cases", "GET", 200, 2),
        ("api /cases", "GET", "no response", 1),
    ]


def test_waiting_for_the_quota_counts_for_a_request_of_the_generated_client(clients: Clients) -> None:
    from amili import Quota

    class Slow(Quota):
        waits = iter((0.001, 0.0))

        def try_acquire(self) -> float:
            return next(self.waits)

    told = list[RequestAttempt]()
    asked(clients.answering(scripted(reply(page())), quota=Slow(), on_request=told.append), clients)
    assert [each.wait for each in told] == [0.001]


def test_an_error_of_the_function_does_not_hide_the_outcome_of_a_write(
    clients: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(attempt: RequestAttempt) -> None:
        raise ValueError(f"{attempt.path}: {PERSONAL_NUMBER}")

    caplog.set_level(logging.WARNING, "amili")
    amili = clients.answering(scripted(reply(RECEIPT, 201)), on_request=broken)
    assert amili.register(invoice()).outcome == "created"
    assert caplog.messages == ["register_invoice: an observer of requests raised ValueError"]
    assert caplog.records[0].exc_info is None


def test_what_ends_the_program_passes_through(clients: Clients) -> None:
    def ends(_: RequestAttempt) -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        clients.answering(scripted(reply(page())), on_request=ends).cases().count()


def test_an_attempt_that_ctrl_c_cuts_off_is_told() -> None:
    told = list[RequestAttempt]()
    transport = httpx.MockTransport(scripted(KeyboardInterrupt()))
    amili = Amili(BASE_URL, "token", quota="off", retry=QUICK, transport=transport, on_request=told.append)
    with amili, pytest.raises(KeyboardInterrupt):
        amili.case(CASE)
    assert short(told) == [("list_cases /cases", "GET", "the call was cut off", 1)]


def test_an_attempt_of_a_cancelled_task_is_told() -> None:
    told = list[RequestAttempt]()

    async def cancelled() -> None:
        sent = asyncio.Event()

        async def never(_: httpx.Request) -> httpx.Response:
            sent.set()
            await asyncio.Event().wait()
            raise AssertionError

        transport = httpx.MockTransport(never)
        async with AsyncAmili(BASE_URL, "token", quota="off", transport=transport, on_request=told.append) as amili:
            task = asyncio.ensure_future(amili.case(CASE))
            await sent.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(cancelled())
    assert short(told) == [("list_cases /cases", "GET", "the call was cut off", 1)]


def test_only_a_plain_function_is_taken(clients: Clients) -> None:
    async def coroutine(_: RequestAttempt) -> None: ...

    for wrong in ("print", coroutine):
        with pytest.raises(ConfigurationError, match=r"^on_request must be a plain function that takes a RequestAttempt"):
            clients(on_request=wrong)
    clients.answering(scripted(reply(page(case()))), on_request=None).case(CASE)
