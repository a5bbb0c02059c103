"""The query of a list of cases, checked before anything is sent, and the request for each of its windows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from amili._core.engine import Request, is_integer
from amili._core.operations import MAX_PAGE, check_length, list_request
from amili._core.reading.seen import SeenById, SeenBySort, properties_of
from amili._core.reading.walk import KeysetWalk, OffsetWalk, Walk
from amili._core.reading.windows import Window
from amili._errors import InvalidInputError
from amili._query import Condition, Projection, Sort, projection_names, sort_text, where

WhereLike = Condition | Mapping[str, object]

_LATER_PAGE = 400  # characters by which the query of a later page may be longer than that of the first


@dataclass(frozen=True)
class Query:
    """Which cases to list and in which order: by `_id` unless a sort is given.

    `keyset` requests pages by the last identifier returned instead of by number; the default is to do so where possible.
    """

    where: WhereLike | None = None
    sort: str = "_id"
    projection: Mapping[str, Any] | None = None
    page_size: int = MAX_PAGE
    limit: int | None = None
    keyset: bool | None = None

    def __post_init__(self) -> None:
        if not is_integer(self.page_size) or not 1 <= self.page_size <= MAX_PAGE:
            raise InvalidInputError(f"page_size must be from 1 to {MAX_PAGE}, the maximum of the API")
        if self.limit is not None and not is_integer(self.limit, least=0):
            raise InvalidInputError("limit must be the number of cases wanted, an integer of at least 0")
        if self.keyset and self.sort != "_id":
            raise InvalidInputError("keyset=True lists in the order of identifiers; remove sort=")
        if self.projection and not self.projection.get("_id", 1):
            raise InvalidInputError("projection= excludes _id, which is needed to read a list; exclude other properties")

    @classmethod
    def of(
        cls,
        where: WhereLike | None,
        sort: Sort | None,
        projection: Projection | None,
        *,
        page_size: int = MAX_PAGE,
        limit: int | None = None,
        keyset: bool | None = None,
    ) -> "Query":
        """Return the query for the arguments of `cases()`, with pages no larger than its limit; raises if it can't be sent."""
        query = cls(where, sort_text(sort), projection_names(projection), page_size, limit, keyset)
        check_length(query.request(Window(1, MAX_PAGE)), spare=_LATER_PAGE)
        return replace(query, page_size=min(page_size, limit)) if limit else query

    @property
    def order(self) -> str:
        """The sort that is sent; ties are broken by `_id` so that pages are stable."""
        names = [name.removeprefix("-") for name in self.sort.split(",")]
        return self.sort if "_id" in names else f"{self.sort},_id"

    def walk(self) -> Walk | None:
        """Return a walk from the beginning, or None if the limit is 0."""
        if self.limit == 0:
            return None
        first = Window(1, self.page_size)
        if self.sort == "_id" and self.keyset is not False:
            return KeysetWalk(window=first, limit=self.limit, size=self.page_size)
        seen = SeenById() if self.sort == "_id" else SeenBySort.of(self.order)
        size = max(2, self.page_size)  # one seen row and one new row
        return OffsetWalk(window=first, limit=self.limit, size=size, seen=seen)

    def request(self, window: Window) -> Request:
        """Return the request for a window."""
        condition = self.where
        if window.after_id is not None:
            condition = _both(condition, where.id > window.after_id)
        if window.excluding_id is not None:
            condition = _both(condition, where.id != window.excluding_id)
        projection = _with(self.projection, properties_of(self.order))
        return list_request(condition, sort=self.order, projection=projection, page=window.page, page_size=window.size)


def with_properties(projection: Projection | None, *names: str) -> Mapping[str, Any] | None:
    """Return a projection that has these properties as well, or does not exclude them."""
    return _with(projection_names(projection), names)


def _with(wanted: Mapping[str, Any] | None, names: Iterable[str]) -> Mapping[str, Any] | None:
    if wanted is None:
        return None
    includes = all(wanted.values())
    for name in names:
        if not includes:
            wanted = {each: mark for each, mark in wanted.items() if not (_is_in(name, each) or _is_in(each, name))}
        elif not any(_is_in(name, each) for each in wanted):  # MongoDB refuses an object beside a part of it
            wanted = {each: mark for each, mark in wanted.items() if not _is_in(each, name)} | {name: 1}
    return wanted


def _is_in(path: str, other: str) -> bool:
    """Whether a property is another one or a part of it."""
    return f"{path}.".startswith(f"{other}.")


def _both(condition: WhereLike | None, other: Condition) -> Condition:
    if condition is None:
        return other
    return (condition if isinstance(condition, Condition) else Condition(condition)) & other
