"""Cases: how one looks when it is new, and how it changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from bson import ObjectId

from amili_sandbox.domain.money import ZERO, exact, plain, rounded
from amili_sandbox.state import World

Document = dict[str, Any]
FIRST_STATE = "initializing"
CLOSED = "closed"
CREDITOR_SYSTEM = "creditor_system"
PARTS = ("capital", "costs", "interest", "transaction")


def new_case(
    world: World,
    *,
    case_id: ObjectId,
    registration: Mapping[str, Any],
    creditor: Mapping[str, Any],
    customer: Mapping[str, Any],
    capital: Decimal,
    reference_number: str,
) -> Document:
    """Return the case of a newly registered invoice; the order of the keys is that of the vendor's guide."""
    now = world.clock.now()
    return {
        "_id": case_id,
        "invoice": registration["_invoice"],
        "_created": now,
        "_etag": new_etag(world),
        "_updated": now,
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
        "debt": _debt(registration, creditor, plain(capital)),
        "invoice_registration": registration["_id"],
        "latest_state_date": now,
        **_amounts("local", capital),
        "state": FIRST_STATE,
        "state_history": [{"state": FIRST_STATE, "state_date": now}],
        "status": FIRST_STATE,
        "status_history": [{"status": FIRST_STATE, "status_date": now}],
        **_amounts("total", capital),
        "transactions": [capital_transaction(now, capital, "case_registration")],
        "reference_number": reference_number,
    }


def new_etag(world: World) -> str:
    """Return a new etag as cases have them; another one than Eve's, which suggests another writer."""
    return world.chance.randbytes(int(world.assumptions["case_etag"]) // 2).hex()


def remaining_capital(case: Mapping[str, Any]) -> Decimal:
    """Return what is left of the capital."""
    return exact(case["total_remaining_capital_amount"])


def capital_transaction(now: datetime, amount: Decimal, tag: str) -> Document:
    """Return an entry for the case's list of transactions; an amount below zero lowers the debt."""
    return {
        "bank_transaction_date": now.replace(hour=0, minute=0, second=0),
        "registration_date": now,
        "origin": CREDITOR_SYSTEM,
        "type": "capital",
        "description_locale_tag": f"api.transaction.{tag}",
        "amount": plain(amount),
    }


def lowered(world: World, case: Mapping[str, Any], amount: Decimal, tag: str) -> Document:
    """Return the changes to a case whose remaining capital is lowered by an amount."""
    now = world.clock.now()
    left = plain(rounded(remaining_capital(case) - amount))
    sign = -1 if world.assumptions["crediting_transaction"] == "negative" else 1
    changes: Document = {"_etag": new_etag(world), "_updated": now}
    for scope in ("local", "total"):
        changes[f"{scope}_remaining_capital_amount"] = left
        changes[f"{scope}_remaining_transaction_amount"] = left
    changes["transactions"] = [*case["transactions"], capital_transaction(now, sign * amount, tag)]
    return changes


def moved(world: World, case: Mapping[str, Any], moment: datetime, *, state: str, statuses: Iterable[str]) -> Document:
    """Return the changes to a case that enters a state, passing through statuses on the way."""
    passed = [{"status": status, "status_date": moment} for status in statuses]
    return {
        "_etag": new_etag(world),
        "_updated": moment,
        "latest_state_date": moment,
        "state": state,
        "state_history": [*case["state_history"], {"state": state, "state_date": moment}],
        "status": passed[-1]["status"],
        "status_history": [*case["status_history"], *passed],
    }


def closing(world: World, case: Mapping[str, Any], reason: str) -> Document:
    """Return the changes to a case that is closed."""
    now = world.clock.now()
    content = {"closed_date": now, "reason": reason} if world.assumptions["closed_shape"] == "object" else now
    changes: Document = {"_etag": new_etag(world), "_updated": now}
    if world.assumptions["cancelled_state"] == "closed":
        changes = moved(world, case, now, state=CLOSED, statuses=[CLOSED])
    return changes | {"closed": content}


def change_case(world: World, case: Document, changes: Mapping[str, Any]) -> Document:
    """Store changes to a case, let its invoice show them, and return the case as it is now."""
    after = {**case, **changes}
    world.database["cases"].update_one({"_id": case["_id"]}, {"$set": changes})
    world.database["invoices"].update_one({"_id": case["invoice"]}, {"$set": shown_on_invoice(after)})
    return after


def shown_on_invoice(case: Mapping[str, Any]) -> Document:
    """Return what an invoice shows of its case."""
    amounts = [f"total_{kind}_{part}_amount" for kind in ("added", "remaining") for part in PARTS]
    return {
        "case_state": case["state"],
        "case_status": case["status"],
        **{f"case_{name}": case[name] for name in amounts},
        "_updated": case["_updated"],
    }


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
    return {f"{scope}_{kind}_{part}_amount": plain(values[part]) for kind in ("added", "remaining") for part in PARTS}
