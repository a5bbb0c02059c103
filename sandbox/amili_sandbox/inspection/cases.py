"""Cases for the pages."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from amili_inspector import Balance, CaseDetail, CaseFilter, CaseRow, Debtor, Rows, Step, Transaction
from bson import ObjectId

from amili_sandbox.domain import Document, advance_cases, coming_states, to_decimal
from amili_sandbox.state import State

AFTER_EVERY_LETTER = "\U0010ffff"
LOWERS = ("crediting", "cancellation", "payment")  # in the tag of a transaction that lowers the debt, whatever its sign
PARTS = ("capital", "costs", "interest")
OCR_DIGITS = 20


class ShownCases:
    """The cases of a stand-in, aged to the present."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._cases = state.database["cases"]

    def counts(self) -> Mapping[str, int]:
        """Return how many cases are in each state, in the order in which a case has them."""
        advance_cases(self._state)
        counts = self._cases.counts("state")
        known = ["initializing", "invoice", "reminder", "debt_collection", "closed"]
        return {state: counts[state] for state in sorted(counts, key=lambda each: (each not in known, _place(known, each)))}

    def closed_count(self) -> int:
        """Return how many cases are closed."""
        return self._cases.count_documents({}) - self._cases.count_documents({"closed": None})

    def find(self, wanted: CaseFilter, skip: int, limit: int) -> Rows[CaseRow]:
        """Return cases, the newest first; if only closed ones are wanted, the last closed first."""
        advance_cases(self._state)
        condition = self._condition(wanted)
        if wanted.closed is None or wanted.closed is False:
            condition |= {} if wanted.closed is None else {"closed": None}
            found = self._cases.find(condition, skip=skip, limit=limit, sort={"_created": -1})
            return Rows([_row(case) for case in found], self._cases.count_documents(condition))
        condition["closed"] = {"$ne": None}
        if set(condition) == {"closed"}:  # the index has those without a closing date first
            found = self._cases.find({}, skip=skip, limit=limit, sort={"closed": -1})
            return Rows([_row(case) for case in found if "closed" in case], self.closed_count())
        found = self._cases.find(condition, skip=skip, limit=limit, sort={"_created": -1})
        return Rows([_row(case) for case in found], self._cases.count_documents(condition))

    def case(self, case_id: str) -> CaseDetail | None:
        """Return a case, or None."""
        advance_cases(self._state)
        case = self._cases.find_one(ObjectId(case_id)) if ObjectId.is_valid(case_id) else None
        if case is None:
            return None
        registration = self._state.database["invoice--registrations"].find_one(case["invoice_registration"]) or {}
        closed = _closed(case)
        return CaseDetail(
            row=_row(case),
            status=case["status"],
            parts={part: to_decimal(case[f"total_remaining_{part}_amount"]) for part in PARTS},
            creditor_name=case["creditor_name"],
            reference_number=case["reference_number"],
            ocr=registration.get("ocr_number_ocr"),
            updated=_aware(case["_updated"]),
            closed_at=closed and _aware(closed[0]),
            closed_reason=closed and closed[1],
            transactions=[_transaction(each) for each in case["transactions"]],
            balances=_balances(case),
            past=[Step(each["state"], _aware(each["state_date"])) for each in case["state_history"]],
            coming=[Step(state, _aware(at)) for state, at in coming_states(self._state, case)],
        )

    def _condition(self, wanted: CaseFilter) -> Document:
        text = wanted.text
        condition: Document = {"state": wanted.state} if wanted.state else {}
        if not text:
            return condition
        if ObjectId.is_valid(text):
            return condition | {"_id": ObjectId(text)}
        by_number = {"debt.invoice_number": {"$gte": text, "$lt": text + AFTER_EVERY_LETTER}}
        digits = text.replace(" ", "")
        if not digits.isdigit() or self._cases.count_documents(by_number):
            return condition | by_number
        if len(digits) == OCR_DIGITS:
            found = self._state.database["invoice--registrations"].find({"ocr_number_ocr": digits}, {"_case": 1})
            return condition | {"_id": {"$in": [each["_case"] for each in found]}}
        return condition | {"reference_number": digits}


def _row(case: Mapping[str, Any]) -> CaseRow:
    debt = case["debt"]
    return CaseRow(
        id=str(case["_id"]),
        invoice_number=debt["invoice_number"],
        state=case["state"],
        is_closed="closed" in case,
        debtor=Debtor(case["customer_name"], case.get("customer_number")),
        remaining=to_decimal(case["total_remaining_transaction_amount"]),
        capital=to_decimal(debt["initial_capital"]),
        currency=case["currency"],
        due=_aware(_due(debt)),
        created=_aware(case["_created"]),
    )


def _due(debt: Mapping[str, Any]) -> datetime:
    moment: datetime = debt["invoice_date"] + timedelta(days=debt["invoice_due_days_after_invoice_date"])
    return moment.replace(hour=0, minute=0, second=0)


def _closed(case: Mapping[str, Any]) -> tuple[datetime, str | None] | None:
    content = case.get("closed")
    if isinstance(content, datetime):
        return content, None
    return None if content is None else (content["closed_date"], content["reason"])


def _transaction(each: Mapping[str, Any]) -> Transaction:
    words = each["description_locale_tag"].removeprefix("api.transaction.").replace("_", " ")
    return Transaction(_aware(each["registration_date"]), to_decimal(each["amount"]), each["type"], words, each["origin"])


def _balances(case: Mapping[str, Any]) -> list[Balance]:
    """Return what remained of the debt after each of its transactions."""
    remaining, found = to_decimal(0), []
    for each in case["transactions"]:
        size = abs(to_decimal(each["amount"]))
        remaining += -size if any(word in each["description_locale_tag"] for word in LOWERS) else size
        found.append(Balance(_aware(each["registration_date"]), remaining))
    return found


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _place(known: list[str], state: str) -> int:
    return known.index(state) if state in known else 0
