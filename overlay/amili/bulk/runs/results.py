"""The results of rows from the ledger, and how far a run is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from amili._core.engine import now
from amili._core.reading import LOT
from amili.bulk.ledger import OPEN, Ending, Ledger, LedgerRow, RunRecord, RunState
from amili.bulk.rows import Operation, RowResult, RowState

if TYPE_CHECKING:
    from amili_api.models.case import Case

_LEAST_ENDED = 10  # rows that it takes to measure a rate
_REQUESTS: dict[Operation, float] = {"register": 1 + 1 / LOT, "credit": 1 + 1 / LOT, "cancel": 1 + 1 / LOT, "lookup": 1 / LOT}


@dataclass(frozen=True)
class Progress:
    """How far a run is. `counts` are the rows by state, `finished` those that need no further work.

    `per_minute` is how many rows ended a minute, measured over the last one; None if too few did. With the client, `quota_left`
    is how many requests its quota still allows in this minute. `seconds_left` is an estimate by the quota and, once it is known,
    by the rate, and `ends_at` the time in UTC; both are None if there is nothing to estimate from.
    """

    __module__ = "amili.bulk"

    state: RunState
    counts: Mapping[RowState, int]
    total: int
    finished: int
    per_minute: float | None
    quota_left: int | None
    seconds_left: float | None
    ends_at: datetime | None


def result_of(row: LedgerRow, ending: Ending, at: float, case: Case | None = None) -> RowResult:
    """Return the result of a row that ended just now."""
    facts = (ending.state, ending.case_id or row.case_id, ending.ocr_number, ending.outcome, ending.problem)
    return RowResult(row.number, row.place, row.key, *facts, datetime.fromtimestamp(at, UTC), case)


def recorded(row: LedgerRow) -> RowResult:
    """Return the result of a row as it is in the ledger."""
    at = None if row.ended_at is None else datetime.fromtimestamp(row.ended_at, UTC)
    return RowResult(row.number, row.place, row.key, row.state, row.case_id, row.ocr_number, row.outcome, row.problem, at)


def per_minute_of(ended: int, seconds: float | None) -> float | None:
    """Return how many rows end a minute, from how many ended in the last seconds; None if they are too few to say."""
    return None if ended < _LEAST_ENDED or seconds is None or seconds <= 0 else ended / seconds * 60


def progress_of_run(ledger: Ledger, record: RunRecord, quota: tuple[int, int] | None = None) -> Progress:
    """Return how far a run is, with the rate of the last minute; `record` is what it is now, `quota` as in `progress_of`."""
    operation: Operation = record.operation  # type: ignore[assignment]
    moment = now()
    rate = per_minute_of(*ledger.ended_since(record.id, moment, 60.0))
    return progress_of(record.state, operation, record.counts, per_minute=rate, quota=quota, moment=moment)


def progress_of(
    state: RunState,
    operation: Operation,
    counts: Mapping[RowState, int],
    *,
    per_minute: float | None,
    quota: tuple[int, int] | None,
    moment: float,
) -> Progress:
    """Return how far a run is; `quota` is how many requests a minute are allowed, and how many of this minute are left."""
    total, left = sum(counts.values()), sum(counts.get(each, 0) for each in OPEN)
    rates = [] if per_minute is None else [per_minute]
    if quota is not None:
        rates.append(quota[0] / _REQUESTS[operation])
    seconds = 0.0 if not left else (left / min(rates) * 60 if rates else None)
    ends_at = None if seconds is None else datetime.fromtimestamp(moment, UTC) + timedelta(seconds=seconds)
    return Progress(
        state=state,
        counts=dict(counts),
        total=total,
        finished=total - left,
        per_minute=per_minute,
        quota_left=None if quota is None else quota[1],
        seconds_left=seconds,
        ends_at=ends_at,
    )
