"""Contract faults in the values of responses: types, formats, amounts and dates."""

import hashlib
import math
import re
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_cases, edit_json, map_values

RFC_1123 = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT")
AMOUNT = re.compile(r"(.*_)?amount|initial_capital|capital_to_claim")


@contract_fault("schema")
def date_iso(exchange: InterceptedExchange) -> Reply:
    """All dates are ISO 8601."""

    def iso(_: str, value: Any) -> Any:
        return parsedate_to_datetime(value).isoformat() if is_date(value) else value

    return edit_json(exchange.proceed(), lambda body: map_values(body, iso))


@contract_fault("schema")
def amount_string(exchange: InterceptedExchange) -> Reply:
    """Amounts are strings."""
    return edit_json(exchange.proceed(), lambda body: map_values(body, _amount_as_text))


@contract_fault("schema")
def amount_string_credited(exchange: InterceptedExchange) -> Reply:
    """Amounts are strings, but only in cases that were credited."""

    def change(case: dict[str, Any]) -> None:
        if len(case.get("transactions", [])) > 1:
            case.update(map_values(case, _amount_as_text))

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("schema")
def enum_new(exchange: InterceptedExchange) -> Reply:
    """Cases are in an undocumented state."""
    return edit_cases(exchange, exchange.proceed(), lambda case: case.update(state="limbo"))


@contract_fault("model")
def total_off(exchange: InterceptedExchange) -> Reply:
    """`_meta.total` is one too many."""

    def change(body: Any) -> None:
        if "_meta" in body:
            body["_meta"]["total"] += 1

    return edit_json(exchange.proceed(), change)


@contract_fault("model")
def wrong_currency(exchange: InterceptedExchange) -> Reply:
    """All cases are in euro."""
    return edit_cases(exchange, exchange.proceed(), lambda case: case.update(currency="EUR"))


@contract_fault("schema")
def float_rounding(exchange: InterceptedExchange) -> Reply:
    """Amounts have the errors of binary fractions."""

    def noisy(name: str, value: Any) -> Any:
        return math.nextafter(value, math.inf) if isinstance(value, float) and AMOUNT.fullmatch(name) else value

    return edit_json(exchange.proceed(), lambda body: map_values(body, noisy))


@contract_fault("domain")
def ocr_wrong(exchange: InterceptedExchange) -> Reply:
    """The check digit of OCR numbers is wrong."""
    return _ocr(exchange, lambda ocr: ocr[:-1] + str((int(ocr[-1]) + 1) % 10))


@contract_fault("schema")
def ocr_number_type(exchange: InterceptedExchange) -> Reply:
    """OCR numbers are numbers."""
    return _ocr(exchange, int)


@contract_fault("schema")
def null_field(exchange: InterceptedExchange) -> Reply:
    """A field of cases that always has a value is null."""
    return edit_cases(exchange, exchange.proceed(), lambda case: case.update(customer_name=None))


@contract_fault("schema")
def id_uuid(exchange: InterceptedExchange) -> Reply:
    """Ids look like UUIDs."""

    def uuid(name: str, value: Any) -> Any:
        if name != "_id" or not isinstance(value, str):
            return value
        return re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{4}).*", r"\1-\2-\3-\4-00000000\5", value)

    return edit_json(exchange.proceed(), lambda body: map_values(body, uuid))


@contract_fault("schema")
def status_case(exchange: InterceptedExchange) -> Reply:
    """`_status` is `ok` in small letters."""
    return edit_json(exchange.proceed(), lambda body: body.update(_status="ok") if body.get("_status") == "OK" else None)


@contract_fault("model")
def etag_static(exchange: InterceptedExchange) -> Reply:
    """The etag of a case stays the same when the case changes."""

    def change(case: dict[str, Any]) -> None:
        if "_etag" in case:
            case["_etag"] = hashlib.md5(case["_id"].encode(), usedforsecurity=False).hexdigest()

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("domain")
def updated_backwards(exchange: InterceptedExchange) -> Reply:
    """Everything was updated the day before it was created."""

    def change(body: Any) -> None:
        for document in body.get("_items") or [body]:
            if "_created" in document:
                document["_updated"] = shift_date(document["_created"], timedelta(days=-1))

    return edit_json(exchange.proceed(), change)


@contract_fault("model")
def tz_shift(exchange: InterceptedExchange) -> Reply:
    """Invoice dates come back two hours later."""

    def shift(name: str, value: Any) -> Any:
        return shift_date(value, timedelta(hours=2)) if name == "invoice_date" and is_date(value) else value

    return edit_json(exchange.proceed(), lambda body: map_values(body, shift))


@contract_fault("model")
def tx_sum(exchange: InterceptedExchange) -> Reply:
    """The transactions do not add up to what remains."""

    def change(case: dict[str, Any]) -> None:
        if case.get("transactions"):
            case["transactions"][-1]["amount"] += 1

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("boundary")
def int_overflow(exchange: InterceptedExchange) -> Reply:
    """Amounts from 10^12 upwards lose their öre."""

    def cut(name: str, value: Any) -> Any:
        large = isinstance(value, float) and abs(value) >= 1e12 and AMOUNT.fullmatch(name)
        return int(value) if large else value

    return edit_json(exchange.proceed(), lambda body: map_values(body, cut))


def _ocr(exchange: InterceptedExchange, change: Any) -> Reply:
    def each(name: str, value: Any) -> Any:
        return change(value) if name == "ocr_number_ocr" else value

    return edit_json(exchange.proceed(), lambda body: map_values(body, each))


def _amount_as_text(name: str, value: Any) -> Any:
    return str(value) if AMOUNT.fullmatch(name) and isinstance(value, int | float) else value


def is_date(value: Any) -> bool:
    """Whether a value of a response is a date."""
    return isinstance(value, str) and RFC_1123.fullmatch(value) is not None


def shift_date(date: str, by: timedelta) -> str:
    """Return a date of a response, shifted by a duration."""
    return format_datetime(parsedate_to_datetime(date) + by, usegmt=True)
