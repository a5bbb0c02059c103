"""What is asked of a list of cases, checked before anything is sent, and the request for each window of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from amili._core.engine import Request, is_whole
from amili._core.operations import MAX_PAGE, Projection, check_length, list_request
from amili._core.reading.seen import SeenById, SeenBySort
from amili._core.reading.walk import KeysetWalk, OffsetWalk, Walk
from amili._core.reading.windows import Window
from amili._query import Condition, where

WhereLike = Condition | Mapping[str, object]

SORT = r"^-?[A-Za-z_][A-Za-z0-9_.]*(,-?[A-Za-z_][A-Za-z0-9_.]*)*$"  # as in the contract; a test compares
_LATER_PAGE = 400  # characters by which the request for a later page may be longer than that for the first


@dataclass(frozen=True)
class Query:
    """Which cases, and in which order: by `_id` unless a sort is given.

    `keyset` says whether to request a page by the last identifier returned, and not by number; by default where possible.
    """

    where: WhereLike | None = None
    sort: str = "_id"
    projection: Projection | None = None
    page_size: int = MAX_PAGE
    limit: int | None = None
    keyset: bool | None = None

    def __post_init__(self) -> None:
        if not is_whole(self.page_size) or not 1 <= self.page_size <= MAX_PAGE:
            raise ValueError(f"page_size is from 1 to {MAX_PAGE}, which is the most the API gives")
        if self.limit is not None and not is_whole(self.limit, least=0):
            raise ValueError("limit is the number of cases wanted, a whole number not less than 0")
        if not isinstance(self.sort, str) or not re.fullmatch(SORT, self.sort):
            raise ValueError("sort names a property, or several with commas between; a minus before one means descending")
        if self.keyset and self.sort != "_id":
            raise ValueError("keyset walks in the order of identifiers; leave out sort=")
        if isinstance(self.projection, Mapping) and "_id" in self.projection and not self.projection["_id"]:
            raise ValueError("projection= leaves out _id, which a list can't be read without; leave out other properties")

    def validated(self) -> "Query":
        """Return this query with pages no larger than its limit; raises if its condition or projection can't be sent."""
        check_length(self.request(Window(1, MAX_PAGE)), spare=_LATER_PAGE)
        return replace(self, page_size=min(self.page_size, self.limit)) if self.limit else self

    @property
    def order(self) -> str:
        """The sort that is sent; ties are broken by `_id` so that pages are stable."""
        names = [name.removeprefix("-") for name in self.sort.split(",")]
        return self.sort if "_id" in names else f"{self.sort},_id"

    def walk(self) -> Walk | None:
        """Return a walk from the beginning, or None if no case is wanted."""
        if self.limit == 0:
            return None
        first = Window(1, self.page_size)
        if self.sort == "_id" and self.keyset is not False:
            return KeysetWalk(window=first, limit=self.limit, size=self.page_size)
        seen = SeenById() if self.sort == "_id" else SeenBySort.of(self.order)
        size = max(2, self.page_size)  # one row that was seen and one that is new
        return OffsetWalk(window=first, limit=self.limit, size=size, seen=seen)

    def request(self, window: Window) -> Request:
        """Return the request for a window."""
        condition = self.where
        if window.after_id is not None:
            condition = _both(condition, where.id > window.after_id)
        if window.excluding_id is not None:
            condition = _both(condition, where.id != window.excluding_id)
        return list_request(condition, sort=self.order, projection=self.projection, page=window.page, page_size=window.size)


def _both(condition: WhereLike | None, other: Condition) -> WhereLike:
    if condition is None:
        return other
    return condition & other if isinstance(condition, Condition) else {"$and": [condition, other.document]}
