"""What the ledgers have in common: the rules by which rows are claimed, begun and ended, each method one transaction."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from amili._core.postgresql import SharedConnection
from amili._errors import InvalidInputError
from amili.bulk.ledger import statements as sql
from amili.bulk.ledger.decoding import by_the_clock_of_the_caller, earlier_of, held_row, named, values_of
from amili.bulk.ledger.reading import SqlReading, Store
from amili.bulk.ledger.records import Ending, Hold, Intent, LedgerRow, NewRow, NewRun, NotBegun
from amili.bulk.ledger.repetition import RepetitionError, refuse_repetition

_UNHELD = "-"  # owner of a row that was put off: it can be taken once `held_until` has passed


class SqlLedger(SqlReading):
    """A ledger in a store; `has_ended` returns whether the process of a worker has certainly ended."""

    keeps_bodies = False
    _END = sql.END

    def __init__(self, store: Store, has_ended: Callable[[str], bool]) -> None:
        super().__init__(store)
        self._has_ended = has_ended

    @contextmanager
    def _change(self, run: int, action: str = "written") -> Iterator[Any]:
        """Run the block in one transaction, alone in the run."""
        with self._store.transaction(action) as connection:
            yield connection

    def _alone_on_case(self, connection: SharedConnection, case_id: str) -> None:
        """Let no transaction of another run begin a write on the case until this one ends."""

    def _alone_in_adding(self, connection: SharedConnection) -> None:
        """Let no other transaction add a run until this one ends: each must see what the other would credit."""

    @abstractmethod
    def _begun(self, connection: SharedConnection, facts: Mapping[str, object]) -> int | None:
        """Begin a row; returns how many rows were begun, None if another row has the number."""

    def _insert(self, connection: SharedConnection, run: int, operation: str, rows: Sequence[NewRow]) -> None:
        """Add the rows of a run."""
        connection.executemany(sql.ADD_ROW, [(run, operation, *values_of(row)) for row in rows])

    def add(self, run: NewRun, rows: Iterable[NewRow], now: float) -> int:
        """Add a run with its rows, all or nothing, and return its number; raises InvalidInputError if it would credit again."""
        added = list(rows)  # outside of the transaction, since reading the input may fail
        try:
            return self._add(run, added, now)
        except RepetitionError as problem:
            raise InvalidInputError(str(problem)) from None

    def _add(self, run: NewRun, added: Sequence[NewRow], now: float) -> int:
        with self._store.transaction("written") as connection:
            self._alone_in_adding(connection)
            details, created_at = json.dumps(dict(run.details)), now + self._store.ahead(connection, now)
            ((number,),) = connection.execute(
                sql.ADD_RUN, (run.operation, run.source, run.checksum, details, created_at)
            ).fetchall()
            self._insert(connection, number, run.operation, added)
            if not run.again:
                refuse_repetition(connection.execute(sql.CREDITED, {"run": number, "checksum": run.checksum}).fetchall())
        return int(number)

    def claim(self, hold: Hold, now: float, seconds: float) -> list[LedgerRow]:
        """Hold the open rows of one lot, for so many seconds, that no other worker holds; none if there are none now.

        A run without open rows has ended.
        """
        with self._change(hold.run, "written, so nothing was sent") as connection:
            if connection.execute(sql.RUN_STATE, (hold.run,)).fetchone() != ("running",):
                return []
            ahead = self._store.ahead(connection, now)
            facts: dict[str, Any] = {"run": hold.run, "lot": hold.lot, "now": now + ahead, "unheld": _UNHELD}
            owners = [owner for (owner,) in connection.execute(sql.OWNERS, facts).fetchall()]
            gone = {owner for owner in owners if owner != _UNHELD and self._has_ended(owner)}
            lot = connection.execute(sql.free_lot(gone), facts | named(gone)).fetchone()
            if lot is None:
                connection.execute(sql.RUN_ENDED, facts)
                return []
            facts["lot"], until = lot[0], now + ahead + seconds
            self._take_away(connection, facts, lambda owner, held_until: owner in gone or held_until <= facts["now"])
            held = [held_row(row, now + ahead) for row in connection.execute(sql.FREE_ROWS, facts).fetchall()]
            connection.executemany(sql.HOLD, [(hold.owner, until, row.lost_at, hold.run, row.number) for row in held])
            return [self._with_earlier(connection, hold, by_the_clock_of_the_caller(row, ahead)) for row in held]

    def _with_earlier(self, connection: SharedConnection, hold: Hold, row: LedgerRow) -> LedgerRow:
        if row.state != "new":
            return row
        if row.case_id is None:
            found = connection.execute(sql.EARLIER, (row.creditor, row.key, hold.run, row.number, hold.run))
        else:
            facts = {"case": row.case_id, "run": hold.run, "n": row.number, "read_at": float("inf")}
            found = connection.execute(sql.ON_CASE, facts)
        return replace(row, earlier=earlier_of(found.fetchone()))

    def begin(self, hold: Hold, number: int, intent: Intent, now: float, until: float) -> NotBegun | None:
        """Record that a row is about to be sent, and hold its lot until then; returns why that must not be."""
        with self._change(hold.run, "written, so nothing was sent") as connection:
            if connection.execute(sql.RUN_STATE, (hold.run,)).fetchone() != ("running",):
                return NotBegun("stopped")
            if intent.case_id is not None:
                self._alone_on_case(connection, intent.case_id)
            ahead = self._store.ahead(connection, now)
            facts = asdict(hold) | {"n": number, "now": now + ahead, "until": until + ahead, "evidence": intent.evidence}
            facts |= {"case": intent.case_id, "read_at": intent.read_at + ahead}
            other = earlier_of(connection.execute(sql.ON_CASE, facts).fetchone())
            if other is not None:
                connection.execute(sql.REMEMBER_CASE, facts)
                return NotBegun("in progress" if other.state in ("sending", "unknown") else "changed", other)
            begun = self._begun(connection, facts)
            if begun is None:
                creditor, key = connection.execute(sql.KEY_OF, facts).fetchone()
                taken = connection.execute(sql.EARLIER, (creditor, key, hold.run, number, hold.run)).fetchone()
                return NotBegun("in progress", earlier_of(taken))
            connection.execute(sql.HOLD_LOT, facts)
            return None if begun else NotBegun("lost")

    def end(self, hold: Hold, endings: Sequence[tuple[int, Ending]], now: float) -> set[int]:
        """Record how rows end; returns those that this worker still held."""
        with self._change(hold.run) as connection:
            facts = {"run": hold.run, "owner": hold.owner, "now": now + self._store.ahead(connection, now)}
            return {n for n, end in endings if connection.execute(self._END, facts | asdict(end) | {"n": n}).rowcount}

    def reset(self, hold: Hold, numbers: Iterable[int]) -> None:
        """Record that rows were certainly not written and may be sent."""
        with self._change(hold.run) as connection:
            connection.executemany(sql.RESET, [asdict(hold) | {"n": number} for number in numbers])

    def put_off(self, hold: Hold, numbers: Iterable[int], now: float, until: float, *, looked: bool = True) -> None:
        """Give rows away for any worker to take up after a time; with `looked`, those that were begun count one more look."""
        with self._change(hold.run) as connection:
            facts = asdict(hold) | {"until": until + self._store.ahead(connection, now), "unheld": _UNHELD}
            facts |= {"looked": int(looked)}
            connection.executemany(sql.PUT_OFF, [facts | {"n": number} for number in numbers])

    def release(self, hold: Hold, now: float) -> None:
        """Give all rows away for any worker to take up now."""
        with self._change(hold.run) as connection:
            connection.execute(sql.RELEASE, asdict(hold) | {"now": now + self._store.ahead(connection, now)})

    def workers(self, run: int, now: float) -> list[str]:
        """Return the owners that hold rows of a run, but those that have certainly ended."""
        with self._store.transaction("read") as connection:
            facts = {"run": run, "now": now + self._store.ahead(connection, now)}
            owners = [owner for (owner,) in connection.execute(sql.OWNERS, facts).fetchall()]
        return [owner for owner in owners if owner != _UNHELD and not self._has_ended(owner)]

    def take_away(self, run: int, lot: int, now: float) -> None:
        """Give away all rows of a lot whose worker is silent.

        If it is only frozen, it begins no other row, and its writes of these can be sent until its lease ends.
        """
        with self._change(run) as connection:
            facts = {"run": run, "lot": lot, "now": now + self._store.ahead(connection, now), "unheld": _UNHELD}
            self._take_away(connection, facts, lambda *_: True)

    def _take_away(self, connection: SharedConnection, facts: dict[str, Any], is_taken: Callable[[str, float], bool]) -> None:
        """Give away the rows of a lot of some workers, all at once, so that they are looked up with one request."""
        for owner, held_until in connection.execute(sql.HOLDERS, facts).fetchall():
            if is_taken(owner, held_until):
                ended = facts["now"] if self._has_ended(owner) else None
                connection.execute(sql.TAKE_AWAY, facts | {"owner": owner, "ended": ended})

    def stop(self, run: int) -> None:
        """Let no worker begin another row."""
        with self._change(run) as connection:
            connection.execute(sql.STOP, (run,))

    def resume(self, run: int) -> None:
        """Let workers go on, and look up again what is unknown."""
        with self._change(run) as connection:
            connection.execute(sql.UNKNOWN_AGAIN, (run,))
            connection.execute(sql.RUN_AGAIN, (run,))

    def retry_refused(self, run: int) -> int:
        """Make refused rows new again and let workers go on; returns how many rows."""
        with self._change(run) as connection:
            connection.execute(sql.RUN_AGAIN, (run,))
            return int(connection.execute(sql.REFUSED_AGAIN, (run,)).rowcount)
