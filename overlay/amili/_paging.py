"""Walking all pages: which page is next is decided here; the two iterators below only ask for it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from amili._calls import MAX_PAGE, Projection, list_call
from amili._conditions import Condition
from amili._context import logger
from amili._effects import Call
from amili._errors import DecodeError
from amili._where import where

WhereLike = Condition | Mapping[str, Any]

C = TypeVar("C")


@dataclass(frozen=True)
class Query:
    """Which cases, in which order, and where in the list we are. Without a sort the order would not be stable: by `_id`.

    In the order of identifiers the next page is asked for by the last one seen and not by its number: that stays right, and
    quick, when the set is large, or when cases come and go while it is walked, as in a loop that cancels what it walks over.
    `keyset` says whether to do so; by default it is done where it can be. By page numbers a case that shifts onto the next
    page is still given once, but one may be missed.
    """

    where: WhereLike | None = None
    sort: str = "_id"
    projection: Projection | None = None
    page_size: int = MAX_PAGE
    limit: int | None = None
    keyset: bool | None = None
    page: int = 1
    total: int | None = None
    last: str | None = None
    seen: frozenset[str] = field(default=frozenset(), repr=False)

    def __post_init__(self) -> None:
        if isinstance(self.page_size, bool) or not 1 <= self.page_size <= MAX_PAGE:
            raise ValueError(f"page_size is from 1 to {MAX_PAGE}, which is the most the API gives")
        if self.limit is not None and self.limit < 0:
            raise ValueError("limit is the number of cases wanted, not less than 0")
        if self.keyset and self.sort != "_id":
            raise ValueError("keyset walks in the order of identifiers; leave out sort=")

    def fitted(self) -> "Query":
        """Return this query with pages no larger than its limit; raises if its condition or projection can't be sent."""
        self.call()
        return replace(self, page_size=min(self.page_size, self.limit)) if self.limit else self

    @property
    def by_id(self) -> bool:
        """Whether the order is that of identifiers, so that the last one seen tells what is new."""
        return self.sort == "_id"

    @property
    def by_place(self) -> bool:
        """Whether pages are asked for by the last identifier seen, and not by number."""
        return self.by_id and self.keyset is not False

    def call(self) -> Call:
        """The request for this page; its size is the same for all pages, or pages would overlap."""
        condition = _beyond(self.where, self.last) if self.by_place and self.last else self.where
        return list_call(condition, sort=self.sort, projection=self.projection, page=self.page, page_size=self.page_size)

    def after(self) -> "Query | None":
        """Return the query for the page after this one if it can be told before this one is here, else None.

        By number that is so once the total is known. The later page may then be answered first, which loses nothing: cases
        that leave in between move rows onto the earlier page, and what leaves after both shows in the total of the next.
        """
        if self.by_place or self.total is None or self.page * self.page_size >= self.total:
            return None
        if self.limit is not None and self.limit <= self.page_size:
            return None
        return replace(self, page=self.page + 1)

    def take(self, page: Any) -> tuple[list[Any], "Query | None"]:
        """Return the new items of a page and the query for the next one; None after the last.

        Rows that shifted onto this page from those before are left out, so that each case comes once. If cases have left
        the set since the last page, others have moved to a page that was read already: it is read again, in the order of
        identifiers, so that none is passed over.
        """
        meta = page.meta
        if meta.max_results < self.page_size and self.total is None:
            logger.info("list_cases: the API gives %d cases a page, not %d", meta.max_results, self.page_size)
        gone = 0 if self.total is None or self.by_place or not self.by_id else self.total - meta.total
        if gone > 0 and self.page > 1:
            pages = -(-gone // meta.max_results)
            return [], replace(self, page=max(1, self.page - pages), total=meta.total)
        items = [case for case in page.items if self._is_new(case.id)]
        if self.limit is not None:
            items = items[: self.limit]
        left = None if self.limit is None else self.limit - len(items)
        if left == 0 or not page.items or self._is_last(page):
            return items, None
        identifiers = [case.id for case in page.items if case.id is not None]
        last = max([*identifiers, self.last or ""]) if self.by_id else None
        if self.by_place and identifiers and last == self.last:
            message = "the reply to list_cases does not keep to the condition on _id that was asked for"
            raise DecodeError(message, operation="list_cases", path="/_items")
        number = self.page if self.by_place and identifiers else self.page + 1
        seen = self.seen if self.by_id else self.seen | frozenset(identifiers)
        return items, replace(self, page=number, limit=left, total=meta.total, last=last, seen=seen)

    def _is_new(self, identifier: str | None) -> bool:
        if identifier is None:
            return True
        return identifier > (self.last or "") if self.by_id else identifier not in self.seen

    def _is_last(self, page: Any) -> bool:
        """Tell by what the server applied: it lowers a `max_results` above its limit without a word."""
        read = len(page.items) if self.by_place and self.page == 1 else self.page * page.meta.max_results
        return bool(read >= page.meta.total)


def _beyond(condition: WhereLike | None, identifier: str) -> WhereLike:
    """Add to a condition that the identifier is greater than the last one seen."""
    greater = where.id > identifier
    if condition is None:
        return greater
    return condition & greater if isinstance(condition, Condition) else {"$and": [condition, greater.document]}


class _Coming:
    """Pages that are on their way, by their number; made of futures of threads or of tasks."""

    def __init__(self, send: Callable[[Call], Any]) -> None:
        self._send, self._pages = send, dict[int, Any]()

    def ask(self, query: Query | None, alone: bool = False) -> None:
        """Ask for a page and, unless `alone`, for the one after it if that can be told; drop what is no longer wanted."""
        after = None if query is None or alone else query.after()
        wanted = {each.page: each for each in (query, after) if each is not None}
        if query is None or query.page not in self._pages:
            for page in self._pages.values():
                page.cancel()
                page.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody else will look at it
            self._pages.clear()
        for number, each in wanted.items():
            if number not in self._pages:
                self._pages[number] = self._send(each.call())

    def take(self, query: Query) -> Any:
        """Return the future of a page that was asked for."""
        return self._pages.pop(query.page)


class Cases(Generic[C]):
    """All cases that match, read page by page as they are asked for; a new iteration reads anew."""

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    def __init__(self, query: Query, read: Callable[[Call], Any], prefetch: bool = False) -> None:
        self._query, self._read, self._prefetch = query, read, prefetch

    def __iter__(self) -> Iterator[C]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[C]]:
        """Iterate over pages, each a list of cases."""
        query: Query | None = self._query if self._query.limit != 0 else None
        if query is not None and self._prefetch:
            yield from self._pages_ahead(query)
            return
        while query is not None:
            items, query = query.take(self._read(query.call()))
            if items:
                yield items

    def _pages_ahead(self, query: Query) -> Iterator[list[C]]:
        """Ask for the next page, or the next two, while the one before is in use."""
        with ThreadPoolExecutor(2, "amili-prefetch") as pool:
            following: Query | None = query
            coming = _Coming(lambda call: pool.submit(self._read, call))
            coming.ask(query)
            while following is not None:
                items, following = following.take(coming.take(following).result())
                coming.ask(following)
                if items:
                    yield items

    def first(self) -> C | None:
        """Return the first case in the order asked for, or None."""
        return next(iter(Cases[C](replace(self._query, page_size=1, limit=1), self._read)), None)

    def count(self) -> int:
        """Return how many cases match, by one request; `limit` plays no part."""
        return int(self._read(replace(self._query, page_size=1, limit=None).call()).meta.total)


class AsyncCases(Generic[C]):
    """All cases that match, read page by page as they are asked for; a new iteration reads anew."""

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    def __init__(self, query: Query, read: Callable[[Call], Coroutine[Any, Any, Any]], prefetch: bool = False) -> None:
        self._query, self._read, self._prefetch = query, read, prefetch

    async def __aiter__(self) -> AsyncIterator[C]:
        async for page in self.pages():
            for case in page:
                yield case

    async def pages(self) -> AsyncIterator[list[C]]:
        """Iterate over pages, each a list of cases."""
        following: Query | None = self._query if self._query.limit != 0 else None
        coming = _Coming(lambda call: asyncio.ensure_future(self._read(call)))
        try:
            while following is not None:
                coming.ask(following, alone=not self._prefetch)
                items, following = following.take(await coming.take(following))
                if self._prefetch:
                    coming.ask(following)
                if items:
                    yield items
        finally:
            coming.ask(None)

    async def first(self) -> C | None:
        """Return the first case in the order asked for, or None."""
        async for case in AsyncCases[C](replace(self._query, page_size=1, limit=1), self._read):
            return case
        return None

    async def count(self) -> int:
        """Return how many cases match, by one request; `limit` plays no part."""
        page = await self._read(replace(self._query, page_size=1, limit=None).call())
        return int(page.meta.total)
