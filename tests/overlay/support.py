"""What the tests of the overlay share: documents, a clock that only moves when told, plans played by hand, both clients."""

import asyncio
import inspect
import json
import os
import signal
import warnings
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from amili import Amili, AsyncAmili, AuthTokenProvider, Retry
from amili._auth import RenewedTokens
from amili._core.engine.context import Context
from amili._core.engine.effects import AcquireQuota, Join, NoResponse, Response, RunBlocking, Send, Sleep
from amili._core.engine.paths import Paths

Json = dict[str, Any]

ACCOUNT, CREDITOR = "5f1a3c0b9d8e7f6a5b4c3d2e", "5f1a3c0b9d8e7f6a5b4c3d2f"
CASE, OTHER_CASE = "68e4c1ab0000000000000001", "68e4c1ab0000000000000002"
BASE_URL = "http://amili.test"
PERSONAL_NUMBER = "19900101-0017"  # synthetic, as all persons here
MOMENT = "Tue, 07 Oct 2025 07:41:01 GMT"
QUICK = Retry(base=0.001, cap=0.001, settle=0.0)


def invoice(**changes: Any) -> Json:
    """An invoice as a dict."""
    document: Json = {
        "account": ACCOUNT,
        "creditor": CREDITOR,
        "invoice_number": "INV-2025-015",
        "invoice_date": "2025-10-07T10:11:22Z",
        "invoice_due_date": "2025-10-17T00:00:00Z",
        "currency": "SEK",
        "invoice_type": "invoice",
        "customer": {
            "name": "Test Person",
            "id_number": PERSONAL_NUMBER,
            "is_person": True,
            "address": {"address_line_1": "Testgatan 1", "zip_code": "54321", "city": "Teststad"},
        },
        "matrix": [
            {
                "article_description": "Consulting hours",
                "unit_price": 500,
                "total_price_excluding_vat": 500,
                "unit_vat_percent": "0%",
            }
        ],
    }
    return document | changes


def case(identifier: str = CASE, **changes: Any) -> Json:
    """A case as the API writes it."""
    document: Json = {
        "_id": identifier,
        "_created": MOMENT,
        "_updated": MOMENT,
        "_etag": "0123456789abcdef",
        "agreement_version": CREDITOR,
        "case_settings": {"interest_rate": {"reference_rate": True}},
        "creditor": CREDITOR,
        "creditor_name": "Test Creditor",
        "currency": "SEK",
        "customer": ACCOUNT,
        "customer_id_number": PERSONAL_NUMBER,
        "customer_name": "Test Person",
        "customer_status": "active",
        "debt": {
            "capital_to_claim": 500.0,
            "initial_capital": 500.0,
            "invoice_date": MOMENT,
            "invoice_due_days_after_invoice_date": 10,
            "invoice_number": "INV-2025-015",
        },
        "latest_state_date": MOMENT,
        "state": "invoice",
        "state_history": [{"state": "invoice", "state_date": MOMENT}],
        "status": "active",
        "status_history": [{"status": "active", "status_date": MOMENT}],
        "total_remaining_capital_amount": 500.0,
    }
    return document | changes


def page(*cases: Json, total: int | None = None, number: int = 1, size: int = 100) -> Json:
    """A page of cases as the API writes it."""
    return {
        "_items": list(cases),
        "_meta": {"page": number, "max_results": size, "total": len(cases) if total is None else total},
    }


def answer(status: int = 200, document: Any = None, **headers: str) -> Response:
    """A whole reply."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


@dataclass
class Clock:
    """Virtual time: it moves when a plan sleeps, or when a test says so."""

    seconds: float = 1_760_000_000.0

    def __call__(self) -> float:
        return self.seconds


def context(
    clock: Clock | None = None,
    *,
    paths: Paths | None = None,
    chance: float = 1.0,
    auth: AuthTokenProvider | None = None,
    **retry: Any,
) -> Context:
    """Rules with a virtual clock and a fixed chance."""
    clock, auth = clock or Clock(), auth or AuthTokenProvider.from_token("a-token")
    return Context(BASE_URL, RenewedTokens(auth), 30.0, Retry(**retry), paths or Paths(), clock, clock, lambda: chance)


Outcome = Response | NoResponse | Callable[[Send], Any]


@dataclass
class Played:
    """What a plan did and what came of it."""

    result: Any = None
    sent: list[Send] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    waited: list[Join] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths that were tried."""
        return [send.path for send in self.sent]


def play(
    plan: Generator[Any, Any, Any],
    *outcomes: Outcome,
    clock: Clock | None = None,
    slots: tuple[float, ...] = (),
    endings: tuple[bool, ...] = (),
    into: Any = None,
) -> Played:
    """Drive a plan by hand: give it these outcomes for its requests and let it sleep in virtual time."""
    played: Played = into if into is not None else Played()
    script, places, ends = iter(outcomes), iter(slots), iter(endings)
    try:
        effect = next(plan)
        while True:
            match effect:
                case Send():
                    played.sent.append(effect)
                    outcome = next(script)
                    effect = plan.send(outcome(effect) if callable(outcome) else outcome)
                case Sleep():
                    played.slept.append(effect.seconds)
                    if clock is not None:
                        clock.seconds += effect.seconds
                    effect = plan.send(None)
                case AcquireQuota():
                    effect = plan.send(next(places, 0.0))
                case Join():
                    played.waited.append(effect)
                    effect = plan.send(next(ends))
                case RunBlocking():
                    effect = plan.send(effect.function())
    except StopIteration as done:
        played.result = done.value
    finally:
        plan.close()
    assert not list(script), "the plan asked for less than the test expected"
    return played


class DrivenCases:
    """Lets a test body written for `Cases` use `AsyncCases`."""

    def __init__(self, cases: Any, runner: asyncio.Runner) -> None:
        self._cases, self._runner = cases, runner

    def __iter__(self) -> Iterator[Any]:
        return self._driven(self._cases.__aiter__())

    def _driven(self, iterator: AsyncIterator[Any]) -> Iterator[Any]:
        async def step() -> tuple[bool, Any]:
            try:
                return True, await iterator.__anext__()
            except StopAsyncIteration:
                return False, None

        while True:
            more, item = self._runner.run(step())
            if not more:
                return
            yield item

    def pages(self) -> Iterator[Any]:
        return self._driven(self._cases.pages())

    def first(self) -> Any:
        return self._runner.run(self._cases.first())

    def count(self) -> Any:
        return self._runner.run(self._cases.count())


class Driven:
    """Lets a test body written for `Amili` use `AsyncAmili`."""

    def __init__(self, client: AsyncAmili, runner: asyncio.Runner) -> None:
        self.client, self._runner = client, runner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **options: Any) -> Any:
            result = found(*arguments, **options)
            if inspect.isawaitable(result):
                return self._runner.run(_awaited(result))
            return DrivenCases(result, self._runner) if hasattr(result, "__aiter__") else result

        return call

    def close(self) -> None:
        self._runner.run(self.client.aclose())


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


class Both:
    """Makes clients of one kind and closes them at the end; a test that uses the fixture `both` runs for both kinds."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._runner = asyncio.Runner() if kind == "async" else None
        self._made: list[Any] = []

    def __call__(self, base_url: str = BASE_URL, auth: Any = "a-token", **options: Any) -> Any:
        settings: dict[str, Any] = {"retry": QUICK, "quota": "off"} | options
        if self._runner is None:
            made: Any = Amili(base_url, auth, **settings)
        else:
            made = Driven(AsyncAmili(base_url, auth, **settings), self._runner)
        self._made.append(made)
        return made

    def answering(self, handler: Callable[[httpx.Request], httpx.Response], **options: Any) -> Any:
        """A client whose every request is answered by a function."""
        return self(transport=httpx.MockTransport(handler), **options)

    def close(self) -> None:
        for made in self._made:
            made.close()
        if self._runner is not None:
            self._runner.close()


def reply(document: Any = None, status: int = 200, **headers: str) -> httpx.Response:
    """A reply for a MockTransport."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return httpx.Response(status, content=content, headers={name.replace("_", "-"): value for name, value in headers.items()})


def in_a_child(work: Callable[[], bool]) -> int:
    """Run this in a forked child and return its exit code; an alarm ends a child that waits for ever."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of forks beside threads, which is the point
        child = os.fork()
    if child == 0:
        signal.alarm(20)
        code = 2
        try:
            code = 0 if work() else 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
