"""Cases: how one looks when it is new, and how it changes."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from bson import ObjectId

from amili_sandbox.domain.money import ZERO, exact, plain, rounded

Document = dict[str, Any]
FIRST_STATE = "initializing"
CREDITOR_SYSTEM = "creditor_system"


def new_case(
    *,
    case_id: ObjectId,
    now: datetime,
    registration: Mapping[str, Any],
    creditor: Mapping[str, Any],
    customer: Mapping[str, Any],
    capital: Decimal,
    reference_number: str,
) -> Document:
    """Return the case of a newly registered invoice; the order of the keys is that of the vendor's guide."""
    due_days = (registration["invoice_due_date"].date() - registration["invoice_date"].date()).days
    amount = plain(capital)
    description = registration.get("debt_description") or creditor.get("standard_debt_description")
    return {
        "_id": case_id,
        "invoice": registration["_invoice"],
        "_created": now,
        "_etag": new_etag(),
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
        "debt": {
            "invoice_number": registration["invoice_number"],
            "invoice_date": registration["invoice_date"],
            "invoice_due_days_after_invoice_date": due_days,
            "interest_days_after_invoice_date": due_days,
            "initial_capital": amount,
            "capital_to_claim": amount,
            **({"debt_description": description} if description else {}),
            "payout_reference": registration.get("payout_reference", registration["invoice_number"]),
        },
        "invoice_registration": registration["_id"],
        "latest_state_date": now,
        **_amounts("local", capital),
        "state": FIRST_STATE,
        "state_history": [{"state": FIRST_STATE, "state_date": now}],
        "status": FIRST_STATE,
        "status_history": [{"status": FIRST_STATE, "status_date": now}],
        **_amounts("total", capital),
        "transactions": [capital_transaction(now, capital, "api.transaction.case_registration")],
        "reference_number": reference_number,
    }


def new_etag() -> str:
    """Return a new etag of 32 hex digits, the length seen on cases."""
    return uuid.uuid4().hex


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
        "description_locale_tag": tag,
        "amount": plain(amount),
    }


def lowered(case: Mapping[str, Any], now: datetime, amount: Decimal, tag: str) -> Document:
    """Return the changes to a case whose remaining capital is lowered by an amount."""
    left = plain(rounded(remaining_capital(case) - amount))
    changes: Document = {"_etag": new_etag(), "_updated": now}
    for scope in ("local", "total"):
        changes[f"{scope}_remaining_capital_amount"] = left
        changes[f"{scope}_remaining_transaction_amount"] = left
    changes["transactions"] = [*case["transactions"], capital_transaction(now, -amount, tag)]
    return changes


def moved(case: Mapping[str, Any], now: datetime, *, state: str, statuses: Iterable[str]) -> Document:
    """Return the changes to a case that enters a state, passing through statuses on the way."""
    statuses = list(statuses)
    return {
        "_etag": new_etag(),
        "_updated": now,
        "latest_state_date": now,
        "state": state,
        "state_history": [*case["state_history"], {"state": state, "state_date": now}],
        "status": statuses[-1],
        "status_history": [
            *case["status_history"],
            *({"status": status, "status_date": now} for status in statuses),
        ],
    }


def _amounts(scope: str, capital: Decimal) -> Document:
    parts = {"capital": capital, "costs": ZERO, "interest": ZERO, "transaction": capital}
    return {f"{scope}_{kind}_{part}_amount": plain(amount) for kind in ("added", "remaining") for part, amount in parts.items()}
