"""Iterators over all matching cases; the walk makes the decisions."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing, nullcontext
from dataclasses import replace
from typing import Any, Generic, TypeVar

from amili._core.engine import Budget, Request
from amili._core.reading.listing import Query
from amili._core.reading.walk import Step, Walk
from amili._core.reading.windows import Window
from amili._errors import DecodeError

C = TypeVar("C")
PageResponse = tuple[Any, Budget]  # a page, and the budget of its request


def _advance(walk: Walk, response: PageResponse) -> Step:
    """Advance a walk by a response; an error gets the attempts and the time of the request."""
    page, budget = response
    try:
        return walk.advance(page)
    except DecodeError as problem:
        raise budget.annotate(problem) from None


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
        with ThreadPoolExecutor(1, "amili-prefetch") if self._prefetch else nullcontext() as pool:
            while walk is not None:
                response = self._read(self._query.request(walk.window)) if pending is None else pending.result()
                items, walk = _advance(walk, response)
                pending = self._start_prefetch(pool, walk)
                if items:
                    yield items

    def _start_prefetch(self, pool: ThreadPoolExecutor | None, walk: Walk | None) -> Future[PageResponse] | None:
        if pool is None or walk is None:
            return None
        return pool.submit(self._read, self._query.request(walk.window))

    def first(self) -> C | None:
        """Return the first case in the requested order, or None."""
        return next(iter(Cases[C](replace(self._query, page_size=1, limit=1), self._read)), None)

    def count(self) -> int:
        """Return how many cases match, with one request; `limit` is ignored."""
        return int(self._read(self._query.request(Window(1, 1)))[0].meta.total)


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
        """Return how many cases match, with one request; `limit` is ignored."""
        page, _ = await self._read(self._query.request(Window(1, 1)))
        return int(page.meta.total)
