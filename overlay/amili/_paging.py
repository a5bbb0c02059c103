"""All cases that match, for iteration: what is asked for, and two thin iterators over a walk, which decides."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from amili._calls import MAX_PAGE, Projection, list_call
from amili._conditions import Condition
from amili._context import Budget
from amili._effects import Call
from amili._errors import DecodeError
from amili._passed import PassedByIdentifier, PassedBySort
from amili._walking import ByIdentifier, ByNumber, Step, Walk
from amili._where import where
from amili._windows import Window

WhereLike = Condition | Mapping[str, Any]

C = TypeVar("C")
Reply = tuple[Any, Budget]  # a page, and what was spent on it

SORT = r"^-?[A-Za-z_][A-Za-z0-9_.]*(,-?[A-Za-z_][A-Za-z0-9_.]*)*$"  # as in the contract; a test holds them together

_ANY = "0" * 24  # an identifier


@dataclass(frozen=True)
class Query:
    """Which cases, and in which order. Without a sort the order would not be stable: by `_id`.

    `keyset` says whether to ask for a page by the last identifier given, and not by number; by default where it can be done.
    """

    where: WhereLike | None = None
    sort: str = "_id"
    projection: Projection | None = None
    page_size: int = MAX_PAGE
    limit: int | None = None
    keyset: bool | None = None

    def __post_init__(self) -> None:
        if not _is_whole(self.page_size) or not 1 <= self.page_size <= MAX_PAGE:
            raise ValueError(f"page_size is from 1 to {MAX_PAGE}, which is the most the API gives")
        if self.limit is not None and not (_is_whole(self.limit) and self.limit >= 0):
            raise ValueError("limit is the number of cases wanted, a whole number not less than 0")
        if not isinstance(self.sort, str) or not re.fullmatch(SORT, self.sort):
            raise ValueError("sort names a property, or several with commas between; a minus before one means descending")
        if self.keyset and self.sort != "_id":
            raise ValueError("keyset walks in the order of identifiers; leave out sort=")

    def fitted(self) -> "Query":
        """Return this query with pages no larger than its limit; raises if its condition or projection can't be sent."""
        self.call(Window(1, 1))
        self.call(Window(10**9, MAX_PAGE, beyond=_ANY, without=_ANY))  # no later page is asked for by a longer address
        return replace(self, page_size=min(self.page_size, self.limit)) if self.limit else self

    @property
    def order(self) -> str:
        """The sort that is sent: what is the same in all that was asked for comes by identifier, or pages would not be stable."""
        names = [name.removeprefix("-") for name in self.sort.split(",")]
        return self.sort if "_id" in names else f"{self.sort},_id"

    def walk(self, ahead: bool) -> Walk | None:
        """Return a walk from the beginning, or None if nothing is wanted; `ahead` is to ask for two windows at a time."""
        if self.limit == 0:
            return None
        first = Window(1, self.page_size, gain=self.page_size)
        if self.sort == "_id" and self.keyset is not False:
            return ByIdentifier(window=first, limit=self.limit, size=self.page_size, ahead=ahead)
        passed = PassedByIdentifier() if self.sort == "_id" else PassedBySort.of(self.order)
        size = max(2, self.page_size)  # one row that was passed and one that is new
        return ByNumber(window=first, limit=self.limit, size=size, ahead=ahead, passed=passed)

    def call(self, window: Window) -> Call:
        """The request for a window."""
        condition = self.where
        if window.beyond is not None:
            condition = _both(condition, where.id > window.beyond)
        if window.without is not None:
            condition = _both(condition, where.id != window.without)
        return list_call(condition, sort=self.order, projection=self.projection, page=window.page, page_size=window.size)


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _both(condition: WhereLike | None, other: Condition) -> WhereLike:
    if condition is None:
        return other
    return condition & other if isinstance(condition, Condition) else {"$and": [condition, other.document]}


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
