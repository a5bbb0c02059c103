"""Looks up many cases, or records of writes, with few requests: up to 99 values in one condition with `in`.

The vendor does not document `in`, and where an API reads it otherwise, a case that is there looks as if it were missing. So a
response must have only cases that were asked for; and before the first answer of a client is believed, `in` must have found two
of the values, or a case that certainly exists beside one that does not. If that does not hold, values are looked up one by one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol
from urllib.parse import urlencode

from amili._core.engine import Budget, Context, Flow, Request, logger
from amili._core.operations import MAX_PAGE, check_identifiers, needed_for, read
from amili._core.reading.listing import Query, with_properties
from amili._core.reading.walk import Walk
from amili._core.reading.windows import Window, total_of
from amili._errors import ApiError
from amili._query import Condition, Projection, where

LOT = 99  # values: their cases leave a page of 100 unfilled, so no further request is needed to see its end
_LONGEST_ADDRESS = 3900  # characters; servers before an API may refuse more than 4,094
_TOO_LONG = (400, 413, 414, 431)
_NOBODY = "0" * 24  # an identifier that no case has

Found = dict[str, list[Any]]


class Pages(Protocol):
    """A query, and the walk through the pages of its list."""

    def walk(self) -> Walk | None:
        """Return a walk from the beginning."""

    def request(self, window: Window) -> Request:
        """Return the request for a window."""


class Searched(Protocol):
    """What is looked up, by one of its properties."""

    @property
    def of_cases(self) -> bool:
        """Whether cases are looked up."""

    def value_of(self, row: Any) -> str | None:
        """Return the value by which a row is looked up; None if the response left it out."""

    def query(self, values: Sequence[str]) -> Pages:
        """Return the query for one value or several; raises for a value that would match nothing."""


@dataclass(frozen=True)
class Lookup:
    """What is looked up: cases by their invoice number (of one creditor, if given) or by their identifier."""

    by_number: bool
    creditor: str | None = None
    projection: Projection | None = None

    of_cases = True

    @property
    def call(self) -> str:
        """The method that looks this up."""
        return "cases_by_number" if self.by_number else "cases_by_id"

    def value_of(self, case: Any) -> str | None:
        """Return the value by which a case is looked up; None if the response left it out."""
        found = getattr(getattr(case, "debt", None), "invoice_number", None) if self.by_number else case.id
        return found if isinstance(found, str) else None

    def condition(self, values: Sequence[str]) -> Condition:
        """Return the condition that finds the cases of one value or several; raises for a value that would match nothing."""
        field = where.debt.invoice_number if self.by_number else where.id
        condition: Condition = field == values[0] if len(values) == 1 else field.in_(values)
        if self.creditor is not None:
            condition &= where.creditor == self.creditor
        return condition

    def query(self, values: Sequence[str]) -> Query:
        """Return the query for one value or several."""
        return Query(self.condition(values), projection=with_properties(self.projection, "_id", "debt.invoice_number"))


def lots(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield the distinct values in lots of at most 99."""
    distinct = _distinct(values)
    while lot := list(islice(distinct, LOT)):
        yield lot


def _distinct(values: Iterable[str]) -> Iterator[str]:
    seen = set[str]()
    for value in values:
        if value not in seen:
            seen.add(value)
            yield value


def look_up(context: Context, lookup: Searched, values: Sequence[str], budget: Budget) -> Flow[Found]:
    """Return the rows of each value, in the order of the values."""
    if len(values) == 1:
        return {values[0]: (yield from _read_all(context, lookup.query(values), budget))}
    if context.support.in_operator is not False and _address_length(context, lookup, values) <= _LONGEST_ADDRESS:
        rows = yield from _read_together(context, lookup, values, budget)
        if rows is not None:
            found: Found = {value: [] for value in values}
            for row in rows:
                found.setdefault(str(lookup.value_of(row)), []).append(row)
            return found
    size = 1 if context.support.in_operator is False else (len(values) + 1) // 2
    parts: Found = {}
    for start in range(0, len(values), size):
        parts |= yield from look_up(context, lookup, values[start : start + size], budget)
    return parts


def _read_together(context: Context, lookup: Searched, values: Sequence[str], budget: Budget) -> Flow[list[Any] | None]:
    """Return the rows of several values by one condition; None if it is too long, or if `in` does not hold."""
    try:
        rows = yield from _read_all(context, lookup.query(values), budget)
    except ApiError as problem:
        if problem.status not in _TOO_LONG:
            raise
        if context.support.in_operator is None and problem.status == 400:
            _remember(context, (yield from _probe(context, [], budget)))
        if problem.status == 400 and context.support.in_operator and not lookup.of_cases:
            raise  # it is not about `in`: the list itself is refused
        return None
    named = {lookup.value_of(row) for row in rows}
    if not named <= set(values):
        if not lookup.of_cases:
            return rows  # the caller sees that it is not what was asked for
        _remember(context, False)
    elif context.support.in_operator is None:
        _remember(context, len(named) > 1 or (yield from _probe(context, rows if lookup.of_cases else [], budget)))
    return None if context.support.in_operator is False else rows


def _remember(context: Context, holds: bool | None) -> None:
    context.support.in_operator = holds
    if holds is False:
        logger.warning("list_cases: this API does not support `in` in conditions, so cases are looked up one by one")


def _probe(context: Context, known: Sequence[Any], budget: Budget) -> Flow[bool | None]:
    """Return whether `in` finds a case that exists beside one that does not; None if there is no case to try it with."""
    known = known[:1] or (yield from _read_all(context, Query(limit=1, page_size=1), budget))
    if not known:
        return None
    try:
        found = yield from _read_all(context, Query(where.id.in_([_NOBODY, known[0].id])), budget)
    except ApiError as problem:
        if problem.status != 400:
            raise
        return False
    return [case.id for case in found] == [known[0].id]


def _address_length(context: Context, lookup: Searched, values: Sequence[str]) -> int:
    request = lookup.query(values).request(Window(1, MAX_PAGE))
    return len(context.base_url) + len(context.paths.path(request)) + 1 + len(urlencode(request.params))


def _read_all(context: Context, query: Pages, budget: Budget) -> Flow[list[Any]]:
    """Return all rows of a query; those of one page in any order."""
    walk, rows = query.walk(), list[Any]()
    while walk is not None:
        request = query.request(walk.window)
        page = yield from read(context, request, budget)
        total = total_of(page)
        with needed_for(request.operation, budget):
            check_identifiers(page.items)
            if not rows and total is not None and total <= len(page.items):
                return list(page.items)
            items, walk = walk.advance(page)
        rows += items
    return rows
