"""A day of an invoice: a date, or the calendar day in Sweden of a moment, wherever and however that moment is told."""

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from amili import InvalidInputError, InvoiceRegistration, where
from amili._core.operations import registration_request
from amili_api.codec import dump_day, parse_day
from amili_sandbox.testing import SandboxProcess
from hypothesis import given
from hypothesis import strategies as st

from tests.overlay.support import Clients
from tests.samples import invoice

STOCKHOLM, UTC = ZoneInfo("Europe/Stockholm"), datetime.UTC
DAY = datetime.date(2025, 10, 17)
SEVENTEENTH: list[Any] = [
    DAY,
    "2025-10-17",
    datetime.datetime(2025, 10, 17, tzinfo=UTC),
    datetime.datetime(2025, 10, 17, tzinfo=STOCKHOLM),
    datetime.datetime(2025, 10, 16, 22, tzinfo=UTC),
    datetime.datetime(2025, 10, 16, 18, tzinfo=ZoneInfo("America/New_York")),
    datetime.datetime(2025, 10, 17, 21, 59, 59, 999_999, tzinfo=UTC),
    "2025-10-16T22:00:00.000Z",
    "2025-10-17T00:00:00+02:00",
    "2025-10-17T00:00:00Z",
    "Fri, 17 Oct 2025 00:00:00 GMT",
    "Thu, 16 Oct 2025 22:00:00 GMT",
]
NAMES = ("invoice_date", "invoice_due_date", "invoice_delivery_date")


def sent(given: Any) -> dict[str, Any]:
    body = registration_request(given)[0].body
    assert body is not None
    return {name: body[name] for name in NAMES}


@pytest.mark.parametrize("day", SEVENTEENTH, ids=str)
def test_one_day_is_one_day_however_it_is_told(day: Any) -> None:
    document = invoice() | dict.fromkeys(NAMES, day)
    decoded, assigned = (InvoiceRegistration.from_dict(each) for each in (document, invoice()))
    for name in NAMES:
        setattr(assigned, name, day)
    assert getattr(decoded, "invoice_date") == DAY  # noqa: B009 - the type of the attribute is a date
    assert type(decoded.invoice_due_date) is datetime.date
    for given_as in (document, decoded, assigned):
        assert sent(given_as) == dict.fromkeys(NAMES, "Fri, 17 Oct 2025 00:00:00 GMT")
    assert assigned.to_dict()["invoice_due_date"] == "Fri, 17 Oct 2025 00:00:00 GMT"


def hours_of(day: datetime.date) -> int:
    """How many hours a day has in Sweden."""
    start, end = (datetime.datetime(each.year, each.month, each.day, tzinfo=STOCKHOLM) for each in (day, next_day(day)))
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()) // 3600


def next_day(day: datetime.date) -> datetime.date:
    return day + datetime.timedelta(days=1)


def changes() -> Iterator[datetime.date]:
    """The days on which the clocks change, with the days around them."""
    for change in (
        datetime.date(2025, 3, 30),
        datetime.date(2025, 10, 26),
        datetime.date(2026, 3, 29),
        datetime.date(2026, 10, 25),
    ):
        yield from (change + datetime.timedelta(days=days) for days in (-1, 0, 1))


DAYS = list(changes())


def test_the_days_of_this_test_have_23_24_and_25_hours() -> None:
    assert {hours_of(day) for day in DAYS} == {23, 24, 25}


@given(st.sampled_from(DAYS), st.data(), st.sampled_from(sorted(available_timezones())))
def test_every_moment_of_a_day_is_that_day_in_every_time_zone_and_form(
    day: datetime.date, data: st.DataObject, zone: str
) -> None:
    start = datetime.datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM).astimezone(UTC)
    latest = hours_of(day) * 3600 * 1_000_000 - 1
    since = data.draw(st.sampled_from([0, 1, latest]) | st.integers(0, latest))
    moment = (start + datetime.timedelta(microseconds=since)).astimezone(ZoneInfo(zone))
    whole = moment.astimezone(UTC).replace(microsecond=0)
    told: list[Any] = [moment, moment.astimezone(UTC), whole, whole.isoformat(), whole.isoformat().replace("+00:00", "Z")]
    told += [moment.astimezone(UTC).isoformat(), format_datetime(whole, usegmt=True)]
    if moment.utcoffset() % datetime.timedelta(minutes=1) == datetime.timedelta(0):  # type: ignore[operator]
        told.append(moment.isoformat())
    assert {parse_day(each) for each in told} == {day}
    assert {dump_day(each) for each in told} == {f"{day:%a, %d %b %Y} 00:00:00 GMT"}


@given(st.dates())
def test_a_day_that_was_sent_is_read_as_the_same_day(day: datetime.date) -> None:
    assert parse_day(dump_day(day)) == parse_day(day.isoformat()) == parse_day(day) == day


@pytest.mark.parametrize(
    "day",
    [
        datetime.datetime(2025, 10, 17),
        "2025-10-17T00:00:00",
        "2025-10-17T23:30",
        "9999-12-31T23:30:00Z",
        datetime.datetime.max.replace(tzinfo=UTC),
        "17/10/2025",
        20251017,
        None,
        True,
    ],
    ids=str,
)
def test_what_may_be_two_days_or_is_none_is_refused(day: Any) -> None:
    with pytest.raises(ValueError, match=r"time zone|neither an RFC|is not a date|years 1 to 9999"):
        parse_day(day)
    if day is not None:
        with pytest.raises(
            InvalidInputError, match=r"^invoice: invoice_due_date: it must be a date, or a moment with a time zone"
        ):
            registration_request(invoice(invoice_due_date=day))


def test_a_day_is_stored_and_found_as_that_day(clients: Clients, sandbox: SandboxProcess) -> None:
    amili = clients(sandbox.base_url, sandbox.token)
    midnight = datetime.datetime(2025, 10, 7, tzinfo=STOCKHOLM).astimezone(UTC)
    for number, due in enumerate(SEVENTEENTH):
        document = invoice(account=sandbox.account, creditor=sandbox.creditor, invoice_number=f"INV-{number}")
        case = amili.case(amili.register(document | {"invoice_date": midnight, "invoice_due_date": due}))
        assert case.debt.invoice_due_days_after_invoice_date == 10
        assert case.debt.invoice_date == datetime.datetime(2025, 10, 7, tzinfo=UTC)
        assert parse_day(case.debt.invoice_date) == datetime.date(2025, 10, 7)
    assert amili.cases(where.debt.invoice_date == datetime.date(2025, 10, 7)).count() == len(SEVENTEENTH)
    assert amili.cases(where.debt.invoice_date == midnight).count() == 0  # a moment, two hours before the stored one


def test_a_day_is_known_where_the_system_has_no_time_zones() -> None:
    code = "from amili_api.codec import parse_day; import zoneinfo; print(zoneinfo.TZPATH, parse_day('2025-10-16T22:00Z'))"
    environment = os.environ | {"PYTHONTZPATH": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)  # noqa: S603
    assert done.stdout == "() 2025-10-17\n"


def test_what_is_asked_with_a_day_is_what_is_sent_for_it() -> None:
    [asked] = json.loads((where.debt.invoice_date == DAY).wire).values()
    assert asked == sent(invoice() | dict.fromkeys(NAMES, DAY))["invoice_date"]
