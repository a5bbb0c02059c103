"""What the tests of the overlay share: documents, a clock that only moves when told, plans played by hand, both clients."""

import asyncio
import inspect
import json
import os
import signal
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from amili import Amili, AsyncAmili, Retry
from amili._core.engine import CloseQuota, Effect, Flow, NoResponse, Response, RunBlocking, Send, Sleep

from tests.virtual_time import BASE_URL, Clock

QUICK = Retry(base=0.001, cap=0.001, settle=0.0)


def answer(status: int = 200, document: Any = None, **headers: str) -> Response:
    """A whole response."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


Outcome = Response | NoResponse | Callable[[Send], Any]


@dataclass
class FlowRun:
    """What a flow did and what it returned."""

    result: Any = None
    sent: list[Send] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths that were tried."""
        return [send.path for send in self.sent]


def perform(effect: Effect, server: Callable[[Send], Any], clock: Clock, waits: Iterator[float]) -> Any:
    """Carry out one effect in virtual time: a server answers the requests, and there is a place in the quota unless it waits."""
    match effect:
        case Send():
            return server(effect)
        case Sleep():
            clock.seconds += effect.seconds
            return None
        case CloseQuota():
            return None
        case RunBlocking():
            return effect.function()
    return next(waits, 0.0)


def play(
    flow: Flow[Any],
    *outcomes: Outcome,
    server: Callable[[Send], Any] | None = None,
    clock: Clock | None = None,
    waits: tuple[float, ...] = (),
    into: FlowRun | None = None,
) -> FlowRun:
    """Run a flow in virtual time; these outcomes, or a server, answer its requests."""
    played, script, quota = into or FlowRun(), iter(outcomes), iter(waits)

    def scripted(send: Send) -> Any:
        outcome = next(script)
        return outcome(send) if callable(outcome) else outcome

    try:
        effect = next(flow)
        while True:
            if isinstance(effect, Send):
                played.sent.append(effect)
            elif isinstance(effect, Sleep):
                played.slept.append(effect.seconds)
            effect = flow.send(perform(effect, server or scripted, clock or Clock(), quota))
    except StopIteration as done:
        played.result = done.value
    finally:
        flow.close()
    assert not list(script), "the flow sent fewer requests than the test expected"
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

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cases, name)


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


class Clients:
    """Makes clients of one kind and closes them at the end; a test that uses the fixture `clients` runs for both kinds."""

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
    """A response for a MockTransport."""
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
