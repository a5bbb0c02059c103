"""What a creditor may do with a case: credit part of it, or cancel it."""

from collections.abc import Mapping
from typing import Any

from amili_sandbox.domain.cases import Document, lowered, moved, remaining_capital
from amili_sandbox.domain.money import ZERO, exact, plain
from amili_sandbox.domain.refusal import Refused
from amili_sandbox.world import World

COMPLETED = "completed"
CLOSED = "closed"


def credit(world: World, crediting: Document) -> None:
    """Lower the case's remaining capital, and tell the crediting what came of it."""
    case = _case(world, crediting)
    amount = exact(crediting["amount"])
    if "closed" in case:
        raise Refused({"case": "the case is closed"})
    left = remaining_capital(case)
    if amount > left:
        raise Refused({"amount": f"more than the remaining capital of {left:.2f}"})
    _change(world, case, lowered(case, world.clock.now(), amount, "api.transaction.creditor_crediting"))
    crediting |= {
        "_crediting_status": COMPLETED,
        "status": COMPLETED,
        "settled_amount": plain(amount),
        **_reference(case),
    }


def cancel(world: World, cancellation: Document) -> None:
    """Close the case, and tell the cancellation what came of it."""
    case = _case(world, cancellation)
    if "closed" in case:
        raise Refused({"case": "the case is closed"})
    now = world.clock.now()
    changes = moved(case, now, state=CLOSED, statuses=[CLOSED])
    left = remaining_capital(case)
    if left > ZERO:
        changes = lowered(case, now, left, "api.transaction.creditor_cancellation") | changes
    _change(world, case, changes | {"closed": {"closed_date": now, "reason": "creditor_cancellation"}})
    cancellation |= {"_cancellation_status": COMPLETED, "status": COMPLETED, **_reference(case)}


def _case(world: World, action: Document) -> Document:
    by_number = {"debt.invoice_number": action.get("invoice_number"), "creditor": action["creditor"]}
    wanted = {"_id": action["case"]} if "case" in action else by_number
    found = list(world.database["cases"].find({**wanted, "account": action["account"]}, limit=2))
    field = next(iter(name for name in ("case", "invoice_number") if name in action))
    if not found:
        raise Refused({field: f"there is no case with this {field}"})
    if len(found) > 1:
        raise Refused({field: "more than one case has this invoice number; name the case instead"})
    if found[0]["creditor"] != action["creditor"]:
        raise Refused({field: "the case belongs to another creditor"})
    action.setdefault("case", found[0]["_id"])
    return found[0]


def _change(world: World, case: Document, changes: Mapping[str, Any]) -> None:
    world.database["cases"].update_one({"_id": case["_id"]}, {"$set": changes})


def _reference(case: Document) -> Document:
    return {
        "case_invoice_number": case["debt"]["invoice_number"],
        "case_reference_number": case["reference_number"],
    }
