"""The story of a row for the pages: who works on it, what was to be written, and what a person can do."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from amili_inspector import Advice, RowInRun, RowStory
from amili_inspector import LedgerRow as ShownRow

from amili._core.engine import now
from amili._core.writing.journal import has_ended
from amili.bulk import RunRecord
from amili.bulk.ledger import OPEN, LedgerRow
from amili.bulk.ledger import RowStory as Kept
from amili.cli.bulk.next_steps import TWICE, Step, is_noted

_AMOUNTS = {"total": "Total with VAT", "amount": "Amount", "remaining": "Capital that remained before"}
_TEXTS = {"lines": "Lines", "reference": "Reference"}


def story_of(kept: Kept, row: ShownRow, added: datetime, advice: Sequence[Advice], others: Sequence[RowInRun]) -> RowStory:
    """Return what the page of a row shows."""
    facts = kept.row
    is_held = facts.state in OPEN and kept.held_until > now() and kept.owner != "" and not has_ended(kept.owner)
    return RowStory(
        row,
        creditor=facts.creditor,
        added=added,
        attempts=facts.attempts,
        sent=_at(facts.sent_at),
        lost=_at(facts.lost_at),
        looks=facts.looks,
        holder=holder_of(kept.owner) if is_held else "",
        held_until=_at(kept.held_until) if is_held else None,
        evidence=_readable(facts.evidence),
        advice=advice,
        others=others,
    )


def holder_of(owner: str) -> str:
    """Return who has a row; empty if it was put off."""
    try:
        _, namespace, process, _ = json.loads(owner)
        return f"process {process} on {namespace[0]}" if namespace else "a worker"
    except (ValueError, TypeError):
        return "" if owner == "-" else "a worker"


def advice_for(row: LedgerRow, run: RunRecord, name: str, again: str) -> Iterator[Step]:
    """Yield what a person can do about a row; `name` are the words that name its run, `again` those that name the profile."""
    look = f"amili case {shlex.quote(row.case_id or row.key)}{again}" if row.case_id or row.key else ""
    anew = "put it, corrected, into a file of its own and run that"
    if run.operation == "register":
        anew = "correct it and run the file anew: what is registered already is not sent again"
    match row.state:
        case "unknown":
            yield Step("do not send it again by hand. To look it up once more", f"amili bulk resume {name}")
            yield Step("if it stays unknown, look whether it is there, or ask the vendor", look)
        case "sending":
            yield Step(
                "do not send it again by hand: it is looked up first. If no process works on the run", f"amili bulk resume {name}"
            )
        case "new":
            waits = "it waits for its turn" if run.state == "running" else "its run was stopped"
            yield Step(f"{waits}. If no process works on the run", f"amili bulk resume {name}")
        case "refused":
            yield Step(
                "nothing was written. Once the cause is mended, send the refused rows again", f"amili bulk retry {name} --refused"
            )
            yield Step(f"if the row is wrong, {anew}")
        case "exists":
            yield Step("nothing was sent. Look at the case that has the number", look)
        case "skipped":
            yield Step(anew)
        case "missing":
            yield Step("no case has it; check the number")
        case _ if is_noted(row) and row.outcome == TWICE:
            yield Step("undo one of the two by hand; look at the case first", look)
        case _ if is_noted(row):
            yield Step("look at the case", look)
        case _:
            yield Step("nothing is to be done. To see the case", look)


def _readable(evidence: str | None) -> dict[str, str | Decimal]:
    """Return what helps a person of the evidence of a write: no digests, and nothing that is shown elsewhere."""
    try:
        facts: dict[str, Any] = json.loads(evidence or "{}")
        amounts = {label: Decimal(facts[name]) for name, label in _AMOUNTS.items() if facts.get(name) is not None}
        texts = {label: str(facts[name]) for name, label in _TEXTS.items() if facts.get(name) is not None}
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        return {"Evidence": "it can't be read"}
    return amounts | texts


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
