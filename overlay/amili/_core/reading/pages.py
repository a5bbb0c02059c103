"""Iterators over all matching cases; the walk makes the decisions."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, aclosing, nullcontext
from contextvars import copy_context
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from amili._core.engine import Budget, Request
from amili._core.operations import needed_for
from amili._core.reading.listing import Query
from amili._core.reading.walk import Step, Walk
from amili._core.reading.windows import Window, total_of
from amili._errors import DecodeError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

C = TypeVar("C")
PageResponse = tuple[Any, Budget]  # a page, and the budget of its request


def _advance(walk: Walk, response: PageResponse) -> Step:
    """Advance a walk by a response; an error gets the attempts and the time of the request."""
    page, budget = response
    with needed_for("list_cases", budget):
        return walk.advance(page)


def _total(response: PageResponse) -> int:
    """Return how many cases match; raises DecodeError if the response does not say."""
    page, budget = response
    total = total_of(page)
    if total is None:
        message = "the response to list_cases does not say how many cases match; to count them, iterate over them"
        raise budget.annotate(DecodeError(message, operation="list_cases", path="/_meta/total"))
    return total


class Cases(Generic[C]):
    """All cases that match, fetched page by page as you iterate; each new iteration fetches them again."""

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    def __init__(self, query: Query, read: Callable[[Request], PageResponse], prefetch: bool = False) -> None:
        self._query, self._read, self._prefetch = query, read, prefetch

    def __iter__(self) -> Iterator[C]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[C]]:
        """Iterate over pages, each a list of cases."""
        walk, pending = self._query.walk(), None
        with self._pool() as pool:
            while walk is not None:
                response = self._read(self._query.request(walk.window)) if pending is None else pending.result()
                items, walk = _advance(walk, response)
                pending = self._start_prefetch(pool, walk)
                if items:
                    yield items

    def _pool(self) -> AbstractContextManager[ThreadPoolExecutor | None]:
        if not self._prefetch:
            return nullcontext()
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - few prefetch

        return ThreadPoolExecutor(1, "amili-prefetch")

    def _start_prefetch(self, pool: ThreadPoolExecutor | None, walk: Walk | None) -> Future[PageResponse] | None:
        if pool is None or walk is None:
            return None
        return pool.submit(copy_context().run, self._read, self._query.request(walk.window))

    def first(self) -> C | None:
        """Return the first case in the requested order, or None."""
        return next(iter(Cases[C](replace(self._query, page_size=1, limit=1), self._read)), None)

    def count(self) -> int:
        """Return how many cases match, with one request; `limit` is ignored.

        Raises DecodeError if the API does not state it, which is an option of the framework.
        """
        return _total(self._read(self._query.request(Window(1, 1))))


class AsyncCases(Generic[C]):
    """All cases that match, fetched page by page as you iterate; each new iteration fetches them again."""

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    def __init__(
        self, query: Query, read: Callable[[Request], Coroutine[Any, Any, PageResponse]], prefetch: bool = False
    ) -> None:
        self._query, self._read, self._prefetch = query, read, prefetch

    async def __aiter__(self) -> AsyncIterator[C]:
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                for case in page:
                    yield case

    def pages(self) -> AsyncIterator[list[C]]:
        """Iterate over pages, each a list of cases."""
        return self._pages()

    async def _pages(self) -> AsyncGenerator[list[C], None]:
        import asyncio  # noqa: PLC0415 - costs as much as a third of httpx, and a blocking client does without

        walk, pending = self._query.walk(), None
        try:
            while walk is not None:
                items, walk = _advance(walk, await (pending or self._read(self._query.request(walk.window))))
                if self._prefetch and walk is not None:
                    pending = asyncio.ensure_future(self._read(self._query.request(walk.window)))
                if items:
                    yield items
        finally:
            if pending is not None:
                pending.cancel()
                await asyncio.gather(pending, return_exceptions=True)

    async def first(self) -> C | None:
        """Return the first case in the requested order, or None."""
        async for case in AsyncCases[C](replace(self._query, page_size=1, limit=1), self._read):
            return case
        return None

    async def count(self) -> int:
        """Return how many cases match, with one request; `limit` is ignored.

        Raises DecodeError if the API does not state it, which is an option of the framework.
        """
        return _total(await self._read(self._query.request(Window(1, 1))))
