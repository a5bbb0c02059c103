"""Contract faults in replies: structure, types, formats."""

import gzip
import hashlib
import json
import math
import re
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from amili_sandbox.http import Ending, Reply
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_cases, edit_json, map_values, set_body

RFC_1123 = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT")
AMOUNT = re.compile(r"(.*_)?amount|initial_capital|capital_to_claim")


@contract_fault("schema")
def etag_missing(exchange: InterceptedExchange) -> Reply:
    """Receipts have no `_etag`."""
    reply = exchange.proceed()
    return edit_json(reply, lambda body: body.pop("_etag", None) and body) if reply.status == 201 else reply


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


@contract_fault("status")
def status_200(exchange: InterceptedExchange) -> Reply:
    """Creating answers 200."""
    reply = exchange.proceed()
    reply.status = 200 if reply.status == 201 else reply.status
    return reply


@contract_fault("schema")
def items_null(exchange: InterceptedExchange) -> Reply:
    """The items of an empty page are null."""
    return edit_json(exchange.proceed(), lambda body: body.update(_items=None) if body.get("_items") == [] else None)


@contract_fault("model")
def total_off(exchange: InterceptedExchange) -> Reply:
    """`_meta.total` is one too many."""

    def change(body: Any) -> None:
        if "_meta" in body:
            body["_meta"]["total"] += 1

    return edit_json(exchange.proceed(), change)


@contract_fault("status")
def content_type_html(exchange: InterceptedExchange) -> Reply:
    """Every reply has the content type text/html."""
    reply = exchange.proceed()
    reply.set_header("Content-Type", "text/html; charset=utf-8")
    return reply


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


@contract_fault("schema")
def leak(exchange: InterceptedExchange) -> Reply:
    """Cases show an internal field."""
    return edit_cases(exchange, exchange.proceed(), lambda case: case.update(_internal_note="score 3"))


@contract_fault("schema")
def err_shape(exchange: InterceptedExchange) -> Reply:
    """A 422 has another structure."""
    reply = exchange.proceed()
    return edit_json(reply, lambda body: {"errors": list(body.get("_issues", {}))}) if reply.status == 422 else reply


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


@contract_fault("schema")
def case_in_error(exchange: InterceptedExchange) -> Reply:
    """A 422 repeats the debtor's personal data."""
    reply = exchange.proceed()
    if reply.status != 422 or not exchange.writes("registration"):
        return reply
    customer = json.dumps(exchange.body().get("customer"), ensure_ascii=False)
    return edit_json(reply, lambda body: body["_issues"].update(customer=f"value {customer} was not stored"))


@contract_fault("status")
def gzip_bad_len(exchange: InterceptedExchange) -> Reply:
    """A compressed reply gives the length before compression."""
    reply = exchange.proceed()
    reply.set_header("Content-Encoding", "gzip")
    reply.set_header("Content-Length", str(len(reply.body) + 64))
    reply.body, reply.ending = gzip.compress(reply.body), Ending.FIN
    return reply


@contract_fault("schema")
def dup_json_key(exchange: InterceptedExchange) -> Reply:
    """An object has a key twice."""
    reply = exchange.proceed()
    text = reply.body.decode()
    return set_body(reply, text.replace('"_id": ', '"_id": "000000000000000000000000", "_id": ', 1))


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
    """Whether a value of a reply is a date."""
    return isinstance(value, str) and RFC_1123.fullmatch(value) is not None


def shift_date(date: str, by: timedelta) -> str:
    """Return a date of a reply, shifted by a duration."""
    return format_datetime(parsedate_to_datetime(date) + by, usegmt=True)
