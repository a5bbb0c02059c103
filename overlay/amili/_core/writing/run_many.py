"""Runs many writes, a few at a time, with threads or with tasks. What is under way when the caller stops is finished."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextvars import copy_context
from itertools import islice
from typing import TYPE_CHECKING, Any

from amili._core.writing.many import ManyWrites, WriteResult
from amili._errors import AmiliError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from amili._core.engine import Flow

Result = WriteResult[Any, Any]


class _Queue:
    """The items that are next, with what was read for their lot. Items are taken from the input only when they are needed."""

    def __init__(self, writes: ManyWrites, items: Iterable[Any]) -> None:
        self._writes, self._items, self._ready = writes, iter(items), deque[tuple[Any, Any]]()

    def next_lot(self) -> list[Any]:
        """Return the items of the next lot, if all items before it have been taken."""
        return [] if self._ready else list(islice(self._items, self._writes.lot))

    def add(self, lot: Iterable[Any], known: Any) -> None:
        """Add a lot, with what was read for it, or the error that kept it from being read."""
        self._ready.extend((item, known) for item in lot)

    def take(self) -> tuple[Any, Any] | None:
        """Take the next item, or None."""
        return self._ready.popleft() if self._ready else None


def _flow(writes: ManyWrites, item: Any, known: Any) -> Flow[Any]:
    if isinstance(known, AmiliError):
        raise known
    return writes.write(item, known)


def run_many(run: Callable[[Flow[Any]], Any], writes: ManyWrites, items: Iterable[Any], concurrency: int) -> Iterator[Result]:
    """Yield the result of each write as it is known; `run` runs a flow."""
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait  # noqa: PLC0415 - few write many

    def write(item: Any, known: Any) -> Result:
        try:
            return WriteResult(item, run(_flow(writes, item, known)))
        except AmiliError as problem:
            return WriteResult(item, error=problem)

    queue = _Queue(writes, items)
    under_way: set[Future[Result]] = set()
    with ThreadPoolExecutor(concurrency, "amili-write") as pool:
        while True:
            while len(under_way) < concurrency:
                if lot := queue.next_lot():
                    queue.add(lot, _attempt(run, writes.prepare(lot)))
                if (taken := queue.take()) is None:
                    break
                under_way.add(pool.submit(copy_context().run, write, *taken))
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)


def _attempt(run: Callable[[Flow[Any]], Any], flow: Flow[Any]) -> Any:
    try:
        return run(flow)
    except AmiliError as problem:
        return problem


async def arun_many(
    run: Callable[[Flow[Any]], Awaitable[Any]], writes: ManyWrites, items: Iterable[Any], concurrency: int
) -> AsyncIterator[Result]:
    """Yield the result of each write as it is known, in the same way; if the task is cancelled, what is under way is too."""
    import asyncio  # noqa: PLC0415

    async def write(item: Any, known: Any) -> Result:
        try:
            return WriteResult(item, await run(_flow(writes, item, known)))
        except AmiliError as problem:
            return WriteResult(item, error=problem)

    queue = _Queue(writes, items)
    under_way: set[asyncio.Task[Result]] = set()
    try:
        while True:
            while len(under_way) < concurrency:
                if lot := queue.next_lot():
                    queue.add(lot, await _aattempt(run, writes.prepare(lot)))
                if (taken := queue.take()) is None:
                    break
                under_way.add(asyncio.create_task(write(*taken)))
            if not under_way:
                return
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                yield each.result()
    except asyncio.CancelledError:
        for each in under_way:
            each.cancel()
        raise
    finally:
        await asyncio.gather(*under_way, return_exceptions=True)


async def _aattempt(run: Callable[[Flow[Any]], Awaitable[Any]], flow: Flow[Any]) -> Any:
    try:
        return await run(flow)
    except AmiliError as problem:
        return problem
