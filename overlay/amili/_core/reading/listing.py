"""All cases that match, for iteration: what is asked for, and two thin iterators over a walk, which decides."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from amili._core.engine import Call
from amili._core.operations import MAX_PAGE, Projection, list_call
from amili._core.reading.seen import PassedByIdentifier, PassedBySort
from amili._core.reading.walk import ByIdentifier, ByNumber, Walk
from amili._core.reading.windows import Window
from amili._query import Condition, where

WhereLike = Condition | Mapping[str, Any]

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
