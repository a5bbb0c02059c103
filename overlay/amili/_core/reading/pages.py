"""All cases that match, page by page: two thin iterators over a walk, which decides."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Generic, TypeVar

from amili._core.engine import Budget, Call
from amili._core.reading.listing import Query
from amili._core.reading.walk import Step, Walk
from amili._core.reading.windows import Window
from amili._errors import DecodeError

C = TypeVar("C")

Reply = tuple[Any, Budget]  # a page, and what was spent on it


def _taken(walk: Walk, reply: Reply) -> Step:
    """Take a reply; what is wrong with it tells what was spent on it."""
    page, budget = reply
    try:
        return walk.take(page)
    except DecodeError as problem:
        raise budget.spent(problem) from None


class _Coming:
    """Replies that are on their way, by window; made of futures of threads or of tasks."""

    def __init__(self, send: Callable[[Window], Any]) -> None:
        self._send, self._replies, self.dropped = send, dict[Window, Any](), set[Any]()

    def ask(self, windows: list[Window]) -> None:
        """Ask for what is not asked for already, and drop what is no longer wanted."""
        for window in self._replies.keys() - set(windows):
            reply = self._replies.pop(window)
            self.dropped.add(reply)
            reply.add_done_callback(self._ended)
            reply.cancel()
        for window in windows:
            if window not in self._replies:
                self._replies[window] = self._send(window)

    def take(self, window: Window) -> Any:
        """Return the future of a window that was asked for."""
        return self._replies.pop(window)

    def _ended(self, reply: Any) -> None:
        self.dropped.discard(reply)
        if not reply.cancelled():
            reply.exception()  # nobody else will look at it


class Cases(Generic[C]):
    """All cases that match, read page by page as they are asked for; a new iteration reads anew."""

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    def __init__(self, query: Query, read: Callable[[Call], Reply], prefetch: bool = False) -> None:
        self._query, self._read, self._prefetch = query, read, prefetch

    def __iter__(self) -> Iterator[C]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[C]]:
        """Iterate over pages, each a list of cases."""
        walk = self._query.walk(self._prefetch)
        if walk is not None and self._prefetch:
            yield from self._pages_ahead(walk)
            return
        while walk is not None:
            items, walk = _taken(walk, self._read(self._query.call(walk.window)))
            if items:
                yield items

    def _pages_ahead(self, walk: Walk | None) -> Iterator[list[C]]:
        """Ask for the next page, or the next two, while the one before is in use. At the end what is on its way is awaited."""
        with ThreadPoolExecutor(2, "amili-prefetch") as pool:
            coming = _Coming(lambda window: pool.submit(self._read, self._query.call(window)))
            try:
                while walk is not None:
                    coming.ask(walk.wanted)
                    items, walk = _taken(walk, coming.take(walk.window).result())
                    coming.ask([] if walk is None else walk.wanted)
                    if items:
                        yield items
            finally:
                coming.ask([])

    def first(self) -> C | None:
        """Return the first case in the order asked for, or None."""
        return next(iter(Cases[C](replace(self._query, page_size=1, limit=1), self._read)), None)

    def count(self) -> int:
        """Return how many cases match, by one request; `limit` plays no part."""
        return int(self._read(self._query.call(Window(1, 1)))[0].meta.total)


class AsyncCases(Generic[C]):
    """All cases that match, read page by page as they are asked for; a new iteration reads anew."""

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    def __init__(self, query: Query, read: Callable[[Call], Coroutine[Any, Any, Reply]], prefetch: bool = False) -> None:
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
        walk = self._query.walk(self._prefetch)
        coming = _Coming(lambda window: asyncio.ensure_future(self._read(self._query.call(window))))
        try:
            while walk is not None:
                coming.ask(walk.wanted)
                items, walk = _taken(walk, await coming.take(walk.window))
                if self._prefetch:
                    coming.ask([] if walk is None else walk.wanted)
                if items:
                    yield items
        finally:
            coming.ask([])
            await asyncio.gather(*coming.dropped, return_exceptions=True)

    async def first(self) -> C | None:
        """Return the first case in the order asked for, or None."""
        async for case in AsyncCases[C](replace(self._query, page_size=1, limit=1), self._read):
            return case
        return None

    async def count(self) -> int:
        """Return how many cases match, by one request; `limit` plays no part."""
        page, _ = await self._read(self._query.call(Window(1, 1)))
        return int(page.meta.total)
