"""What a person does next about a run, with the command for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amili.bulk import Progress, RowResult
    from amili.bulk.ledger import LedgerRow

TWICE = "written twice"  # outcome of a row
_WRITTEN = ("done", "reconciled")


@dataclass(frozen=True)
class Step:
    """What to do next, and the command for it, if there is one."""

    text: str
    command: str = ""


def next_steps(progress: Progress, noted: int, first: str, name: str, *, why: str, is_worked_on: bool = False) -> Iterator[Step]:
    """Yield what to do next, the most urgent first.

    `noted` rows were done but not as asked, of which `first` says what is to be known; `name` are the words that name the run,
    `why` says where it is said why rows were refused, `is_worked_on` whether a process has rows of it.
    """
    counts, is_open = progress.counts, progress.finished < progress.total
    if progress.state == "stopped" and is_open:
        yield Step("the run was stopped. To go on", f"amili bulk resume {name}")
    if counts.get("unknown"):
        them = "it" if counts["unknown"] == 1 else "them"
        unknown = f"{_rows(counts['unknown'], 'has', 'have')} an unknown outcome"
        yield Step(f"{unknown}. Do not send {them} again. To look {them} up once more", f"amili bulk resume {name}")
    if noted:
        yield Step(f"{_rows(noted, 'was', 'were')} done, but not as asked; the first is {first}")
    if counts.get("refused"):
        refused = f"{_rows(counts['refused'], 'was', 'were')} refused"
        yield Step(f"{refused}; {why}. Once mended", f"amili bulk retry {name} --refused")
    if progress.state == "running" and is_open:
        if not is_worked_on and not counts.get("unknown"):
            yield Step("no process works on it just now. If that stays so, go on with", f"amili bulk resume {name}")
        yield Step("to stop it after the requests in hand", f"amili bulk stop {name}")
    yield Step("the result of each row", f"amili bulk results {name} -o results.csv")


def is_noted(row: RowResult | LedgerRow) -> bool:
    """Return whether a row was done, but not as was asked."""
    return row.state in _WRITTEN and bool(row.problem)


def _rows(count: int, of_one: str, of_more: str) -> str:
    return f"1 row {of_one}" if count == 1 else f"{count:,} rows {of_more}"
