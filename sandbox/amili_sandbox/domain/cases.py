"""Cases: what a new one contains, and how it changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bson import ObjectId

from amili_sandbox.domain.money import ZERO, round_to_ore, to_decimal, to_json_number
from amili_sandbox.state import State

Document = dict[str, Any]
FIRST_STATE = "initializing"
SECOND = timedelta(seconds=1)
CLOSED = "closed"
CREDITOR_SYSTEM = "creditor_system"
PARTS = ("capital", "costs", "interest", "transaction")


def make_case(
    state: State,
    *,
    case_id: ObjectId,
    registration: Mapping[str, Any],
    creditor: Mapping[str, Any],
    customer: Mapping[str, Any],
    capital: Decimal,
    reference_number: str,
) -> Document:
    """Return the case of a newly registered invoice; the order of the keys is that of the vendor's guide."""
    now = state.clock.now()
    created = _stored(state, now)
    return {
        "_id": case_id,
        "invoice": registration["_invoice"],
        "_created": created,
        "_etag": make_etag(state),
        "_updated": created if state.assumptions["first_update"] == "created" else created - SECOND,
        "account": registration["account"],
        "agreement_version": creditor["agreement_version"],
        "case_settings": {"interest_rate": {"reference_rate": True}},
        "creditor": registration["creditor"],
        "creditor_name": creditor["name"],
        "currency": registration["currency"],
        "customer": customer["_id"],
        "customer_id_number": customer["id_number"],
        "customer_name": customer["name"],
        **({"customer_number": customer["customer_number"]} if "customer_number" in customer else {}),
        "customer_status": "initialized",
        "debt": _debt(registration, creditor, to_json_number(capital)),
        "invoice_registration": registration["_id"],
        "latest_state_date": now,
        **_amounts("local", capital),
        "state": FIRST_STATE,
        "state_history": [{"state": FIRST_STATE, "state_date": now}],
        "status": FIRST_STATE,
        "status_history": [{"status": FIRST_STATE, "status_date": now}],
        **_amounts("total", capital),
        "transactions": [make_transaction(now, capital, "case_registration")],
        "reference_number": reference_number,
    }


def make_etag(state: State) -> str:
    """Return a new etag for a case. In the vendor's examples it is not the hash that Eve computes."""
    return state.rng.randbytes(int(state.assumptions["case_etag"]) // 2).hex()


def remaining_capital(case: Mapping[str, Any]) -> Decimal:
    """Return what is left of the capital."""
    return remaining(case, "capital")


def remaining(case: Mapping[str, Any], part: str) -> Decimal:
    """Return what is left of a part of the debt."""
    return to_decimal(case[f"total_remaining_{part}_amount"])


def make_transaction(
    now: datetime, amount: Decimal, tag: str, *, kind: str = "capital", origin: str = CREDITOR_SYSTEM
) -> Document:
    """Return an entry for the case's list of transactions; an amount below zero lowers the debt."""
    return {
        "bank_transaction_date": now.replace(hour=0, minute=0, second=0),
        "registration_date": now,
        "origin": origin,
        "type": kind,
        "description_locale_tag": f"api.transaction.{tag}",
        "amount": to_json_number(amount),
    }


def book(state: State, case: Mapping[str, Any], parts: Mapping[str, Decimal], transaction: Document) -> Document:
    """Return the changes to a case whose debt grows by an amount for each part, or falls by it if it is below zero."""
    stays = state.assumptions["etag_of_amounts"] == "stays"
    changes = {} if stays else _touched(state, transaction["registration_date"])
    for part, amount in {**parts, "transaction": sum(parts.values(), ZERO)}.items():
        for kind in ("added", "remaining") if amount > ZERO else ("remaining",):
            for name in (f"local_{kind}_{part}_amount", f"total_{kind}_{part}_amount"):
                changes[name] = to_json_number(round_to_ore(to_decimal(case[name]) + amount))
    return changes | {"transactions": [*case["transactions"], transaction]}


def reduce(state: State, case: Mapping[str, Any], part: str, amount: Decimal, tag: str) -> Document:
    """Return the changes to a case of whose debt the creditor takes an amount off."""
    sign = -1 if state.assumptions["crediting_transaction"] == "negative" else 1
    return book(state, case, {part: -amount}, make_transaction(state.clock.now(), sign * amount, tag, kind=part))


def change_state(
    state: State, case: Mapping[str, Any], timestamp: datetime, *, case_state: str, statuses: Iterable[str]
) -> Document:
    """Return the changes to a case that enters a state, and passes through statuses."""
    passed = [{"status": status, "status_date": timestamp} for status in statuses]
    return {
        **_touched(state, timestamp),
        "latest_state_date": timestamp,
        "state": case_state,
        "state_history": [*case["state_history"], {"state": case_state, "state_date": timestamp}],
        "status": passed[-1]["status"],
        "status_history": [*case["status_history"], *passed],
    }


def close_case(state: State, case: Mapping[str, Any], reason: str) -> Document:
    """Return the changes to a case that is closed."""
    now = state.clock.now()
    content = {"closed_date": now, "reason": reason} if state.assumptions["closed_shape"] == "object" else now
    if state.assumptions["cancelled_state"] == "closed":
        changes = change_state(state, case, now, case_state=CLOSED, statuses=[CLOSED])
    else:
        changes = _touched(state, now)
    return changes | {"closed": content}


def change_case(state: State, case: Document, changes: Mapping[str, Any]) -> Document:
    """Store changes to a case and to the copy on its invoice; return the changed case."""
    after = {**case, **changes}
    state.database["cases"].update_one({"_id": case["_id"]}, {"$set": changes})
    state.database["invoices"].update_one({"_id": case["invoice"]}, {"$set": invoice_fields(after)})
    return after


def invoice_fields(case: Mapping[str, Any]) -> Document:
    """Return the fields of an invoice that repeat those of its case."""
    amounts = [f"total_{kind}_{part}_amount" for kind in ("added", "remaining") for part in PARTS]
    return {
        "case_state": case["state"],
        "case_status": case["status"],
        **{f"case_{name}": case[name] for name in amounts},
        "_updated": case["_updated"],
    }


def _touched(state: State, moment: datetime) -> Document:
    return {"_etag": make_etag(state), "_updated": _stored(state, moment)}


def _stored(state: State, moment: datetime) -> datetime:
    """Return a moment as cases hold it: with milliseconds that no response shows, if that is assumed."""
    if state.assumptions["case_clock"] == "seconds":
        return moment
    return moment.replace(microsecond=1000 * state.rng.randint(1, 999))


def _debt(registration: Mapping[str, Any], creditor: Mapping[str, Any], amount: float) -> Document:
    due_days = (registration["invoice_due_date"].date() - registration["invoice_date"].date()).days
    description = registration.get("debt_description") or creditor.get("standard_debt_description")
    return {
        "invoice_number": registration["invoice_number"],
        "invoice_date": registration["invoice_date"],
        "invoice_due_days_after_invoice_date": due_days,
        "interest_days_after_invoice_date": due_days,
        "initial_capital": amount,
        "capital_to_claim": amount,
        **({"debt_description": description} if description else {}),
        "payout_reference": registration.get("payout_reference", registration["invoice_number"]),
    }


def _amounts(scope: str, capital: Decimal) -> Document:
    values = {"capital": capital, "costs": ZERO, "interest": ZERO, "transaction": capital}
    return {f"{scope}_{kind}_{part}_amount": to_json_number(values[part]) for kind in ("added", "remaining") for part in PARTS}
