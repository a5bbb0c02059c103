"""Walking all pages: which page is next is decided here; the two iterators below only ask for it."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from amili_api.models.page_meta import PageMeta

from amili._calls import MAX_PAGE, Projection, list_call
from amili._conditions import Condition, where_text
from amili._effects import Call
from amili._errors import DecodeError

C = TypeVar("C")
_BEYOND = {"_id": "$gt", "-_id": "$lt"}


@dataclass(frozen=True)
class Query:
    """Which cases, in which order, and where in the list we are.

    By default in the order of `_id`, and then each page asks for what comes after the last case seen: whatever is added or
    taken away meanwhile, as when a loop cancels the cases it walks over, none is left out and none comes twice. Under another
    sort there are only page numbers: a case that shifts onto the next page is still given once, but one may be missed.
    """

    where: Condition | Mapping[str, Any] | None = None
    sort: str = "_id"
    projection: Projection | None = None
    page_size: int = MAX_PAGE
    limit: int | None = None
    page: int = 1
    after: str | None = None
    seen: frozenset[str] = field(default=frozenset(), repr=False)

    def __post_init__(self) -> None:
        if isinstance(self.page_size, bool) or not 1 <= self.page_size <= MAX_PAGE:
            raise ValueError(f"page_size is from 1 to {MAX_PAGE}, which is the most the API gives")
        if self.limit is not None and self.limit < 0:
            raise ValueError("limit is the number of cases wanted, not less than 0")

    def call(self) -> Call:
        """The request for this page; its size is the same for all pages, or pages would overlap."""
        where = self.where
        if self.after is not None:
            rest = {"_id": {_BEYOND[self.sort]: self.after}}
            where = rest if where is None else {"$and": [json.loads(where_text(where) or ""), rest]}
        return list_call(where, sort=self.sort, projection=self.projection, page=self.page, page_size=self.page_size)

    def take(self, page: Any) -> tuple[list[Any], "Query | None"]:
        """Return the new items of a page and the query for the next one; None after the last."""
        items = [case for case in page.items if case.id not in self.seen]
        if self.limit is not None:
            items = items[: self.limit]
        left = None if self.limit is None else self.limit - len(items)
        if left == 0 or not page.items or _is_last(self.page, page.meta):
            return items, None
        return items, replace(self._next(page.items), limit=left)

    def _next(self, cases: list[Any]) -> "Query":
        last, identifiers = cases[-1].id, frozenset(case.id for case in cases if case.id is not None)
        if self.sort not in _BEYOND or last is None:
            return replace(self, page=self.page + 1, seen=self.seen | identifiers)
        if last in self.seen:
            message = "the reply to list_cases does not keep to the order and the condition on _id that were asked for"
            raise DecodeError(message, operation="list_cases", path="/_items")
        return replace(self, after=last, seen=identifiers)


def query_for(
    where: Condition | Mapping[str, Any] | None,
    sort: str | None,
    projection: Projection | None,
    page_size: int,
    limit: int | None,
) -> Query:
    """Make the query for `.cases()`; a limit below the page size makes the pages that small."""
    query = Query(where, sort or "_id", projection, page_size, limit)
    query.call()  # a condition or projection that can't be sent is refused here, not when the first case is asked for
    return replace(query, page_size=min(page_size, limit)) if limit else query


def _is_last(number: int, meta: PageMeta) -> bool:
    """Tell by what the server applied: it lowers a `max_results` above its limit without a word."""
    return number * meta.max_results >= meta.total


class Cases(Generic[C]):
    """All cases that match, read page by page as they are asked for; a new iteration reads anew."""

    def __init__(self, query: Query, read: Callable[[Call], Any]) -> None:
        self._query, self._read = query, read

    def __iter__(self) -> Iterator[C]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[C]]:
        """Iterate over pages, each a list of cases."""
        query: Query | None = self._query if self._query.limit != 0 else None
        while query is not None:
            items, query = query.take(self._read(query.call()))
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

    def __init__(self, query: Query, read: Callable[[Call], Coroutine[Any, Any, Any]]) -> None:
        self._query, self._read = query, read

    async def __aiter__(self) -> AsyncIterator[C]:
        async for page in self.pages():
            for case in page:
                yield case

    async def pages(self) -> AsyncIterator[list[C]]:
        """Iterate over pages, each a list of cases."""
        query: Query | None = self._query if self._query.limit != 0 else None
        while query is not None:
            items, query = query.take(await self._read(query.call()))
            if items:
                yield items

    async def first(self) -> C | None:
        """Return the first case in the order asked for, or None."""
        async for case in AsyncCases[C](replace(self._query, page_size=1, limit=1), self._read):
            return case
        return None

    async def count(self) -> int:
        """Return how many cases match, by one request; `limit` plays no part."""
        page = await self._read(replace(self._query, page_size=1, limit=None).call())
        return int(page.meta.total)
