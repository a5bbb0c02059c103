"""What a creditor may do with a case: credit part of it, cancel it, or say what was paid."""

from dataclasses import dataclass, replace
from decimal import Decimal

from amili_sandbox.domain.cases import (
    Document,
    book,
    change_case,
    close_case,
    make_transaction,
    reduce,
    remaining,
    remaining_capital,
)
from amili_sandbox.domain.money import ZERO, to_decimal, to_json_number
from amili_sandbox.domain.refusal import Refused
from amili_sandbox.state import State

COMPLETED = "completed"


@dataclass(frozen=True)
class Outcome:
    """The outcome of an action: its status, the reason if it is not `completed`, and the amount that was settled."""

    status: str
    reason: str | None = None
    settled: Decimal = ZERO

    def as_document(self) -> Document:
        """Return the fields of the receipt that describe it."""
        return {"status": self.status} | ({"status_reason_locale": self.reason} if self.reason else {})


def credit(state: State, crediting: Document) -> None:
    """Lower the case's remaining capital, and write the outcome into the crediting."""
    case = _case(state, crediting)
    outcome = _crediting_outcome(state, crediting, case)
    if outcome.settled > ZERO:
        changes = reduce(state, case, "capital", outcome.settled, "creditor_crediting")
        case = change_case(state, case, changes)
        if remaining_capital(case) == ZERO and state.assumptions["full_crediting"] == "closes":
            change_case(state, case, close_case(state, case, "creditor_crediting"))
    key = state.assumptions["crediting_status_key"]
    keys = ("_crediting_status", "_payment_status") if key == "both" else (key,)
    crediting |= dict.fromkeys(keys, COMPLETED) | {"settled_amount": to_json_number(outcome.settled)}
    crediting |= outcome.as_document() | _reference(case)


def cancel(state: State, cancellation: Document) -> None:
    """Close the case, and write the outcome into the cancellation."""
    case = _case(state, cancellation)
    outcome = _cancellation_outcome(state, cancellation, case)
    if outcome.status == COMPLETED and "closed" not in case:
        changes: Document = {}
        for part in ("capital", "costs") if state.assumptions["cancelled_capital"] == "zero" else ():
            after = {**case, **changes}
            if (left := remaining(after, part)) > ZERO:
                changes |= reduce(state, after, part, left, "creditor_cancellation")
        change_case(state, case, changes | close_case(state, case, "creditor_cancellation"))
    cancellation |= {"_cancellation_status": COMPLETED} | outcome.as_document() | _reference(case)


def pay(state: State, payment: Document) -> None:
    """Lower what remains of the case by what the debtor paid to the creditor: costs first; all that was paid closes it."""
    case = _case(state, payment)
    amount, costs = to_decimal(payment["amount"]), remaining(case, "costs")
    field = _address(payment)
    if case["creditor"] != payment["creditor"]:
        raise Refused({field: "the case belongs to another creditor"})
    if "closed" in case:
        raise Refused({field: "the case is closed"})
    if amount > remaining(case, "transaction"):
        raise Refused({"amount": f"more than the remaining debt of {remaining(case, 'transaction'):.2f}"})
    parts = {"costs": -min(amount, costs), "capital": min(ZERO, costs - amount)}
    transaction = make_transaction(state.clock.now(), -amount, "creditor_payment", kind="payment", origin="debtor")
    transaction["bank_transaction_date"] = payment["bank_transaction_date"]
    case = change_case(state, case, book(state, case, parts, transaction))
    if remaining(case, "transaction") == ZERO:
        change_case(state, case, close_case(state, case, "creditor_payment"))
    payment |= {"_payment_status": COMPLETED, "settled_amount": to_json_number(amount), "status": COMPLETED} | _reference(case)


def _crediting_outcome(state: State, crediting: Document, case: Document) -> Outcome:
    amount, left = to_decimal(crediting["amount"]), remaining_capital(case)
    field = _address(crediting)
    if case["creditor"] != crediting["creditor"]:
        outcome = _assumed_outcome(state, "crediting_foreign_case", field, "the case belongs to another creditor")
    elif "closed" in case:
        outcome = _assumed_outcome(state, "crediting_closed_case", field, "the case is closed")
    elif amount > left:
        outcome = _assumed_outcome(state, "overcrediting", "amount", f"more than the remaining capital of {left:.2f}")
        if outcome.status == "warning":
            return replace(outcome, settled=left)
    else:
        outcome = Outcome(COMPLETED)
    return replace(outcome, settled=amount) if outcome.status == COMPLETED else outcome


def _cancellation_outcome(state: State, cancellation: Document, case: Document) -> Outcome:
    if case["creditor"] != cancellation["creditor"]:
        return _assumed_outcome(state, "cancelling_foreign_case", _address(cancellation), "the case belongs to another creditor")
    if "closed" in case:
        return _assumed_outcome(state, "second_cancellation", _address(cancellation), "the case is closed")
    return Outcome(COMPLETED)


def _assumed_outcome(state: State, assumption: str, field: str, issue: str) -> Outcome:
    """Return the assumed outcome of an action that breaks a rule; raise Refused if it is refused."""
    status = state.assumptions[assumption]
    if status == "refused":
        raise Refused({field: issue})
    return Outcome(status, None if status == COMPLETED else f"api.action.{assumption}")


def _case(state: State, action: Document) -> Document:
    field = _address(action)
    if field == "case":
        wanted = {"_id": action["case"]}
    else:
        wanted = {"debt.invoice_number": action["invoice_number"], "creditor": action["creditor"]}
    found = list(state.database["cases"].find({**wanted, "account": action["account"]}, limit=2))
    if not found:
        raise Refused({field: f"there is no case with this {field.replace('_', ' ')}"})
    if len(found) > 1:
        raise Refused({field: "more than one case has this invoice number; name the case instead"})
    action["case"] = found[0]["_id"]
    return found[0]


def _address(action: Document) -> str:
    return "invoice_number" if "invoice_number" in action else "case"


def _reference(case: Document) -> Document:
    return {
        "case_invoice_number": case["debt"]["invoice_number"],
        "case_reference_number": case["reference_number"],
    }
