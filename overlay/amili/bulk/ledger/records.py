"""What a ledger has of runs and of their rows. No personal data: a row has its place in the input and a digest of its item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from amili.bulk.rows import RowState

RunState = Literal["running", "stopped", "ended"]

OPEN: tuple[RowState, ...] = ("new", "sending")  # states that a worker ends
REGISTERED: tuple[RowState, ...] = ("sending", "done", "reconciled", "unknown")  # of a registration: its number is taken


@dataclass(frozen=True)
class NewRun:
    """A run to be added. `details` are strings of the caller's, such as the names of the file and of its map.

    With `again` it may credit what an earlier run of the ledger has credited.
    """

    operation: str
    source: str
    checksum: str
    details: Mapping[str, str]
    again: bool = False


@dataclass(frozen=True)
class RunRecord:
    """A run of a ledger: one operation over one input. Times are seconds since 1970 UTC; `counts` are its rows by state."""

    __module__ = "amili.bulk"

    id: int
    operation: str
    source: str
    checksum: str
    details: Mapping[str, str]
    state: RunState
    created_at: float
    ended_at: float | None
    counts: Mapping[RowState, int]


@dataclass(frozen=True)
class NewRow:
    """A row to be added to a run; `body` is its item, which only a ledger for several machines keeps, until the row ends."""

    number: int
    place: str
    key: str
    creditor: str
    digest: str
    lot: int
    state: RowState
    body: str | None = None


@dataclass(frozen=True)
class Earlier:
    """Another row of the ledger that concerns the same invoice number or case."""

    run: int
    number: int
    state: RowState
    case_id: str | None
    digest: str


@dataclass(frozen=True)
class LedgerRow:
    """A row as it is in the ledger.

    `evidence` is that of the write that was last begun, `lost_at` the latest time at which it can have been sent, `looks` how
    often it was looked up since. `earlier` is another row that registers the same number, or whose write on the case is not known
    to have ended.
    """

    number: int
    place: str
    key: str
    creditor: str
    digest: str
    lot: int
    state: RowState
    case_id: str | None
    ocr_number: str | None
    outcome: str | None
    problem: str | None
    evidence: str | None
    sent_at: float | None
    lost_at: float | None
    ended_at: float | None
    attempts: int
    looks: int
    earlier: Earlier | None = None


@dataclass(frozen=True)
class Selection:
    """Rows that a person looks for: with a result, and with a text that begins the key, or is the case id or the OCR number.

    `result` is a state, "noted" (done, but not as asked) or "written twice"; an empty one lets all rows pass, as an empty text
    does.
    """

    result: str = ""
    text: str = ""


@dataclass(frozen=True)
class RowInRun:
    """A row, with its run and the operation of that."""

    run: int
    operation: str
    row: LedgerRow


@dataclass(frozen=True)
class RowStory:
    """A row, the owner of its hold with the time at which that ends, and others of its number or case."""

    row: LedgerRow
    owner: str
    held_until: float
    others: Sequence[RowInRun]


@dataclass(frozen=True)
class Ending:
    """How a row ends. `problem` has no personal data."""

    state: RowState
    case_id: str | None = None
    ocr_number: str | None = None
    outcome: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Hold:
    """A worker's hold on rows of a run; `owner` identifies the worker. With `lot` it takes no other one."""

    run: int
    owner: str
    lot: int | None = None


@dataclass(frozen=True)
class Intent:
    """A write that is about to be sent: its evidence, and the case it changes, with the time at which that case was read."""

    evidence: str
    case_id: str | None = None
    read_at: float = 0.0


@dataclass(frozen=True)
class NotBegun:
    """Why a write was not begun, so that nothing may be sent.

    The row is held by another worker (`lost`), or the run was stopped, or another row registers the number or writes on the case
    (`in progress`), or has written on it since it was read (`changed`).
    """

    why: Literal["lost", "stopped", "in progress", "changed"]
    earlier: Earlier | None = None
