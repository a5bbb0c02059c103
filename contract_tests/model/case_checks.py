"""Invariants of every case and every receipt, whatever was done to it, with the clock of the server."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from contract_tests.findings import fact
from contract_tests.guide import guide_documents
from contract_tests.messages import timestamp
from contract_tests.model.case import A_SECOND, PARTS, SCOPES, Difference

_PROCESS = ("initializing", "invoice", "reminder", "debt_collection")
_NEVER_EMPTY = ("creditor_name", "customer_name", "customer_id_number", "customer_status", "state", "status")


def case_invariants(case: Mapping[str, Any]) -> Iterator[Difference]:
    """Check a case against itself."""
    for name, date in (("state", "state_date"), ("status", "status_date")):
        history = case[f"{name}_history"]
        if not history or history[-1][name] != case[name]:
            yield fact("histories"), f"/{name}_history", f"the {name} {case[name]} as the last entry", history
        dates = [timestamp(entry[date]) for entry in history]
        if dates != sorted(dates):
            yield fact("histories"), f"/{name}_history", "the oldest first", history
        if dates and dates[-1] > timestamp(case["_updated"]) + A_SECOND:
            expected = f"nothing after the last update at {case['_updated']}"
            yield fact("histories"), f"/{name}_history", expected, history
    passed = [_PROCESS.index(entry["state"]) for entry in case["state_history"] if entry["state"] in _PROCESS]
    if passed != sorted(passed):
        yield fact("states_forward"), "/state_history", f"states in the order {', '.join(_PROCESS)}", case["state_history"]
    latest = case["state_history"][-1]["state_date"] if case["state_history"] else case["latest_state_date"]
    if abs(timestamp(latest) - timestamp(case["latest_state_date"])) > A_SECOND:
        yield fact("histories"), "/latest_state_date", latest, case["latest_state_date"]
    if timestamp(case["_created"]) > timestamp(case["_updated"]) + A_SECOND:
        yield fact("case_dates"), "/_updated", f"not before _created, {case['_created']}", case["_updated"]
    yield from ((fact("case_texts"), f"/{name}", "some text", '""') for name in _NEVER_EMPTY if case.get(name) == "")
    yield from _sums(case)


def _sums(case: Mapping[str, Any]) -> Iterator[Difference]:
    amounts: dict[str, dict[str, Any]] = {}
    for kind in ("added", "remaining"):
        for scope in SCOPES:
            mine = {part: case.get(f"{scope}_{kind}_{part}_amount") for part in PARTS}
            amounts[f"{scope} {kind}"] = mine
            parts, whole = [mine[part] for part in PARTS[:-1]], mine["transaction"]
            if whole is not None and None not in parts and sum(parts) != whole:  # type: ignore[arg-type]
                pointer, expected = f"/{scope}_{kind}_transaction_amount", f"the sum of {', '.join(map(str, parts))}"
                yield fact("amounts_add_up"), pointer, expected, whole
            for part, amount in mine.items():
                if amount is not None and amount < 0:
                    yield fact("amounts_add_up"), f"/{scope}_{kind}_{part}_amount", "nothing below zero", amount
                added = amounts[f"{scope} added"][part]
                if amount is not None and added is not None and amount > added:
                    expected = f"not more than was added, {added}"
                    yield fact("amounts_add_up"), f"/{scope}_remaining_{part}_amount", expected, amount
    if case["currency"] == "SEK":  # the currency of the case is the one of the account
        for kind in ("added", "remaining"):
            for part in PARTS:
                local, total = amounts[f"local {kind}"][part], amounts[f"total {kind}"][part]
                if None not in (local, total) and local != total:
                    yield fact("local_is_total"), f"/local_{kind}_{part}_amount", f"the same as in total, {total}", local


_STATUSES = ("_crediting_status", "_cancellation_status")
_RECEIPTS = {
    "register_invoice": "1-register.reply.json",
    "credit_case": "3-credit.reply.json",
    "cancel_case": "4-cancel.reply.json",
}


def receipt_invariants(
    operation: str, receipt: Mapping[str, Any], headers: Mapping[str, str], tolerance: timedelta
) -> Iterator[Difference]:
    """Check a receipt against itself, the guide's, and the clock of the server."""
    for name in _in_the_guide(operation) - receipt.keys():
        if not (name == "_crediting_status" and "_payment_status" in receipt):
            why = fact("receipt_status") if name in _STATUSES else fact("receipt_keys")
            yield why, f"/{name}", "the property, as in the guide", "nothing"
    if not timedelta(0) <= timestamp(receipt["_created"]) - timestamp(receipt["_updated"]) <= A_SECOND:
        expected = f"the moment of creation, {receipt['_created']}, or the second before"
        yield fact("receipt_dates"), "/_updated", expected, receipt["_updated"]
    now: datetime | None = timestamp(headers["date"]) if "date" in headers else None
    if now is not None and abs(timestamp(receipt["_created"]) - now) > tolerance:
        expected = f"about {now:%Y-%m-%d %H:%M:%S} GMT, the date of the response"
        yield fact("receipt_dates"), "/_created", expected, receipt["_created"]
    number = receipt.get("ocr_number_ocr")
    if number is not None and not luhn(number):
        expected = "a number that passes the Luhn check, as both samples of the vendor do"
        yield fact("ocr_luhn"), "/ocr_number_ocr", expected, number
    location = headers.get("location")
    if location is not None and urlsplit(location).path.rstrip("/").rpartition("/")[2] != receipt["_id"]:
        yield fact("receipt_location"), "/headers/Location", f"the address of {receipt['_id']}", location


@cache
def _in_the_guide(operation: str) -> frozenset[str]:
    return frozenset(guide_documents()[_RECEIPTS[operation]].content)


def luhn(number: str) -> bool:
    """Return whether the last digit of a number is its check digit modulo 10."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
