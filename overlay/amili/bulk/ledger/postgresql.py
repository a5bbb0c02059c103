"""A ledger in PostgreSQL, for workers on several machines; a connection that is lost for a while is survived."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from amili._core.postgresql import PostgresqlStore, SharedConnection
from amili._core.writing.journal import has_ended
from amili.bulk.ledger import statements as sql
from amili.bulk.ledger.decoding import values_of
from amili.bulk.ledger.postgresql_tables import prepare, prepare_to_read
from amili.bulk.ledger.records import Ending, Hold, Intent, LedgerRow, NewRow, NotBegun, RunRecord
from amili.bulk.ledger.sql_ledger import SqlLedger

_PATIENCE_OF_A_READER = 5.0  # seconds; a person waits
_SNAPSHOT = "SELECT pg_current_snapshot()::text"
_ADD_ROW = (
    "INSERT INTO rows (run, operation, n, place, key, creditor, digest, lot, state, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LOCK_RUN = "SELECT 1 FROM runs WHERE id = ? FOR UPDATE"
_LOCK_CASE = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"
_OWN_STATES = "SELECT n, state, owner FROM rows WHERE run = ? AND n = ?"
_BODIES = "SELECT n, body FROM rows WHERE run = ? AND n = ANY(?) AND body IS NOT NULL"
_FREE_LOTS = (
    "SELECT DISTINCT lot FROM rows WHERE run = ? AND state IN ('new', 'sending') AND (owner = '' OR held_until <= ?) "
    "ORDER BY lot LIMIT ?"
)
_RUNNING = "SELECT id, details FROM runs WHERE state = 'running' ORDER BY id"
_KEEP_BODY = "UPDATE rows SET body = ? WHERE run = ? AND n = ? AND state = 'refused'"


class PostgresqlLedger(SqlLedger):
    """A ledger in the database of a `postgresql://` address; raises ConfigurationError if it can't be used.

    The clock of the database is the one that counts: the times that a method is given are taken as those of the caller's clock,
    and so are those of the rows that `claim` returns. Transactions of a run wait for each other. One that is `read_only` needs no
    more than the right to SELECT, and not that for `body`.
    """

    keeps_bodies = True

    # The body holds personal data, and a row that has ended needs it no more.
    _END = sql.END.replace("SET state", "SET body = CASE WHEN :state = 'unknown' THEN body END, state", 1)

    def __init__(
        self, address: str, *, has_ended: Callable[[str], bool] = has_ended, read_only: bool = False, **options: Any
    ) -> None:
        options |= {"patience": _PATIENCE_OF_A_READER} if read_only else {}
        self._database = PostgresqlStore(address, "ledger", prepare_to_read if read_only else prepare, **options)
        super().__init__(self._database, has_ended)

    def runs(self) -> list[RunRecord]:
        """Return all runs, oldest first."""
        read = super().runs
        return self._database.until_connected(lambda _: read())

    def run(self, number: int | None = None) -> RunRecord:
        """Return one run, by default the last; raises InvalidInputError if there is none."""
        read = super().run
        return self._database.until_connected(lambda _: read(number))

    def signature(self) -> str:
        """Return a text that changes with every change of the database: which transactions are seen."""
        with self._database.transaction("read") as connection:
            ((seen,),) = connection.execute(_SNAPSHOT).fetchall()
        return str(seen)

    def claim(self, hold: Hold, now: float, seconds: float) -> list[LedgerRow]:
        """Hold the open rows of one lot; what an interrupted call may have held is given away first."""
        claim, release = super().claim, super().release

        def once(waited: float) -> list[LedgerRow]:
            if waited:
                release(hold, now + waited)
            return claim(hold, now + waited, seconds)

        return self._database.until_connected(once)

    def begin(self, hold: Hold, number: int, intent: Intent, now: float, until: float) -> NotBegun | None:
        """Record that a row is about to be sent; an interrupted call may have done so."""
        begin = super().begin

        def once(waited: float) -> NotBegun | None:
            reason = begin(hold, number, intent, now + waited, until + waited)
            is_begun = waited and self._states(hold, [number]) == {number: ("sending", hold.owner)}
            return None if is_begun else reason

        return self._database.until_connected(once)

    def end(self, hold: Hold, endings: Sequence[tuple[int, Ending]], now: float) -> set[int]:
        """Record how rows end; an interrupted call may have done so."""
        end = super().end

        def once(waited: float) -> set[int]:
            ended = end(hold, endings, now + waited)
            if not waited:
                return ended
            found = self._states(hold, [number for number, _ in endings])
            return ended | {number for number, ending in endings if found[number] == (ending.state, "")}

        return self._database.until_connected(once)

    def reset(self, hold: Hold, numbers: Iterable[int]) -> None:
        """Record that rows were certainly not written and may be sent."""
        reset, listed = super().reset, list(numbers)
        self._database.until_connected(lambda _: reset(hold, listed))

    def put_off(self, hold: Hold, numbers: Iterable[int], now: float, until: float, *, looked: bool = True) -> None:
        """Give rows away for any worker to take up after a time; with `looked`, those that were begun count one more look."""
        put_off, listed = super().put_off, list(numbers)
        self._database.until_connected(lambda waited: put_off(hold, listed, now + waited, until, looked=looked))

    def release(self, hold: Hold, now: float) -> None:
        """Give all rows away for any worker to take up now."""
        release = super().release
        self._database.until_connected(lambda waited: release(hold, now + waited))

    def bodies(self, run: int, numbers: Sequence[int]) -> dict[int, str]:
        """Return the items of rows that have not ended, as they were stored."""

        def read(_: float) -> dict[int, str]:
            with self._database.transaction("read") as connection:
                return dict(connection.execute(_BODIES, (run, list(numbers))).fetchall())

        return self._database.until_connected(read)

    def keep_bodies(self, run: int, bodies: Iterable[tuple[int, str | None]]) -> None:
        """Store the items of refused rows again, so that any worker can retry them."""
        with self._change(run) as connection:
            connection.executemany(_KEEP_BODY, [(body, run, number) for number, body in bodies])

    def running(self) -> dict[int, Mapping[str, str]]:
        """Return the details of the runs that are under way, by number."""

        def read(_: float) -> dict[int, Mapping[str, str]]:
            with self._database.transaction("read") as connection:
                return {run: json.loads(details) for run, details in connection.execute(_RUNNING).fetchall()}

        return self._database.until_connected(read)

    def free_lots(self, run: int, most: int = 20) -> list[int]:
        """Return lots of a run with rows that a worker may take up now; a run without open rows has ended."""

        def find(_: float) -> list[int]:
            with self._change(run) as connection:
                moment = self._database.ahead(connection, 0.0)
                found = [lot for (lot,) in connection.execute(_FREE_LOTS, (run, moment, most)).fetchall()]
                if not found:
                    connection.execute(sql.RUN_ENDED, {"run": run, "now": moment})
                return found

        return self._database.until_connected(find)

    def take_away(self, run: int, lot: int, now: float) -> None:
        """Give away all rows of a lot whose worker is silent; repeating that changes nothing more."""
        take_away = super().take_away
        self._database.until_connected(lambda waited: take_away(run, lot, now + waited))

    def _states(self, hold: Hold, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        with self._database.transaction("read") as connection:
            found = [connection.execute(_OWN_STATES, (hold.run, number)).fetchone() for number in numbers]
        return {number: (state, owner) for number, state, owner in filter(None, found)}

    @contextmanager
    def _change(self, run: int, action: str = "written") -> Iterator[Any]:
        with self._database.transaction(action) as connection:
            connection.execute(_LOCK_RUN, (run,))
            yield connection

    def _alone_in_adding(self, connection: SharedConnection) -> None:
        connection.execute(_LOCK_CASE, ("a new run",))

    def _alone_on_case(self, connection: SharedConnection, case_id: str) -> None:
        connection.execute(_LOCK_CASE, (f"amili case {case_id}",))

    def _begun(self, connection: Any, facts: Mapping[str, object]) -> int | None:
        from psycopg.errors import UniqueViolation  # noqa: PLC0415 - an extra

        try:
            with connection.raw.transaction():  # a savepoint
                return int(connection.execute(sql.BEGIN, facts).rowcount)
        except UniqueViolation:
            return None

    def _insert(self, connection: Any, run: int, operation: str, rows: Sequence[NewRow]) -> None:
        connection.in_a_pipeline(_ADD_ROW, [(run, operation, *values_of(row), row.body) for row in rows])
