"""Looks up writes as the API stores them: registrations by their invoice number, creditings and cancellations by their case.

The vendor documents these lists beside `GET /cases`, but not in its guide, so an API may refuse them, and the client remembers
that. So does a list whose rows contradict what was asked for. That a list finds what certainly exists is known once it has
found something, or by trying it with a record that it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amili._core.engine import Budget, Context, Flow, Request, logger
from amili._core.operations import MAX_PAGE, RecordList, read, records_request
from amili._core.reading.lookups import Found, look_up
from amili._core.reading.walk import KeysetWalk
from amili._core.reading.windows import Window
from amili._errors import AmiliError, ApiError, DecodeError
from amili._query import Condition

_REFUSED = (400, 403, 404, 405, 501)  # statuses of an API that does not offer the list


@dataclass(frozen=True)
class Records:
    """What is looked up in which list; registrations of one creditor only."""

    operation: RecordList
    creditor: str | None = None

    of_cases = False

    @property
    def property_name(self) -> str:
        """The property by which they are looked up."""
        return "invoice_number" if self.operation == "list_registrations" else "case"

    def value_of(self, row: Any) -> str | None:
        """Return the value by which a record is looked up; None if the response left it out or has another creditor."""
        found = getattr(row, self.property_name, None)
        is_of_creditor = self.creditor in (None, getattr(row, "creditor", None))
        return found if isinstance(found, str) and is_of_creditor else None

    def condition(self, values: Sequence[str]) -> Condition:
        """Return the condition that finds the records of one value or several."""
        found = Condition({self.property_name: values[0] if len(values) == 1 else {"$in": list(values)}})
        return found if self.creditor is None else found & Condition({"creditor": self.creditor})

    def query(self, values: Sequence[str]) -> "_RecordQuery":
        """Return the query for one value or several."""
        return _RecordQuery(self.operation, self.condition(values))

    def is_complete(self, row: Any) -> bool:
        """Return whether a record has all by which its write is known: for a crediting a reference as well."""
        has_reference = self.operation != "list_creditings" or getattr(row, "creditor_reference", None) is not None
        return self.value_of(row) is not None and has_reference


@dataclass(frozen=True)
class _RecordQuery:
    operation: RecordList
    condition: Condition

    def walk(self) -> KeysetWalk:
        return KeysetWalk(window=Window(1, MAX_PAGE), size=MAX_PAGE)

    def request(self, window: Window) -> Request:
        condition = self.condition
        if window.after_id is not None:
            condition &= Condition({"_id": {"$gt": window.after_id}})
        return records_request(self.operation, condition, sort="_id", page=window.page, page_size=window.size)


def look_up_records(context: Context, records: Records, values: Sequence[str], budget: Budget) -> Flow[Found | None]:
    """Return the records of each value; None if the API refuses the list, now or before, or if the lookup fails."""
    if context.support.lists.get(records.operation) is False:
        return None
    try:
        found = yield from look_up(context, records, values, budget)
    except ApiError as problem:
        if problem.status in _REFUSED:
            _remember(context, records, False)
        return None
    except DecodeError as problem:
        if problem.is_json:  # what is no JSON comes from an intermediary
            _remember(context, records, False)
        return None
    except AmiliError:
        return None
    rows = [(value, row) for value, listed in found.items() for row in listed]
    if any(records.value_of(row) != value or value not in values for value, row in rows):
        _remember(context, records, False)
        return None
    if any(records.is_complete(row) for _, row in rows):
        _remember(context, records, True)
    return found


def is_dependable(context: Context, records: Records, budget: Budget) -> Flow[bool]:
    """Return whether this list finds what certainly exists, so that what it does not find is not there.

    If that is not known yet, it is tried with the newest of its records that has all by which a write is known.
    """
    if context.support.lists.get(records.operation) is None:
        try:
            request = records_request(records.operation, None, sort="-_id", page=1, page_size=MAX_PAGE)
            page = yield from read(context, request, budget)
        except AmiliError:
            return False
        known = next((row for row in page.items if records.is_complete(row)), None)
        if known is not None:
            yield from look_up_records(context, records, [str(records.value_of(known))], budget)
    return context.support.lists.get(records.operation) is True


def _remember(context: Context, records: Records, holds: bool) -> None:
    if not holds:
        logger.warning(
            "%s: this API does not offer this list as documented; cases alone show what was written", records.operation
        )
    context.support.lists[records.operation] = holds
