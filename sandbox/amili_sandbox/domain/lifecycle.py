"""How a case grows older: by the sandbox's clock, when somebody looks, never by a thread."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from amili_sandbox.domain.cases import Document, change_case, moved
from amili_sandbox.world import World

# The statuses a case passes through when it enters a state; the last one stays.
STATUSES = {
    "invoice": ("initialized", "invoice"),
    "reminder": ("reminder",),
    "debt_collection": ("debt_collection_active",),
}


def schedule(world: World, case: Mapping[str, Any]) -> None:
    """Note when the case moves next, if it ever does."""
    move = _next_move(world, case)
    if move is not None:
        state, moment = move
        world.database["lifecycle"].insert_one({"_id": case["_id"], "at": moment, "state": state})


def advance(world: World) -> None:
    """Move every case whose time has come, one step after the other, each at its own moment."""
    entries = world.database["lifecycle"]
    now = world.clock.now()
    while True:
        due = next(entries.find(sort={"at": 1}, limit=1), None)
        if due is None or due["at"] > now:
            return
        with world.database.transaction():
            entries.delete_many({"_id": due["_id"]})
            case = world.database["cases"].find_one(due["_id"])
            if case is not None and "closed" not in case:
                schedule(world, _move(world, case, due["state"], due["at"]))


def _move(world: World, case: Document, state: str, moment: datetime) -> Document:
    return change_case(world, case, moved(world, case, moment, state=state, statuses=STATUSES[state]))


def _next_move(world: World, case: Mapping[str, Any]) -> tuple[str, datetime] | None:
    assumed = world.assumptions.number
    entered: datetime = case["latest_state_date"]
    match case["state"]:
        case "initializing":
            return "invoice", entered + timedelta(seconds=assumed("initializing_seconds"))
        case "invoice":
            debt = case["debt"]
            due = debt["invoice_date"] + timedelta(days=debt["invoice_due_days_after_invoice_date"])
            return "reminder", max(due, entered) + timedelta(days=assumed("reminder_days"))
        case "reminder":
            return "debt_collection", entered + timedelta(days=assumed("debt_collection_days"))
    return None
