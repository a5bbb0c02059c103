"""Tokens on the wire, under both clients: one renewal in flight, one renewal and one retry after a 401, no stampede."""

import asyncio
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import (
    Amili,
    AmiliError,
    ApiError,
    AsyncAmili,
    AuthenticationError,
    AuthTokenProvider,
    ConfigurationError,
    CreditorCancellation,
    NoResponseError,
    OutcomeUnknownError,
    Quota,
    Retry,
    ServerError,
)
from amili._core.engine import Join, NoResponse, Send
from amili_sandbox.testing import SandboxProcess

from tests.overlay.auth.test_keys import KEYS, pem
from tests.overlay.support import QUICK, Clients, answer, reply
from tests.samples import CASE, invoice, page
from tests.virtual_time import BASE_URL, Clock, context

EXCHANGE = "/authenticates/api-code"
ONCE = Retry(attempts=1, base=0.001, cap=0.001, settle=0.0)


class TokenServer:
    """A server that gives out numbered tokens and remembers what it was asked; `good` tells which tokens it takes."""

    def __init__(self, *, good: Callable[[str], bool] = lambda token: True) -> None:
        self.good, self.exchanges, self.calls = good, 0, 0
        self.failing: Iterator[httpx.Response | Exception] = iter(())

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == EXCHANGE:
            self.exchanges += 1
            number = self.exchanges
            failure = next(self.failing, None)
            if isinstance(failure, Exception):
                raise failure
            return failure or reply({"token": f"token-{number}"})
        self.calls += 1
        refusal = {"_status": "ERR", "_error": {"code": 401, "message": "no"}}
        return reply(page()) if self.good(request.headers["x-api-key"]) else reply(refusal, 401)


def code(**options: Any) -> AuthTokenProvider:
    return AuthTokenProvider.from_api_code("s3cret-code", **options)


def test_one_token_serves_many_calls(clients: Clients) -> None:
    server = TokenServer()
    amili = clients.answering(server, auth=code())
    for _ in range(3):
        assert amili.cases().count() == 0
    assert (server.exchanges, server.calls) == (1, 3)


def test_a_token_is_renewed_before_it_ends(clients: Clients) -> None:
    server, clock = TokenServer(), Clock()
    amili = clients.answering(server, auth=code(lifetime=600.0, margin=60.0, clock=clock))
    amili.cases().count()
    clock.seconds += 539
    amili.cases().count()
    assert server.exchanges == 1
    clock.seconds += 2
    amili.cases().count()
    assert server.exchanges == 2


def test_after_a_401_there_is_one_renewal_and_one_retry(clients: Clients) -> None:
    server = TokenServer(good=lambda token: token != "token-1")
    amili = clients.answering(server, auth=code())
    assert amili.cases().count() == 0
    assert (server.exchanges, server.calls) == (2, 2)


def test_a_401_after_a_renewal_is_the_callers(clients: Clients) -> None:
    server = TokenServer(good=lambda token: False)
    amili = clients.answering(server, auth=code())
    with pytest.raises(AuthenticationError, match="list_cases failed with 401") as caught:
        amili.cases().count()
    assert (server.exchanges, server.calls) == (2, 2)
    assert caught.value.operation == "list_cases"


def test_a_401_to_a_fixed_token_is_the_callers_at_once(clients: Clients) -> None:
    server = TokenServer(good=lambda token: False)
    with pytest.raises(AuthenticationError):
        clients.answering(server, auth="fixed").cases().count()
    assert (server.exchanges, server.calls) == (0, 1)


def test_a_refused_credential_is_an_authentication_error_and_is_not_tried_again(clients: Clients) -> None:
    server = TokenServer()
    server.failing = iter([reply({"_error": {"code": 401, "message": "no"}}, 401)])
    amili = clients.answering(server, auth=code())
    with pytest.raises(AuthenticationError, match="authenticate failed with 401") as caught:
        amili.cases().count()
    assert (server.exchanges, server.calls) == (1, 0)
    assert (caught.value.operation, caught.value.attempts) == ("authenticate", 1)
    assert "s3cret" not in f"{caught.value}{caught.value!r}{vars(caught.value)}"
    assert amili.cases().count() == 0  # a later call asks anew


DATE, SECONDS = "Thu, 09 Oct 2025 08:53:20 GMT", 1_760_000_000.0


@pytest.mark.parametrize(
    ("ahead", "status", "says"),
    [
        (-900.4, 401, "this machine's clock is 900 s behind the server's, so that the signed key may have expired"),
        (900.0, 403, "this machine's clock is 900 s ahead of the server's, so that the signed key may have expired"),
        (60.0, 401, "the token or credential was not accepted"),
        (-60.0, 401, "the token or credential was not accepted"),
        (-900.0, 503, "the server failed"),
    ],
)
def test_a_refused_key_that_was_signed_by_a_wrong_clock_says_so(clients: Clients, ahead: float, status: int, says: str) -> None:
    key = AuthTokenProvider.from_private_key("code", pem(KEYS["ES256"]), clock=lambda: SECONDS + ahead)
    amili = clients.answering(lambda _: reply({}, status, date=DATE), auth=key, retry=ONCE)
    with pytest.raises(ApiError, match=rf"^authenticate failed with {status}: .*\({says}") as caught:
        amili.cases().count()
    assert caught.value.operation == "authenticate"


@pytest.mark.parametrize("date", ["", "soon", DATE.replace("2025", "9" * 30)])
def test_a_refused_key_says_nothing_of_the_clock_without_a_date_or_a_signature(clients: Clients, date: str) -> None:
    key = AuthTokenProvider.from_private_key("code", pem(KEYS["ES256"]), clock=lambda: SECONDS - 900.0)
    for credential, told in ((key, date), (code(clock=lambda: SECONDS - 900.0), DATE)):
        refusal = reply({}, 401, **({"date": told} if told else {}))
        amili = clients.answering(lambda _, refusal=refusal: refusal, auth=credential, retry=ONCE)  # type: ignore[misc]
        with pytest.raises(AuthenticationError, match="the token or credential was not accepted"):
            amili.cases().count()


def test_a_clock_that_is_slow_is_told_by_the_stand_in_too(clients: Clients, sandbox: SandboxProcess) -> None:
    sandbox.clock.advance(minutes=15)
    key = AuthTokenProvider.from_private_key(sandbox.api_code, Path(sandbox.private_key_file).read_bytes())
    with pytest.raises(AuthenticationError, match=r"this machine's clock is (899|900|901) s behind the server's"):
        clients(sandbox.base_url, key).cases().count()


@pytest.mark.parametrize("failure", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), 503, 429])
def test_a_renewal_that_failed_for_the_moment_is_tried_again(clients: Clients, failure: Any) -> None:
    server = TokenServer()
    server.failing = iter(reply({}, failure) if isinstance(failure, int) else failure for _ in range(2))
    assert clients.answering(server, auth=code()).cases().count() == 0
    assert (server.exchanges, server.calls) == (3, 1)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(httpx.ConnectError("x"), NoResponseError), (httpx.ReadTimeout("x"), NoResponseError), (503, ServerError)],
)
def test_a_renewal_that_goes_on_failing_is_told_with_what_was_tried(
    clients: Clients, failure: Any, kind: type[Exception]
) -> None:
    server = TokenServer()
    server.failing = iter(reply({}, failure) if isinstance(failure, int) else failure for _ in range(9))
    with pytest.raises(kind) as caught:
        clients.answering(server, auth=code()).cases().count()
    assert (server.exchanges, server.calls) == (4, 0)
    assert vars(caught.value)["attempts"] == 4
    assert "s3cret" not in f"{caught.value}{vars(caught.value)}"


def test_a_write_whose_token_could_not_be_had_was_not_sent(clients: Clients) -> None:
    server = TokenServer()
    server.failing = iter([httpx.ReadTimeout("x")] * 9)
    with pytest.raises(NoResponseError, match=r"^register_invoice was not sent: no token: .*; nothing was written$"):
        clients.answering(server, auth=code()).register(invoice())
    assert server.calls == 0


def test_a_response_without_a_token_is_not_asked_for_again(clients: Clients) -> None:
    server = TokenServer()
    server.failing = iter([reply({"value": "s3cret"}) for _ in range(9)])
    with pytest.raises(ConfigurationError, match="found value, tried token") as caught:
        clients.answering(server, auth=code()).cases().count()
    assert server.exchanges == 1
    assert caught.value.attempts == 1
    assert "s3cret" not in str(caught.value)


class Cut(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that breaks off."""

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"tok'
        raise httpx.ReadError("x")

    async def __aiter__(self) -> Any:
        yield b'{"tok'
        raise httpx.ReadError("x")


def test_a_response_that_breaks_off_is_a_failed_renewal(clients: Clients) -> None:
    server = TokenServer()
    server.failing = iter([httpx.Response(200, stream=Cut())])
    assert clients.answering(server, auth=code()).cases().count() == 0
    assert server.exchanges == 2


def test_threads_share_one_renewal(sandbox: SandboxProcess) -> None:
    provider, gate = code_of(sandbox), threading.Barrier(16)
    with Amili(sandbox.base_url, provider, quota="off", retry=QUICK) as amili, ThreadPoolExecutor(16) as pool:

        def call(_: int) -> int:
            gate.wait()
            return amili.cases().count()

        assert list(pool.map(call, range(16))) == [0] * 16
    assert exchanges(sandbox) == 1


def test_tasks_share_one_renewal(sandbox: SandboxProcess) -> None:
    async def main() -> None:
        async with AsyncAmili(sandbox.base_url, code_of(sandbox), quota="off", retry=QUICK) as amili:
            assert await asyncio.gather(*(amili.cases().count() for _ in range(50))) == [0] * 50

    asyncio.run(main())
    assert exchanges(sandbox) == 1


def code_of(sandbox: SandboxProcess) -> AuthTokenProvider:
    return AuthTokenProvider.from_api_code(sandbox.api_code)


def exchanges(sandbox: SandboxProcess) -> int:
    return sum(request["path"] == EXCHANGE for request in sandbox.requests())


def waiting_for(provider: AuthTokenProvider, number: int) -> None:
    """Return when so many threads wait for the end of the renewal that is under way."""
    renewal, ours = provider.join_or_start_renewal(time.monotonic(), 60.0)
    assert renewal is not None
    assert not ours
    for _ in range(100_000):
        stacks = sys._current_frames().values()
        waiting = sum("_join" in [frame.f_code.co_name for frame, _ in traceback.walk_stack(stack)] for stack in stacks)
        if waiting == number:
            return
    raise AssertionError(f"{number} threads should wait, not {waiting}")


def test_a_failed_renewal_is_the_failure_of_all_threads_that_waited_for_it() -> None:
    server, provider, inside = TokenServer(), code(), threading.Event()

    def handler(request: httpx.Request) -> httpx.Response:
        inside.set()
        waiting_for(provider, 7)
        server.failing = iter([reply({}, 401)])
        return server(request)

    with Amili(BASE_URL, provider, quota="off", retry=ONCE, transport=httpx.MockTransport(handler)) as amili:

        def call(number: int) -> str:
            if number:
                inside.wait(10)
            with pytest.raises(AuthenticationError) as caught:
                amili.cases().count()
            assert caught.value.attempts == 1
            return caught.typename

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(call, range(8))) == ["AuthenticationError"] * 8
    assert (server.exchanges, server.calls) == (1, 0)


def test_a_thread_and_the_tasks_of_two_loops_share_one_renewal(sandbox: SandboxProcess) -> None:
    provider, gate = code_of(sandbox), threading.Barrier(3)

    async def tasks() -> int:
        async with AsyncAmili(sandbox.base_url, provider, quota="off", retry=QUICK) as amili:
            gate.wait()
            return sum(await asyncio.gather(*(amili.cases().count() for _ in range(10))))

    def thread() -> int:
        with Amili(sandbox.base_url, provider, quota="off", retry=QUICK) as amili:
            gate.wait()
            return amili.cases().count()

    with ThreadPoolExecutor(3) as pool:
        assert [done.result() for done in [pool.submit(thread), *(pool.submit(asyncio.run, tasks()) for _ in range(2))]] == [
            0
        ] * 3
    assert exchanges(sandbox) == 1


def test_a_thread_waits_for_the_renewal_of_a_task_and_gets_its_token() -> None:
    server, provider = TokenServer(), code()

    async def main() -> int:
        async def handler(request: httpx.Request) -> httpx.Response:
            if request.url.path == EXCHANGE:
                await asyncio.to_thread(waiting_for, provider, 1)
            return server(request)

        def thread() -> int:
            with Amili(BASE_URL, provider, quota="off", retry=ONCE, transport=httpx.MockTransport(server)) as blocking:
                while provider._renewing.get().renewal is None:
                    pass
                return blocking.cases().count()

        async with AsyncAmili(BASE_URL, provider, quota="off", retry=ONCE, transport=httpx.MockTransport(handler)) as amili:
            both = await asyncio.gather(amili.cases().count(), asyncio.to_thread(thread))
        return sum(both)

    assert asyncio.run(main()) == 0
    assert (server.exchanges, server.calls) == (1, 2)


def test_a_blocking_call_within_an_event_loop_does_not_wait_for_a_task_of_that_loop() -> None:
    server, provider = TokenServer(), code()

    async def main() -> int:
        begun = asyncio.Event()

        async def handler(request: httpx.Request) -> httpx.Response:
            begun.set()
            await asyncio.sleep(0)
            return server(request)

        async with AsyncAmili(BASE_URL, provider, quota="off", retry=ONCE, transport=httpx.MockTransport(handler)) as amili:
            task = asyncio.create_task(amili.cases().count())
            await begun.wait()
            with Amili(BASE_URL, provider, quota="off", retry=ONCE, transport=httpx.MockTransport(server)) as blocking:
                return blocking.cases().count() + await task

    assert asyncio.run(main()) == 0
    assert (server.exchanges, server.calls) == (2, 2)


def test_who_waits_for_somebody_elses_renewal_does_so_within_its_deadline(clients: Clients) -> None:
    provider = code()
    provider.join_or_start_renewal(time.monotonic(), 60.0)[0].thread = -1  # type: ignore[union-attr]
    server = TokenServer()
    says = r"no token: waited for another renewal as long as this call may take \(0\.02 s\)"

    with pytest.raises(NoResponseError, match=says):
        clients.answering(server, auth=provider, retry=ONCE).case(CASE, deadline=0.02)
    assert (server.exchanges, server.calls) == (0, 0)


def test_a_renewal_that_never_ends_is_taken_over_in_time() -> None:
    provider, clock = code(base_url=BASE_URL), Clock()
    rules = context(clock, auth=provider)
    abandoned, ours = provider.join_or_start_renewal(clock(), 60.0)
    assert ours
    assert abandoned is not None
    waiting = rules.tokens.valid_token(rules, rules.budget())
    wait = next(waiting)
    assert wait == Join(abandoned, 60.0)  # twice the timeout of a request
    clock.seconds += 60.0
    assert type(waiting.send(False)).__name__ == "AcquireQuota"
    assert isinstance(waiting.send(0.0), Send)
    waiting.close()


@pytest.mark.parametrize("late", [NoResponse(False, "no connection within the time allowed"), NoResponse(True, "no response")])
def test_a_renewal_ended_by_the_deadline_of_who_carried_it_out_is_not_the_failure_of_who_waited(late: NoResponse) -> None:
    provider, clock = code(base_url=BASE_URL), Clock()
    rules = context(clock, auth=provider)
    leading, waiting = (rules.tokens.valid_token(rules, rules.budget(deadline)) for deadline in (1.0, None))
    assert type(next(leading)).__name__ == "AcquireQuota"
    assert isinstance(leading.send(0.0), Send)
    assert isinstance(next(waiting), Join)
    clock.seconds += 0.9
    with pytest.raises(NoResponseError, match="no token"):
        leading.send(late)
    assert type(waiting.send(True)).__name__ == "AcquireQuota"  # it goes on by itself
    assert isinstance(waiting.send(0.0), Send)
    with pytest.raises(StopIteration) as done:
        waiting.send(answer(200, {"token": "t"}))
    assert done.value.value.reveal() == "t"


def test_a_token_that_came_between_two_looks_is_used(clients: Clients) -> None:
    server, provider = TokenServer(), code(base_url=BASE_URL)
    came = provider.store_response(answer(200, "came"))
    looks = iter([None])
    provider.current_token = lambda: next(looks, came)  # type: ignore[method-assign]
    assert clients.answering(server, auth=provider).cases().count() == 0
    assert (server.exchanges, server.calls) == (0, 1)


TAKEN = {"the first": (200, 1, 1), "the second": (200, 2, 2), "none": (401, 2, 2)}


@pytest.mark.parametrize("taken", TAKEN)
def test_the_generated_client_has_the_same_tokens_and_quota(clients: Clients, taken: str) -> None:
    from amili_api.api.cases import list_cases

    server = TokenServer(good=lambda token: taken == {"token-1": "the first", "token-2": "the second"}[token])
    quota = Quota()
    amili = clients.answering(server, auth=code(), quota=quota)
    if clients.kind == "sync":
        answered = list_cases.sync_detailed(client=amili.api)
    else:
        answered = amili._runner.run(list_cases.asyncio_detailed(client=amili.api))
    assert (answered.status_code, server.exchanges, server.calls) == TAKEN[taken]
    assert 95 - quota.left() == server.exchanges + server.calls


def test_the_generated_client_renews_a_token_with_a_single_connection(clients: Clients, sandbox: SandboxProcess) -> None:
    from amili_api.api.cases import list_cases

    kind = httpx.HTTPTransport if clients.kind == "sync" else httpx.AsyncHTTPTransport
    provider = code_of(sandbox)
    amili = clients(sandbox.base_url, provider, transport=kind(limits=httpx.Limits(max_connections=1)), timeout=5.0)
    provider.store_response(answer(200, "refused"))
    if clients.kind == "sync":
        answered = list_cases.sync_detailed(client=amili.api)
    else:
        answered = amili._runner.run(list_cases.asyncio_detailed(client=amili.api))
    assert answered.status_code == 200


FAILING: dict[str, tuple[Exception, bool, type[AmiliError]]] = {
    "a reading that is lost": (httpx.ReadTimeout("x"), False, NoResponseError),
    "a write that is lost": (httpx.RemoteProtocolError("x"), True, OutcomeUnknownError),
    "a write that is not sent": (httpx.ConnectError("x"), True, NoResponseError),
    "a transport of somebody else's": (OSError("x"), True, OutcomeUnknownError),
}


@pytest.mark.parametrize("what", FAILING)
def test_no_exception_of_the_network_comes_out_of_the_generated_client(clients: Clients, what: str) -> None:
    from amili_api.api.actions import cancel_case
    from amili_api.api.cases import list_cases

    problem, writes, kind = FAILING[what]

    def fail(_: httpx.Request) -> httpx.Response:
        raise problem

    amili, operation = clients.answering(fail), cancel_case if writes else list_cases
    options: dict[str, Any] = {"body": CreditorCancellation(creditor=CASE, case=CASE)} if writes else {}

    def ask() -> Any:
        if clients.kind == "sync":
            return operation.sync_detailed(client=amili.api, **options)
        return amili._runner.run(operation.asyncio_detailed(client=amili.api, **options))

    with pytest.raises(kind, match=r"no response from amili\.test: ") as caught:
        ask()
    assert type(caught.value) is kind


def test_a_failed_renewal_is_the_failure_of_all_tasks_that_waited_for_it() -> None:
    server = TokenServer()
    server.failing = iter([reply({}, 401)])

    async def handler(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return server(request)

    async def main() -> list[Any]:
        async with AsyncAmili(BASE_URL, code(), quota="off", retry=ONCE, transport=httpx.MockTransport(handler)) as amili:
            return await asyncio.gather(*(amili.cases().count() for _ in range(50)), return_exceptions=True)

    assert [type(result) for result in asyncio.run(main())] == [AuthenticationError] * 50
    assert (server.exchanges, server.calls) == (1, 0)


def test_tasks_outlive_a_renewal_that_failed_for_the_moment() -> None:
    server = TokenServer()
    server.failing = iter([httpx.ConnectError("x")])

    async def handler(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return server(request)

    async def main() -> list[Any]:
        async with AsyncAmili(BASE_URL, code(), quota="off", retry=QUICK, transport=httpx.MockTransport(handler)) as amili:
            return await asyncio.gather(*(amili.cases().count() for _ in range(50)))

    assert asyncio.run(main()) == [0] * 50
    assert server.exchanges == 2


def test_a_task_cancelled_within_the_renewal_does_not_fail_those_who_wait_for_it() -> None:
    server = TokenServer()

    async def main() -> list[Any]:
        inside = asyncio.Event()

        async def handler(request: httpx.Request) -> httpx.Response:
            if request.url.path == EXCHANGE and not inside.is_set():
                server.exchanges += 1
                inside.set()
                await asyncio.Event().wait()  # for ever
            return server(request)

        async with AsyncAmili(BASE_URL, code(), quota="off", retry=ONCE, transport=httpx.MockTransport(handler)) as amili:
            first = asyncio.create_task(amili.cases().count())
            await inside.wait()
            others = [asyncio.create_task(amili.cases().count()) for _ in range(20)]
            await asyncio.sleep(0)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            return await asyncio.gather(*others)

    assert asyncio.run(main()) == [0] * 20
    assert server.exchanges == 2


def test_ctrl_c_within_the_renewal_leaves_the_client_usable() -> None:
    server = TokenServer()
    stops: Iterator[BaseException] = iter([KeyboardInterrupt()])

    def handler(request: httpx.Request) -> httpx.Response:
        for stop in stops:
            raise stop
        return server(request)

    provider = code()
    with Amili(BASE_URL, provider, quota="off", retry=ONCE, transport=httpx.MockTransport(handler)) as amili:
        with pytest.raises(KeyboardInterrupt) as caught:
            amili.cases().count()
        assert caught.value.__traceback__ is not None  # and with it all that was under way is still alive
        renewal, ours = provider.join_or_start_renewal(time.monotonic(), 60.0)
        assert ours
        assert renewal is not None
        provider.end(renewal)
        assert amili.cases().count() == 0


@pytest.fixture(params=["get_valid_token", "aget_valid_token"])
def alone(request: pytest.FixtureRequest) -> Callable[[AuthTokenProvider], str]:
    """Asks a provider for a token without any client, in both ways."""

    def ask(provider: AuthTokenProvider) -> str:
        result = getattr(provider, request.param)()
        return str(asyncio.run(result) if asyncio.iscoroutine(result) else result)

    return ask


def test_a_provider_alone_gets_and_keeps_a_token(sandbox: SandboxProcess, alone: Callable[[AuthTokenProvider], str]) -> None:
    from pathlib import Path

    key = Path(sandbox.private_key_file).read_text()
    for provider in (
        AuthTokenProvider.from_private_key(sandbox.api_code, key, base_url=sandbox.base_url + "/"),
        AuthTokenProvider.from_api_code(sandbox.api_code, base_url=sandbox.base_url),
    ):
        before = exchanges(sandbox)
        token = alone(provider)
        assert alone(provider) == token
        assert exchanges(sandbox) == before + 1
        with Amili(sandbox.base_url, provider, quota="off") as amili:
            assert amili.cases().count() == 0
        assert exchanges(sandbox) == before + 1


def test_a_provider_alone_needs_to_know_where(alone: Callable[[AuthTokenProvider], str]) -> None:
    with pytest.raises(ConfigurationError, match="an AuthTokenProvider used without Amili needs base_url="):
        alone(code())


def test_a_provider_alone_without_an_answer_says_so(unused_port: int, alone: Callable[[AuthTokenProvider], str]) -> None:
    provider = code(base_url=f"http://127.0.0.1:{unused_port}")
    with pytest.raises(
        NoResponseError, match=rf"^no token: no response from http://127.0.0.1:{unused_port} \(the connection was refused\)$"
    ) as caught:
        alone(provider)
    assert caught.value.operation == "authenticate"


def test_a_provider_alone_that_is_refused_says_so(sandbox: SandboxProcess, alone: Callable[[AuthTokenProvider], str]) -> None:
    with pytest.raises(AuthenticationError, match="authenticate failed with 401"):
        alone(AuthTokenProvider.from_api_code("nobody", base_url=sandbox.base_url))


def test_threads_that_wait_for_a_token_alone_share_it(sandbox: SandboxProcess) -> None:
    provider = AuthTokenProvider.from_api_code(sandbox.api_code, base_url=sandbox.base_url)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: provider.get_valid_token(), range(8)))) == 1

    async def tasks() -> list[str]:
        return await asyncio.gather(*(fresh.aget_valid_token() for _ in range(8)))

    fresh = AuthTokenProvider.from_api_code(sandbox.api_code, base_url=sandbox.base_url)
    assert len(set(asyncio.run(tasks()))) == 1
    assert exchanges(sandbox) == 2


def test_the_exchange_is_a_plain_request_without_the_old_token(clients: Clients) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply({"token": "t"}) if request.url.path == EXCHANGE else reply(page())

    clients.answering(handler, auth=code()).cases().count()
    assert [request.method for request in seen] == ["POST", "GET"]
    assert json.loads(seen[0].content) == {"api_code": "s3cret-code"}
    assert "x-api-key" not in seen[0].headers
    assert seen[1].headers["x-api-key"] == "t"
