"""What is read of a ledger: its runs, the rows that a person looks for, and the story of one row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from amili._errors import InvalidInputError
from amili.bulk.ledger import statements as sql
from amili.bulk.ledger.decoding import records_of
from amili.bulk.ledger.records import LedgerRow, RowInRun, RowStory, RunRecord, Selection

_MOST_OTHERS = 20  # rows that are listed with another one


class Store(Protocol):
    """Where a ledger is kept: a file, or a database."""

    def transaction(self, action: str) -> AbstractContextManager[Any]:
        """Run the block in one transaction, which is on disk after the block; `action` completes the message "can't be ..."."""

    def ahead(self, connection: Any, now: float) -> float:
        """Return by how many seconds the clock of the store is ahead of the caller's, which shows `now`."""

    def close(self) -> None:
        """Close the connection of this process."""


class SqlReading(ABC):
    """What is read of a ledger in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def runs(self) -> list[RunRecord]:
        """Return all runs, oldest first."""
        with self._store.transaction("read") as connection:
            found, counted = connection.execute(sql.RUNS).fetchall(), connection.execute(sql.COUNTS).fetchall()
        return records_of(found, counted)

    def run(self, number: int | None = None) -> RunRecord:
        """Return one run, by default the last; raises InvalidInputError if there is none."""
        with self._store.transaction("read") as connection:
            found = connection.execute(sql.LAST_RUN) if number is None else connection.execute(sql.ONE_RUN, (number,))
            runs = found.fetchall()
            counted = connection.execute(sql.COUNTS_OF, (runs[0][1],)).fetchall() if runs else []
        if not runs:
            missing = "the ledger has no run yet, so start one" if number is None else f"the ledger has no run {number}"
            raise InvalidInputError(missing)
        return records_of(runs, counted)[0]

    def rows(self, run: int) -> Iterator[LedgerRow]:
        """Yield the rows of a run in the order of the input."""
        after = -1
        while True:
            with self._store.transaction("read") as connection:
                found = connection.execute(sql.ROWS_AFTER, (run, after)).fetchall()
            if not found:
                return
            yield from (LedgerRow(*row) for row in found)
            after = found[-1][0]

    def select(self, run: int, wanted: Selection, skip: int, limit: int) -> tuple[list[LedgerRow], int]:
        """Return some rows of a run, those that need a person first, and how many are wanted in all."""
        facts = {"run": run, "result": wanted.result, "text": wanted.text, "skip": skip, "limit": limit}
        with self._store.transaction("read") as connection:
            found = connection.execute(sql.selected_rows(wanted), facts).fetchall()
            if len(found) < limit and (found or not skip):
                total = skip + len(found)
            else:
                ((total,),) = connection.execute(sql.selected_count(wanted), facts).fetchall()
        return [LedgerRow(*row) for row in found], total

    def find(self, text: str, most: int) -> list[RowInRun]:
        """Return rows of all runs, of the newest first, with a key that begins with a text, or with a case or OCR number."""
        with self._store.transaction("read") as connection:
            return _in_runs(connection.execute(sql.FIND, {"text": text, "most": most}).fetchall())

    def noted(self) -> dict[int, tuple[int, int]]:
        """Return for each run that has some how many rows were done but not as asked, and how many were written twice."""
        with self._store.transaction("read") as connection:
            return {run: (count, twice) for run, count, twice in connection.execute(sql.NOTED_COUNTS).fetchall()}

    def story(self, run: int, number: int) -> RowStory | None:
        """Return all that the ledger has of a row; None if there is no such row."""
        with self._store.transaction("read") as connection:
            found = connection.execute(sql.STORY, (run, number)).fetchone()
            if found is None:
                return None
            owner, held_until, *facts = found
            row = LedgerRow(*facts)
            facts = {"run": run, "n": number, "creditor": row.creditor, "key": row.key, "case": row.case_id}
            related = connection.execute(sql.RELATED, facts | {"most": _MOST_OTHERS}).fetchall()
        return RowStory(row, owner, held_until, _in_runs(related))

    def ended_since(self, run: int, now: float, seconds: float) -> tuple[int, float | None]:
        """Return how many rows ended in the last seconds, and how many seconds ago the first of them did."""
        with self._store.transaction("read") as connection:
            moment = now + self._store.ahead(connection, now)
            count, first = connection.execute(sql.ENDED_SINCE, (run, moment - seconds)).fetchone()
        return count, None if first is None else moment - first

    @abstractmethod
    def signature(self) -> str:
        """Return a text that is another one after each change of the ledger; it may change without one as well."""

    def close(self) -> None:
        """Close the connection of this process; the next use opens another."""
        self._store.close()


def _in_runs(found: Iterable[Sequence[Any]]) -> list[RowInRun]:
    return [RowInRun(run, operation, LedgerRow(*row)) for run, operation, *row in found]
