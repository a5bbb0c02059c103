"""A ledger in a SQLite file, for the processes of one machine; only its owner can read a new one."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from amili._core.writing.journal import JournalFile, Layout, check_pages, has_ended
from amili._errors import InvalidInputError
from amili.bulk.ledger import statements as sql
from amili.bulk.ledger.records import Earlier, Ending, Hold, Intent, LedgerRow, NewRow, NewRun, NotBegun, RunRecord
from amili.bulk.ledger.repetition import RepetitionError, refuse_repetition

_APPLICATION = 0x616D6C31  # marks the file as a ledger of ours
_NOBODY = "-"  # owner of a row that was put off: it can be taken once `held_until` has passed


def _check(connection: sqlite3.Connection) -> None:
    check_pages(connection)
    connection.execute("BEGIN")  # another process may be setting the file up: the three answers must be of one moment
    ((application,),) = connection.execute("PRAGMA application_id").fetchall()
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    connection.execute("COMMIT")
    if application != _APPLICATION and (application or tables):
        raise sqlite3.DatabaseError("it is not a ledger")
    if version > sql.VERSION:
        raise sqlite3.DatabaseError(f"a newer version of amili wrote it (tables of version {version}, not {sql.VERSION})")


def _prepare(connection: sqlite3.Connection) -> None:
    marks = (f"PRAGMA application_id={_APPLICATION}", f"PRAGMA user_version={sql.VERSION}")
    whole = ("BEGIN IMMEDIATE", *marks, *sql.SETUP, "COMMIT")  # a process that dies here leaves no half of a ledger
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *whole):  # a commit is on disk
        connection.execute(statement)


class SqliteLedger:
    """A ledger in a SQLite file; raises ConfigurationError if the file can't be used.

    `has_ended` returns whether the process of a worker has certainly ended.
    """

    def __init__(self, file: str | os.PathLike[str], *, has_ended: Callable[[str], bool] = has_ended) -> None:
        self._file, self._has_ended = JournalFile(file, Layout("ledger", _check, _prepare)), has_ended

    def runs(self) -> list[RunRecord]:
        """Return all runs, oldest first."""
        with self._file.transaction("read") as connection:
            found, counted = connection.execute(sql.RUNS).fetchall(), connection.execute(sql.COUNTS).fetchall()
        counts = dict[int, dict[Any, int]]()
        for run, state, count in counted:
            counts.setdefault(run, {})[state] = count
        return [_run(json.loads(details), facts, counts.get(facts[0], {})) for details, *facts in found]

    def run(self, number: int | None = None) -> RunRecord:
        """Return one run, by default the last; raises InvalidInputError if there is none."""
        runs = self.runs()
        found = [run for run in runs if number in (None, run.id)]
        if not found:
            raise InvalidInputError(
                "the ledger has no run yet, so start one" if number is None else f"the ledger has no run {number}"
            )
        return found[-1]

    def rows(self, run: int) -> Iterator[LedgerRow]:
        """Yield the rows of a run in the order of the input."""
        after = -1
        while True:
            with self._file.transaction("read") as connection:
                found = connection.execute(sql.ROWS_AFTER, (run, after)).fetchall()
            if not found:
                return
            yield from (LedgerRow(*row) for row in found)
            after = found[-1][0]

    def add(self, run: NewRun, rows: Iterable[NewRow], now: float) -> int:
        """Add a run with its rows, all or nothing, and return its number; raises InvalidInputError if it would credit again."""
        added = list(rows)  # outside of the transaction, since reading the input may fail
        try:
            return self._add(run, added, now)
        except RepetitionError as problem:
            raise InvalidInputError(str(problem)) from None

    def _add(self, run: NewRun, rows: Sequence[NewRow], now: float) -> int:
        with self._file.transaction("written") as connection:
            facts = (run.operation, run.source, run.checksum, json.dumps(dict(run.details)), now)
            number = int(connection.execute(sql.ADD_RUN, facts).lastrowid or 0)
            connection.executemany(sql.ADD_ROW, ((number, run.operation, *_values(row)) for row in rows))
            if not run.again:
                refuse_repetition(connection.execute(sql.CREDITED, {"run": number, "checksum": run.checksum}).fetchall())
        return number

    def claim(self, hold: Hold, now: float, seconds: float) -> list[LedgerRow]:
        """Hold the open rows of one lot, for so many seconds, that no other worker holds; none if there are none now.

        A run without open rows has ended.
        """
        gone = _Gone(self._has_ended)
        with self._file.transaction("written, so nothing was sent") as connection:
            if connection.execute(sql.RUN_STATE, (hold.run,)).fetchone() != ("running",):
                return []
            lot, is_open = None, False
            for number, owner, until in connection.execute(sql.OPEN_ROWS, (hold.run,)):
                is_open = True
                if gone.lets_take(owner, until, now):
                    lot = number
                    break
            if not is_open:
                connection.execute(sql.RUN_ENDED, (now, hold.run))
            found = connection.execute(sql.OPEN_OF_LOT, (hold.run, lot)).fetchall()
            claimed = [row for row in found if gone.lets_take(row[0], row[1], now)]
            held = [_held(row, gone, now) for row in claimed]
            connection.executemany(sql.HOLD, [(hold.owner, now + seconds, row.lost_at, hold.run, row.number) for row in held])
            return [self._with_earlier(connection, hold, row) for row in held]

    def _with_earlier(self, connection: sqlite3.Connection, hold: Hold, row: LedgerRow) -> LedgerRow:
        if row.state != "new":
            return row
        if row.case_id is None:
            found = connection.execute(sql.EARLIER, (row.creditor, row.key, hold.run, row.number, hold.run))
        else:
            facts = {"case": row.case_id, "run": hold.run, "n": row.number, "read_at": float("inf")}
            found = connection.execute(sql.ON_CASE, facts)
        return replace(row, earlier=_earlier(found.fetchone()))

    def begin(self, hold: Hold, number: int, intent: Intent, now: float, until: float) -> NotBegun | None:
        """Record that a row is about to be sent, and hold its lot until then; returns why that must not be."""
        facts = asdict(hold) | {"n": number, "now": now, "until": until}
        facts |= {"evidence": intent.evidence, "case": intent.case_id, "read_at": intent.read_at}
        with self._file.transaction("written, so nothing was sent") as connection:
            if connection.execute(sql.RUN_STATE, (hold.run,)).fetchone() != ("running",):
                return NotBegun("stopped")
            other = _earlier(connection.execute(sql.ON_CASE, facts).fetchone())
            if other is not None:
                connection.execute(sql.REMEMBER_CASE, facts)
                return NotBegun("in progress" if other.state in ("sending", "unknown") else "changed", other)
            try:
                begun = connection.execute(sql.BEGIN, facts).rowcount
            except sqlite3.IntegrityError:
                creditor, key = connection.execute(sql.KEY_OF, facts).fetchone()
                taken = connection.execute(sql.EARLIER, (creditor, key, hold.run, number, hold.run)).fetchone()
                return NotBegun("in progress", _earlier(taken))
            connection.execute(sql.HOLD_LOT, facts)
            return None if begun else NotBegun("lost")

    def end(self, hold: Hold, endings: Sequence[tuple[int, Ending]], now: float) -> set[int]:
        """Record how rows end; returns those that this worker still held."""
        with self._file.transaction("written") as connection:
            return {
                number
                for number, ending in endings
                if connection.execute(sql.END, asdict(hold) | asdict(ending) | {"n": number, "now": now}).rowcount
            }

    def reset(self, hold: Hold, numbers: Iterable[int]) -> None:
        """Record that rows were certainly not written and may be sent."""
        self._each(sql.RESET, hold, numbers, {})

    def put_off(self, hold: Hold, numbers: Iterable[int], until: float) -> None:
        """Give rows away for any worker to take up after a time; those that may have been sent count one more look."""
        self._each(sql.PUT_OFF, hold, numbers, {"until": until, "nobody": _NOBODY})

    def _each(self, statement: str, hold: Hold, numbers: Iterable[int], facts: Mapping[str, object]) -> None:
        with self._file.transaction("written") as connection:
            connection.executemany(statement, [{**asdict(hold), **facts, "n": number} for number in numbers])

    def release(self, hold: Hold, now: float) -> None:
        """Give all rows away for any worker to take up now."""
        with self._file.transaction("written") as connection:
            connection.execute(sql.RELEASE, asdict(hold) | {"now": now})

    def ended_since(self, run: int, since: float) -> tuple[int, float | None]:
        """Return how many rows ended since a time, and when the first of them did."""
        with self._file.transaction("read") as connection:
            count, first = connection.execute(sql.ENDED_SINCE, (run, since)).fetchone()
        return count, first

    def stop(self, run: int) -> None:
        """Let no worker begin another row."""
        with self._file.transaction("written") as connection:
            connection.execute(sql.STOP, (run,))

    def resume(self, run: int) -> None:
        """Let workers go on, and look up again what is unknown."""
        with self._file.transaction("written") as connection:
            connection.execute(sql.UNKNOWN_AGAIN, (run,))
            connection.execute(sql.RUN_AGAIN, (run,))

    def retry_refused(self, run: int) -> int:
        """Make refused rows new again and let workers go on; returns how many rows."""
        with self._file.transaction("written") as connection:
            connection.execute(sql.RUN_AGAIN, (run,))
            return connection.execute(sql.REFUSED_AGAIN, (run,)).rowcount

    def close(self) -> None:
        """Close the connection of this process; the next use opens another."""
        self._file.close()


class _Gone:
    """Which owners have ended, asked once for each."""

    def __init__(self, has_ended: Callable[[str], bool]) -> None:
        self._ask, self._known = has_ended, {"": False, _NOBODY: False}

    def is_gone(self, owner: str) -> bool:
        if owner not in self._known:
            self._known[owner] = self._ask(owner)
        return self._known[owner]

    def lets_take(self, owner: str, held_until: float, now: float) -> bool:
        return not owner or held_until <= now or self.is_gone(owner)


def _run(details: Mapping[str, str], facts: Sequence[Any], counts: Mapping[Any, int]) -> RunRecord:
    number, operation, source, checksum, state, created_at, ended_at = facts
    return RunRecord(number, operation, source, checksum, details, state, created_at, ended_at, counts)


def _held(found: tuple[Any, ...], gone: _Gone, now: float) -> LedgerRow:
    """Return a row that is held from now on; it was sent before its last hold ended, or before now if its worker has ended."""
    owner, held_until, *facts = found
    row = LedgerRow(*facts)
    if row.state != "sending" or row.lost_at is not None:
        return row
    return replace(row, lost_at=now if gone.is_gone(owner) else min(held_until, now))


def _values(row: NewRow) -> tuple[object, ...]:
    return row.number, row.place, row.key, row.creditor, row.digest, row.lot, row.state


def _earlier(found: tuple[Any, ...] | None) -> Earlier | None:
    return None if found is None else Earlier(*found)
