"""Runs the effects of flows, for the blocking and for the asynchronous client."""

import threading
import time
from typing import Any, Protocol, TypeVar

from amili._core.engine import CloseQuota, Effect, Flow, Join, RunBlocking, Send, Sleep
from amili._core.transport.clients import AsyncClient, BlockingClient
from amili._core.transport.sending import asend, send
from amili._errors import AmiliError, ConfigurationError

T = TypeVar("T")


class Limit(Protocol):
    """The limit on requests, as effects use it."""

    @property
    def blocks(self) -> bool:
        """Whether it waits for a file or another machine."""

    def try_acquire(self) -> float:
        """Count one request and return 0.0, or return how many seconds to wait before trying again."""

    def close_for(self, seconds: float) -> None:
        """Let nothing be sent for so many seconds."""


def run(flow: Flow[T], http: BlockingClient, quota: Limit | None) -> T:
    """Run a flow on the blocking client and return its result; the flow is always closed.

    Errors of the quota and the journal are raised inside the flow, which knows whether anything was written before.
    """
    try:
        effect = next(flow)
        while True:
            try:
                result = _perform(effect, http, quota)
            except AmiliError as problem:
                effect = flow.throw(problem)
            else:
                effect = flow.send(result)
    except StopIteration as done:
        value: T = done.value
        return value
    finally:
        flow.close()


def _perform(effect: Effect, http: BlockingClient, quota: Limit | None) -> Any:
    if isinstance(effect, Send):
        return send(http, effect)
    if isinstance(effect, Sleep):
        return time.sleep(effect.seconds)
    if isinstance(effect, Join):
        return _join(effect)
    if isinstance(effect, RunBlocking):
        return effect.function()
    return _use_quota(effect, quota) if quota is not None else 0.0


def _use_quota(effect: Effect, quota: Limit) -> float:
    if not isinstance(effect, CloseQuota):
        return quota.try_acquire()
    quota.close_for(effect.seconds)
    return 0.0


def _join(effect: Join) -> bool | None:
    """Wait for a completion; None if it belongs to a task of this thread, which can't continue while the thread waits."""
    if effect.completion.thread == threading.get_ident():
        return None
    try:
        effect.completion.ended.result(max(0.0, effect.seconds))
    except TimeoutError:
        return False
    return True


async def arun(flow: Flow[T], http: AsyncClient, quota: Limit | None) -> T:
    """Run a flow on the asynchronous client and return its result; raises ConfigurationError where asyncio does not run."""
    import asyncio  # noqa: PLC0415 - takes a third as long to import as httpx, and a blocking client does not need it

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        flow.close()
        message = "AsyncAmili needs asyncio; under trio use Amili in a thread: trio.to_thread.run_sync()"
        raise ConfigurationError(message) from None
    try:
        effect = next(flow)
        while True:
            try:
                result = await _aperform(effect, http, quota)
            except AmiliError as problem:
                effect = flow.throw(problem)
            else:
                effect = flow.send(result)
    except StopIteration as done:
        value: T = done.value
        return value
    finally:
        flow.close()


async def _aperform(effect: Effect, http: AsyncClient, quota: Limit | None) -> Any:
    import asyncio  # noqa: PLC0415 - takes a third as long to import as httpx, and a blocking client does not need it

    if isinstance(effect, Send):
        return await asend(http, effect)
    if isinstance(effect, Sleep):
        return await asyncio.sleep(effect.seconds)
    if isinstance(effect, Join):
        return await _ajoin(effect)
    if isinstance(effect, RunBlocking):
        return await asyncio.to_thread(effect.function)
    if quota is None:
        return 0.0
    return await asyncio.to_thread(_use_quota, effect, quota) if quota.blocks else _use_quota(effect, quota)


async def _ajoin(effect: Join) -> bool:
    import asyncio  # noqa: PLC0415

    try:
        await asyncio.wait_for(asyncio.wrap_future(effect.completion.ended), effect.seconds)
    except TimeoutError:
        return False
    return True
