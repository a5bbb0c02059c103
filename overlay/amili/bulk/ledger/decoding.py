"""Reads the records of a ledger from the rows of its tables, and the values of a statement from records."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from amili.bulk.ledger.records import Earlier, LedgerRow, NewRow, RunRecord


def named(gone: Iterable[str]) -> dict[str, str]:
    """Return the owners that have ended as values for a statement."""
    return {f"gone{position}": owner for position, owner in enumerate(sorted(gone))}


def records_of(found: Sequence[Sequence[Any]], counted: Iterable[tuple[int, Any, int]]) -> list[RunRecord]:
    """Return runs with the counts of their rows."""
    counts = dict[int, dict[Any, int]]()
    for run, state, count in counted:
        counts.setdefault(run, {})[state] = count
    records = list[RunRecord]()
    for details, number, operation, source, checksum, state, created_at, ended_at in found:
        facts = (number, operation, source, checksum, json.loads(details), state, created_at, ended_at)
        records.append(RunRecord(*facts, counts.get(number, {})))
    return records


def held_row(found: tuple[Any, ...], now: float) -> LedgerRow:
    """Return a row that is held from now on; it was sent before its last hold ended."""
    held_until, *facts = found
    row = LedgerRow(*facts)
    if row.state != "sending" or row.lost_at is not None:
        return row
    return replace(row, lost_at=min(held_until, now))


def by_the_clock_of_the_caller(row: LedgerRow, ahead: float) -> LedgerRow:
    """Return a row whose times are those of a clock that is so many seconds behind."""

    def shifted(at: float | None) -> float | None:
        return None if at is None else at - ahead

    return replace(row, sent_at=shifted(row.sent_at), lost_at=shifted(row.lost_at), ended_at=shifted(row.ended_at))


def values_of(row: NewRow) -> tuple[object, ...]:
    """Return what a ledger has of a new row."""
    return row.number, row.place, row.key, row.creditor, row.digest, row.lot, row.state


def earlier_of(found: tuple[Any, ...] | None) -> Earlier | None:
    """Return the row that concerns the same number or case, or None."""
    return None if found is None else Earlier(*found)
