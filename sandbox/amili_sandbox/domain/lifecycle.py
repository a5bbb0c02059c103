"""How a case ages: by the sandbox's clock, on the next request, not in a background thread."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from amili_sandbox.domain.cases import Document, book, change_case, change_state, make_transaction
from amili_sandbox.state import State

# The statuses a case passes through when it enters a state; the last one stays.
STATUSES = {
    "invoice": ("initialized", "invoice"),
    "reminder": ("reminder",),
    "debt_collection": ("debt_collection_active",),
}
FEES = {"reminder": Decimal(60), "debt_collection": Decimal(180)}  # SEK


def schedule(state: State, case: Mapping[str, Any]) -> None:
    """Store when a new case changes its state."""
    move = _next_move(state, case)
    if move is not None:
        state.database["lifecycle"].insert_one({"_id": case["_id"], "at": move[1]})


def advance_cases(state: State) -> None:
    """Change the state of every case that is due, one state after the other, each at its own time."""
    entries = state.database["lifecycle"]
    now = state.clock.now()
    while True:
        due = next(entries.find(sort={"at": 1}, limit=1), None)
        if due is None or due["at"] > now:
            return
        with state.database.transaction():
            case = state.database["cases"].find_one(due["_id"])
            again = None if case is None or "closed" in case else _move_on(state, case, now)
            if again is None:
                entries.delete_many({"_id": due["_id"]})
            else:
                entries.update_one({"_id": due["_id"]}, {"$set": {"at": again}})


def _move_on(state: State, case: Document, now: datetime) -> datetime | None:
    """Bring a case to the state it should have by now, and return when it changes next."""
    after = case
    changes: Document = {}
    while (move := _next_move(state, after)) is not None and move[1] <= now:
        case_state, timestamp = move
        changes |= change_state(state, after, timestamp, case_state=case_state, statuses=STATUSES[case_state])
        after = {**after, **changes}
        if case_state in FEES and state.assumptions["fees"] == "added":
            fee = FEES[case_state]
            transaction = make_transaction(timestamp, fee, f"{case_state}_fee", kind="costs", origin="amili")
            changes |= book(state, after, {"costs": fee}, transaction)
            after = {**after, **changes}
    if changes:
        change_case(state, case, changes)
    return None if move is None else move[1]


def _next_move(state: State, case: Mapping[str, Any]) -> tuple[str, datetime] | None:
    assumed = state.assumptions.number
    entered: datetime = case["latest_state_date"]
    match case["state"]:
        case "initializing":
            return "invoice", _after(entered, seconds=assumed("initializing_seconds"))
        case "invoice":
            debt = case["debt"]
            due = debt["invoice_date"] + timedelta(days=debt["invoice_due_days_after_invoice_date"])
            return "reminder", _after(max(due, entered), days=assumed("reminder_days"))
        case "reminder":
            return "debt_collection", _after(entered, days=assumed("debt_collection_days"))
    return None


def _after(moment: datetime, **duration: float) -> datetime:
    """Return a later time: never, if an invoice is due in the year 9999 or an assumption is millions of days."""
    try:
        return moment + timedelta(**duration)
    except OverflowError:
        return datetime.max
