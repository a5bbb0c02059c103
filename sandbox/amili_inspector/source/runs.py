"""The runs of a bulk ledger and their rows, as the pages show them. All times are UTC and aware, all amounts are Decimal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from amili_inspector.source.changes import Changes
from amili_inspector.source.rows import Rows


@dataclass(frozen=True)
class Advice:
    """What to do next, and the command for it, if there is one."""

    text: str
    command: str = ""


@dataclass(frozen=True)
class RunRow:
    """A run in a list. `counts` are its rows by result; `noted` were done but not as asked, and `twice` of them written twice."""

    number: int
    operation: str
    source: str
    state: str  # running, stopped or ended
    counts: Mapping[str, int]
    left: int  # rows that need further work
    noted: int
    twice: int
    started: datetime
    ended: datetime | None

    @property
    def total(self) -> int:
        """How many rows it has."""
        return sum(self.counts.values())

    @property
    def finished(self) -> int:
        """How many rows need no further work."""
        return self.total - self.left

    @property
    def is_paused(self) -> bool:
        """Whether it was stopped before its end."""
        return self.state == "stopped" and bool(self.left)

    @property
    def needs_person(self) -> bool:
        """Whether a person has to look at it."""
        return bool(self.counts.get("unknown") or self.counts.get("refused") or self.noted or self.is_paused)

    @property
    def percent(self) -> int:
        """How much of it is finished; 100 only if all is."""
        return 100 if not self.left else self.finished * 100 // self.total


@dataclass(frozen=True)
class RunDetail:
    """Everything the page of one run shows beside its rows."""

    row: RunRow
    per_minute: float | None  # rows, measured over the last minute
    ends_at: datetime | None  # an estimate
    workers: Sequence[str]  # who has rows of it just now
    facts: Mapping[str, str]
    advice: Sequence[Advice]


@dataclass(frozen=True)
class LedgerRow:
    """A row of a run in a list."""

    number: int
    place: str  # in the input, for people: its name and the row
    key: str  # the invoice number, or the identifier of the case
    state: str
    is_noted: bool  # done, but not as asked
    is_twice: bool  # written twice
    problem: str | None
    case: str | None  # id
    ocr: str | None
    ended: datetime | None

    @property
    def short_place(self) -> str:
        """The place without the name of the input."""
        return self.place.rpartition(", ")[2]


@dataclass(frozen=True)
class RowInRun:
    """A row with its run; `is_same` says whether it asks for the same as another row, None if that can't be said."""

    run: int
    operation: str
    row: LedgerRow
    is_same: bool | None = None


@dataclass(frozen=True)
class RowStory:
    """Everything the page of one row shows.

    `sent` is when it was last begun, `lost` the latest time at which it can have been sent by a worker that was lost, `looks` how
    often it was looked up since. `holder` names who works on it until `held_until`; it is empty if nobody does.
    """

    row: LedgerRow
    creditor: str
    added: datetime
    attempts: int
    sent: datetime | None
    lost: datetime | None
    looks: int
    holder: str
    held_until: datetime | None
    evidence: Mapping[str, str | Decimal]
    advice: Sequence[Advice]
    others: Sequence[RowInRun]


@dataclass(frozen=True)
class RowFilter:
    """Which rows to show: of a result, and with the beginning of a key, a whole case id or OCR number; empty parts let all pass.

    `result` is a state, "noted" or "written twice".
    """

    result: str = ""
    text: str = ""


class Runs(Protocol):
    """The runs of a ledger."""

    def find(self, skip: int, limit: int) -> Rows[RunRow]:
        """Return runs, the newest first."""

    def run(self, number: int) -> RunDetail | None:
        """Return a run, or None."""

    def rows(self, run: int, wanted: RowFilter, skip: int, limit: int) -> Rows[LedgerRow]:
        """Return rows of a run: those that need a person first, the others in the order of the input."""

    def search(self, text: str, most: int) -> Sequence[RowInRun]:
        """Return rows of all runs, of the newest first, with the beginning of a key, a whole case id or OCR number."""

    def story(self, run: int, number: int) -> RowStory | None:
        """Return a row, or None."""


@dataclass(frozen=True)
class Ledger:
    """What the pages of a ledger show. `results` are all results that a row can have, with what they mean."""

    place: str
    runs: Runs
    changes: Changes
    results: Mapping[str, str]
    start: str  # the command that starts a run
