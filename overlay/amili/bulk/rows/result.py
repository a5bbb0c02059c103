"""The states that a row of a run takes, and its result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from amili_api.models.case import Case

RowState = Literal["new", "sending", "done", "reconciled", "exists", "refused", "unknown", "found", "missing", "skipped"]

STATES: dict[RowState, str] = {
    "new": "not sent yet",
    "sending": "sent, or about to be; looked up before it is sent again",
    "done": "the API acknowledged it",
    "reconciled": "the response was lost, and a lookup found that it happened",
    "exists": "the number is registered already, by another run or system; nothing was sent",
    "refused": "the API refused it, or it can't be sent; nothing was written",
    "unknown": "it may or may not have happened; `resume` looks it up again",
    "found": "the lookup found a case",
    "missing": "the lookup found no case",
    "skipped": "the row has problems and was left out",
}


@dataclass(frozen=True)
class RowResult:
    """What a run has of one row of the input: `number` counts rows from 1, `place` is for people.

    `key` is the invoice number or the identifier of the case that the row names. `state` is one of `STATES`. `outcome` is that of
    the receipt, such as "created" or "reconciled". `problem` is a sentence without personal data, or None. `at` is when the row
    ended, in UTC. `case` is the case that a lookup found, only in a result that `Run.work` yields.
    """

    __module__ = "amili.bulk"

    number: int
    place: str
    key: str
    state: RowState
    case_id: str | None
    ocr_number: str | None
    outcome: str | None
    problem: str | None
    at: datetime | None
    case: Case | None = None
