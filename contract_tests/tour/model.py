"""The model: what a case must look like after what was done to it. Money is exact; what no page says is not asserted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from contract_tests.tour.invoices import total_of

Difference = tuple[str, Any, Any]  # JSON pointer within the case, expected, seen
_PARTS = ("capital", "costs", "interest")


@dataclass
class ModelCase:
    """One case as it ought to be."""

    id: str
    receipt: Mapping[str, Any]
    registration: Mapping[str, Any]
    capital: Decimal = Decimal(0)
    remaining: Decimal = Decimal(0)
    credited: list[Decimal] = field(default_factory=list)
    closed: bool = False
    changes: int = 0
    etag: str = ""
    updated: str = ""
    number: str = ""

    def __post_init__(self) -> None:
        self.capital = self.remaining = total_of(self.registration)
        self.number = self.registration["invoice_number"]

    def credit(self, amount: Decimal) -> None:
        """Lower what remains."""
        self.remaining -= amount
        self.credited.append(amount)
        self.changes += 1

    def cancel(self, left: Decimal) -> None:
        """Close the case with what is left of its capital afterwards."""
        if left != self.remaining:
            self.credited.append(self.remaining - left)
        self.remaining, self.closed = left, True
        self.changes += 1

    def differences(self, case: Mapping[str, Any]) -> Iterator[Difference]:
        """Return where a case is not as it ought to be."""
        yield from self._identity(case)
        yield from self._registration(case)
        yield from self._money(case)
        if self.closed and "closed" not in case:
            yield "/closed", "the property, which marks a closed case", "nothing"
        if not self.closed and "closed" in case:
            yield "/closed", "nothing on an open case", case["closed"]
        yield from self._versions(case)

    def _identity(self, case: Mapping[str, Any]) -> Iterator[Difference]:
        wanted = {
            "_id": self.id,
            "account": self.registration["account"],
            "creditor": self.registration["creditor"],
            "invoice": self.receipt.get("_invoice"),
            "invoice_registration": self.receipt["_id"],
        }
        for name, value in wanted.items():
            if value is not None and name in case and case[name] != value:
                yield f"/{name}", value, case[name]

    def _registration(self, case: Mapping[str, Any]) -> Iterator[Difference]:
        sent, debt = self.registration, case["debt"]
        customer = sent["customer"]
        wanted = {
            "/currency": (sent["currency"], case["currency"]),
            "/customer_name": (customer["name"], case["customer_name"]),
            "/customer_id_number": (customer["id_number"], case["customer_id_number"]),
            "/debt/invoice_number": (self.number, debt["invoice_number"]),
            "/debt/invoice_date": (moment(sent["invoice_date"]), moment(debt["invoice_date"])),
            "/debt/invoice_due_days_after_invoice_date": (
                (moment(sent["invoice_due_date"]).date() - moment(sent["invoice_date"]).date()).days,
                debt["invoice_due_days_after_invoice_date"],
            ),
        }
        for name in ("payout_reference", "debt_description"):
            if name in sent:
                wanted[f"/debt/{name}"] = (sent[name], debt.get(name))
        if "customer_number" in customer:
            wanted["/customer_number"] = (customer["customer_number"], case.get("customer_number"))
        for pointer, (expected, seen) in wanted.items():
            if expected != seen:
                yield pointer, str(expected), str(seen)

    def _money(self, case: Mapping[str, Any]) -> Iterator[Difference]:
        for name in ("initial_capital", "capital_to_claim"):
            if case["debt"][name] != self.capital:
                yield f"/debt/{name}", self.capital, case["debt"][name]
        for scope in ("local", "total"):
            for kind, expected in (("added", self.capital), ("remaining", self.remaining)):
                seen = case.get(f"{scope}_{kind}_capital_amount")
                if seen is not None and seen != expected:
                    yield f"/{scope}_{kind}_capital_amount", expected, seen
        booked = [entry["amount"] for entry in case.get("transactions", []) if entry["type"] == "capital"]
        if booked and [abs(amount) for amount in booked] != [self.capital, *self.credited]:
            yield "/transactions", [self.capital, *self.credited], booked

    def _versions(self, case: Mapping[str, Any]) -> Iterator[Difference]:
        """Compare with the last look: a change makes a new etag, and time does not run backwards."""
        if self.changes and self.etag == case["_etag"]:
            yield "/_etag", "another etag than before the change", case["_etag"]
        if self.updated and moment(case["_updated"]) < moment(self.updated):
            yield "/_updated", f"not before {self.updated}", case["_updated"]
        self.etag, self.updated, self.changes = case["_etag"], case["_updated"], 0


def consistency(case: Mapping[str, Any]) -> Iterator[Difference]:
    """Hold a case against itself."""
    for name, date in (("state", "state_date"), ("status", "status_date")):
        history = case[f"{name}_history"]
        if not history or history[-1][name] != case[name]:
            yield f"/{name}_history", f"the {name} {case[name]} as the last entry", history
        dates = [moment(entry[date]) for entry in history]
        if dates != sorted(dates):
            yield f"/{name}_history", "the oldest first", history
    if case["state_history"] and case["state_history"][-1]["state_date"] != case["latest_state_date"]:
        yield "/latest_state_date", case["state_history"][-1]["state_date"], case["latest_state_date"]
    if moment(case["_created"]) > moment(case["_updated"]):
        yield "/_updated", f"not before _created, {case['_created']}", case["_updated"]
    for scope in ("local", "total"):
        for kind in ("added", "remaining"):
            parts = [case.get(f"{scope}_{kind}_{part}_amount") for part in _PARTS]
            whole = case.get(f"{scope}_{kind}_transaction_amount")
            if whole is not None and None not in parts and sum(parts) != whole:  # type: ignore[arg-type]
                yield f"/{scope}_{kind}_transaction_amount", f"the sum of {', '.join(map(str, parts))}", whole
            if kind == "remaining" and whole is not None and whole < 0:
                yield f"/{scope}_remaining_transaction_amount", "nothing below zero", whole


def receipt_differences(receipt: Mapping[str, Any], now: datetime, tolerance: timedelta) -> Iterator[Difference]:
    """Hold a receipt against itself and against the clock of the server that gave it."""
    if receipt["_created"] != receipt["_updated"]:
        yield "/_updated", f"the moment of creation, {receipt['_created']}", receipt["_updated"]
    if abs(moment(receipt["_created"]) - now) > tolerance:
        yield "/_created", f"about {now:%Y-%m-%d %H:%M:%S} GMT, the date of the reply", receipt["_created"]
    number = receipt.get("ocr_number_ocr")
    if number is not None and not luhn(number):
        yield "/ocr_number_ocr", "a number that passes the Luhn check, as both samples of the vendor do", number


def luhn(number: str) -> bool:
    """Tell whether the last digit of a number is its check digit modulo 10."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def moment(text: str) -> datetime:
    """Read RFC 1123 or ISO 8601, to the second."""
    read = parsedate_to_datetime(text) if text[3:4] == "," else datetime.fromisoformat(text)
    return read.replace(microsecond=0)
