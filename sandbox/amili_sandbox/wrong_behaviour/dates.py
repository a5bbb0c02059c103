"""Contract faults in dates: hours, years and days that are wrong in some cases."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from amili_sandbox.domain import Document
from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.after_write import after_registration
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_json, map_values
from amili_sandbox.wrong_behaviour.values import is_date, shift_date


@contract_fault("boundary")
def summer_hour(exchange: InterceptedExchange) -> Reply:
    """Invoice dates in summer time come back an hour early, which is the day before."""

    def earlier(name: str, value: Any) -> Any:
        in_summer = name == "invoice_date" and is_date(value) and _is_summer(parsedate_to_datetime(value))
        return shift_date(value, timedelta(hours=-1)) if in_summer else value

    return edit_json(exchange.proceed(), lambda body: map_values(body, earlier))


@contract_fault("boundary")
def week_year(exchange: InterceptedExchange) -> Reply:
    """Dates show the year that their week belongs to: 30 December 2025 comes back as 30 December 2026."""

    def misdated(_: str, value: Any) -> Any:
        if not is_date(value):
            return value
        timestamp = parsedate_to_datetime(value)
        return format_datetime(timestamp.replace(year=timestamp.isocalendar().year), usegmt=True)

    return edit_json(exchange.proceed(), lambda body: map_values(body, misdated))


@contract_fault("domain")
def due_days_30_360(exchange: InterceptedExchange) -> Reply:
    """Days to the due date are counted as if every month had 30 of them."""

    def change(case: Document, registration: Document) -> Document:
        start, end = registration["invoice_date"], registration["invoice_due_date"]
        months = 12 * (end.year - start.year) + end.month - start.month
        days = 30 * months + min(end.day, 30) - min(start.day, 30)
        names = ("invoice_due_days_after_invoice_date", "interest_days_after_invoice_date")
        return {"debt": {**case["debt"], **dict.fromkeys(names, days)}}

    return after_registration(exchange, change)


def _is_summer(timestamp: datetime) -> bool:
    """Whether clocks in Sweden are set to summer time."""
    return _last_sunday(timestamp.year, 3) <= timestamp < _last_sunday(timestamp.year, 10)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, hour=1, tzinfo=UTC)  # both months have 31 days; the change is at 1 o'clock UTC
    return last - timedelta(days=(last.weekday() + 1) % 7)
