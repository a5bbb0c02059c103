"""The model: what a case must look like after every action. Money is exact; what no page documents is not asserted."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from contract_tests.findings import Fact, fact, open_questions
from contract_tests.guide import guide_documents
from contract_tests.messages import pointer_of, rfc_1123, timestamp
from contract_tests.model.invoices import rounding_matters, total_of
from contract_tests.model.query import Document, plain

Unlike = tuple[str, Any, Any]  # JSON pointer, expected, seen
Difference = tuple[Fact, str, Any, Any]  # what the rule rests on, JSON pointer within the case, expected, seen
SCOPES, PARTS = ("local", "total"), ("capital", "costs", "interest", "transaction")
# What may change between two requests; all else is fixed when the case is registered.
_MOVING = {
    *(f"{scope}_remaining_{part}_amount" for scope in SCOPES for part in PARTS),
    *(f"{scope}_added_{part}_amount" for scope in SCOPES for part in PARTS),
    *("_etag", "_updated", "closed", "state", "status", "state_history", "status_history", "latest_state_date", "transactions"),
    *("customer_status", "original_invoice"),
}
_BEFORE_FEES = ("initializing", "invoice")
_STATED = {"_id", "account", "creditor", "currency", "customer_name", "customer_id_number", "invoice_registration", "invoice"}
_AS_SENT = {("customer_number",), ("debt", "debt_description"), ("debt", "payout_reference")}
_LISTS = ("state_history", "status_history", "transactions")
ORE = Decimal("0.01")
_A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass
class ModelCase:
    """One case as it ought to be, and how it looked when it was last seen whole."""

    id: str
    receipt: Mapping[str, Any]
    registration: Mapping[str, Any]
    capital: Decimal = Decimal(0)
    remaining: Decimal = Decimal(0)
    credited: list[Decimal] = field(default_factory=list)
    closed: bool = False
    changed: str = ""  # when it was last changed and not seen since, by the receipt
    seen: Document | None = None
    number: str = ""
    other_names: set[str] = field(default_factory=set)  # under which its debtor was registered with other cases

    def __post_init__(self) -> None:
        self.capital = self.remaining = total_of(self.registration)
        self.number = self.registration["invoice_number"]

    @property
    def debtor(self) -> str:
        """The id number of the debtor."""
        return str(self.registration["customer"]["id_number"])

    @property
    def name(self) -> str:
        """The name of the debtor as registered."""
        return str(self.registration["customer"]["name"])

    def credit(self, amount: Decimal, when: str) -> None:
        """Lower what remains."""
        self.remaining -= amount
        self.credited.append(amount)
        self.changed = when

    def cancel(self, left: Decimal, when: str) -> None:
        """Close the case with what is left of its capital afterwards."""
        if left != self.remaining:
            self.credited.append(self.remaining - left)
        self.remaining, self.closed, self.changed = left, True, when

    def keep(self, left: Decimal) -> None:
        """Take back that the cancellation took what was left of the capital, as the server has shown."""
        self.credited.pop()
        self.remaining = left

    def document(self) -> dict[str, Any]:
        """Return what is known of the case in the shape in which the API shows it."""
        sent, customer = self.registration, self.registration["customer"]
        due = (timestamp(sent["invoice_due_date"]).date() - timestamp(sent["invoice_date"]).date()).days
        debt = {
            "invoice_number": self.number,
            "invoice_date": rfc_1123(timestamp(sent["invoice_date"])),
            "invoice_due_days_after_invoice_date": due,
            "initial_capital": self.capital,
            "capital_to_claim": self.capital,
        }
        known = {
            "_id": self.id,
            "account": sent["account"],
            "creditor": sent["creditor"],
            "currency": sent["currency"],
            "customer_name": customer["name"],
            "customer_id_number": customer["id_number"],
            "invoice_registration": self.receipt["_id"],
            "debt": debt | {name: sent[name] for name in ("payout_reference", "debt_description") if name in sent},
        }
        known |= {"invoice": self.receipt["_invoice"]} if "_invoice" in self.receipt else {}
        # Who was known before may keep a number that was not sent again; from the first look on it is known here too.
        source = customer if "customer_number" in customer else self.seen or {}
        known |= {"customer_number": source["customer_number"]} if "customer_number" in source else {}
        for kind, capital in (("added", self.capital), ("remaining", self.remaining)):
            for scope in SCOPES:
                amounts = {"capital": capital, "costs": Decimal(0), "interest": Decimal(0), "transaction": capital}
                known |= {f"{scope}_{kind}_{part}_amount": amount for part, amount in amounts.items()}
        return known | ({"closed": {}} if self.closed else {})

    def differences(self, case: Document) -> Iterator[Difference]:
        """Return where a whole case is not as it ought to be, and take it for seen."""
        known = self.document()
        renamed = {"/customer_name"} if case.get("customer_name") in self.other_names else set()
        wrong = [each for each in unlike(known, case) if each[0] not in {"/closed", *renamed}]  # which name it is the tour asks
        yield from ((self.why(pointer, case.get("state")), pointer, *values) for pointer, *values in wrong)
        if self.closed != ("closed" in case):
            expected = "the property, which marks a closed case" if self.closed else "nothing on an open case"
            yield fact("closed"), "/closed", expected, case.get("closed", "nothing")
        lacking = [pointer for place in sorted(_in_the_guide()) for pointer in _lacking(case, place)]
        yield from ((fact("case_keys"), pointer, "the property, as in the guide", "nothing") for pointer in lacking)
        yield from self._bookings(case)
        if self.seen is not None:
            yield from moved_on(self.seen, case, self.changed)
        elif abs(timestamp(case["_created"]) - timestamp(self.receipt["_created"])) > timedelta(minutes=5):
            expected = f"about {self.receipt['_created']}, when it was registered"
            yield fact("case_at_once"), "/_created", expected, case["_created"]
        self.seen, self.changed = copy.deepcopy(case), ""
        if self._rounded():  # what was found is said once, and later queries are for the amounts that are there
            self.capital = case["debt"].get("initial_capital", self.capital)
            self.remaining = case.get("total_remaining_capital_amount", self.remaining)

    def why(self, pointer: str, state: Any) -> Fact:
        """Return what the expected value of a property rests on; `state` is that of the case, if it is shown."""
        name = pointer.split("/")[1]
        if name.endswith("_amount"):
            return self._why_amount(name, state)
        if pointer in ("/debt/initial_capital", "/debt/capital_to_claim"):
            return self._rounded() or fact("registered_capital")
        if pointer == "/customer_name" and self.other_names:
            return open_questions()["renamed_debtor"].fact
        stated = name in _STATED or pointer == "/debt/invoice_number"
        return fact("registered_case") if stated else fact("registered_texts")

    def _why_amount(self, name: str, state: Any) -> Fact:
        if self.closed and "_remaining_" in name:
            return open_questions()["cancelled_capital"].fact
        of_fees = name.endswith(("_costs_amount", "_interest_amount"))
        if not name.endswith("_capital_amount") and state not in _BEFORE_FEES:
            return fact("no_fees")
        if not of_fees and (rounded := self._rounded()):
            return rounded
        if name.startswith("local_"):
            return fact("local_is_total")
        if of_fees:
            return fact("no_costs_at_first")
        return fact("credited") if "_remaining_" in name else fact("registered_capital")

    def _rounded(self) -> Fact | None:
        """Return what an amount rests on that depends on how it is rounded."""
        if any(amount % ORE for amount in self.credited):
            return fact("whole_ore")
        return fact("rounded_tax") if rounding_matters(self.registration) else None

    def _bookings(self, case: Document) -> Iterator[Difference]:
        booked = [entry for entry in case["transactions"] if entry["type"] == "capital"]
        amounts = [entry["amount"] for entry in booked]
        if [abs(amount) for amount in amounts] != [self.capital, *self.credited]:
            why = open_questions()["cancelled_capital"].fact if self.closed else self._rounded() or fact("bookings")
            yield why, "/transactions", [self.capital, *self.credited], amounts
        for position, entry in enumerate(booked):
            pointer = f"/transactions/{position}"
            if entry.get("origin", "creditor_system") != "creditor_system":
                yield fact("bookings"), f"{pointer}/origin", "creditor_system, who did it", entry["origin"]
            for name in ("registration_date", "bank_transaction_date"):
                day = entry.get(name)
                early, late = timestamp(case["_created"]) - _A_DAY, timestamp(case["_updated"]) + _A_DAY
                if day is not None and not early <= timestamp(day) <= late:
                    expected = f"a moment in the life of the case, from {case['_created']}"
                    yield fact("bookings"), f"{pointer}/{name}", expected, day


def moved_on(before: Document, after: Document, changed: str) -> Iterator[Difference]:
    """Compare a case with its earlier state; `changed` is when it was changed in between, if it was."""
    if before["_etag"] == after["_etag"]:
        if changed:
            yield fact("etag_moves"), "/_etag", "another etag than before the change", after["_etag"]
        for pointer, expected, seen in unlike(before, after):
            yield fact("etag_moves"), pointer, f"{expected}, as before under the same etag", seen
        return
    settled = {name: value for name, value in before.items() if name not in _MOVING}
    for pointer, expected, seen in unlike(settled, after):
        yield fact("settled"), pointer, f"{expected}, which does not change", seen
    new_names = after.keys() - before.keys() - _MOVING
    yield from ((fact("settled"), f"/{name}", "nothing, as before", after[name]) for name in new_names)
    for name in _LISTS:
        old, new = before.get(name, []), after.get(name, [])
        if plain(new[: len(old)]) != plain(old):
            yield fact("histories"), f"/{name}", f"{len(old)} entries as before, and perhaps more after them", new
    for name in ("_updated", "latest_state_date"):
        if timestamp(after[name]) < timestamp(before[name]):
            yield fact("case_dates"), f"/{name}", f"not before {before[name]}", after[name]
    if changed and timestamp(after["_updated"]) < timestamp(changed) - A_SECOND:
        yield fact("etag_moves"), "/_updated", f"not before the change at {changed}", after["_updated"]


def unlike(expected: Any, seen: Any, path: tuple[Any, ...] = ()) -> Iterator[Unlike]:
    """Return where a document lacks something that is expected, or has it otherwise; what is more does not matter."""
    if isinstance(expected, Mapping) and isinstance(seen, Mapping):
        for name, inner in expected.items():
            if name in seen:
                yield from unlike(inner, seen[name], (*path, name))
            else:
                yield pointer_of((*path, name)), inner, "nothing"
    elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        for position, (left, right) in enumerate(zip(expected, seen, strict=True)):
            yield from unlike(left, right, (*path, position))
    elif (type(plain(expected)), plain(expected)) != (type(plain(seen)), plain(seen)):
        yield pointer_of(path), expected, seen


@cache
def _in_the_guide() -> frozenset[tuple[str, ...]]:
    """Return the properties that the guide's case has, at every depth, and that don't depend on what was sent."""
    return frozenset(_places(guide_documents()["2-find.reply.json"].content["_items"][0])) - _AS_SENT


def _places(node: Any) -> Iterator[tuple[str, ...]]:
    for name, inner in node.items() if isinstance(node, Mapping) else ():
        yield (name,)
        entries, step = (inner[:1], "*") if isinstance(inner, list) else ([inner], "")
        yield from ((name, *filter(None, [step]), *rest) for each in entries for rest in _places(each))


def _lacking(node: Any, place: tuple[str, ...], pointer: str = "") -> Iterator[str]:
    """Return where a document lacks the last step of a place; what lacks an earlier step is another finding."""
    first, *rest = place
    if first == "*":
        for position, each in enumerate(node if isinstance(node, list) else ()):
            yield from _lacking(each, tuple(rest), f"{pointer}/{position}")
    elif isinstance(node, Mapping) and first not in node:
        yield from () if rest else (f"{pointer}/{first}",)
    elif rest:
        yield from _lacking(node[first], tuple(rest), f"{pointer}/{first}")
