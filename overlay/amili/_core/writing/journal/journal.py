"""The optional journal: a write is on disk before its request is sent, so that its outcome can be looked up after a crash.

One SQLite file, which several processes may share, or one PostgreSQL database for several machines. It holds the evidence of each
write (invoice number, identifiers, amounts), no personal data and no token. A process leases the entries it works on; `holder`
determines whether that process has ended.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from amili._core.engine import logger
from amili._core.postgresql import SharedConnection
from amili._core.writing.journal.file import LOCK_TIMEOUT
from amili._core.writing.journal.holder import has_ended, process_identity
from amili._core.writing.journal.pending import Pending, Unreadable
from amili._core.writing.journal.stores import open_store
from amili._errors import AmiliError, ConfigurationError

_INSERT = "INSERT INTO intents (id, operation, evidence, sent_at, expires_at, holder) VALUES (?, ?, ?, ?, ?, ?)"
_OPEN = (
    "SELECT id, CAST(operation AS TEXT), CAST(evidence AS TEXT), CAST(sent_at AS DOUBLE PRECISION), "
    "CAST(expires_at AS DOUBLE PRECISION), CAST(holder AS TEXT) FROM intents WHERE outcome IS NULL ORDER BY sent_at, id"
)
_IS_OPEN = "SELECT 1 FROM intents WHERE id = ? AND outcome IS NULL"
_CLAIM = "UPDATE intents SET expires_at = ?, holder = ? WHERE id = ?"
_END = "UPDATE intents SET outcome = ?, ended_at = ? WHERE id = ? AND holder = ?"
_RELEASE = "UPDATE intents SET outcome = NULL, ended_at = NULL, expires_at = ?, holder = '' WHERE id = ? AND holder = ?"
_MIN_LOCK_TIMEOUT = 0.05  # seconds
_NEVER = 1e13  # seconds since 1970; later times are damage

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError)  # errors of decoding an entry


@dataclass
class Lease:
    """The entries that one flow works on, each with the latest time at which it can have been sent.

    A thread may still run a step of a flow that was closed meanwhile. It then finds `released` set and does not change the file,
    so no orphaned lease remains.
    """

    left: Callable[[], float] = lambda: LOCK_TIMEOUT  # seconds that the flow can wait for other users of the file
    entries: dict[int, float] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    released: bool = False

    @property
    def lock_timeout(self) -> float:
        """How many seconds to wait for other users of the file."""
        return min(LOCK_TIMEOUT, max(_MIN_LOCK_TIMEOUT, self.left()))


class Journal:
    """Writes and their outcomes in one store, on disk at every step; raises ConfigurationError if it can't be used.

    The store is a SQLite file or the address of a PostgreSQL database, whose clock then decides over leases. Times that the
    methods take and return are by the caller's clock. `write` encodes evidence as a string, `read` decodes it.
    """

    def __init__(self, file: str | os.PathLike[str], write: Callable[[Any], str], read: Callable[[str, str], Any]) -> None:
        self._store, self._write, self._read = open_store(file), write, read

    @contextmanager
    def lease(self, now: Callable[[], float], left: Callable[[], float] = lambda: LOCK_TIMEOUT) -> Iterator[Lease]:
        """Lease entries for the block; whatever it did not finish becomes pending again.

        If the block was interrupted (a closed flow, Ctrl-C) its results reached no caller, so what it closed is pending again.
        """
        lease, reported = Lease(left), False
        try:
            yield lease
            reported = True
        except AmiliError:
            reported = True
            raise
        finally:
            self._release(lease, now(), reported=reported)

    def begin(self, lease: Lease, evidence: Any, now: float, expires_at: float) -> int:
        """Record a write before its request is sent, and return its entry; the lease on it expires at `expires_at`."""
        entry = secrets.randbits(62)  # unique across journals, since a pickled error has only this number
        facts = (entry, evidence.operation, self._write(evidence))
        with self._store.transaction("written, so nothing was sent", lease.lock_timeout) as connection:
            if not lease.released:
                ahead = self._store.ahead(connection, now)
                connection.execute(_INSERT, (*facts, now + ahead, expires_at + ahead, process_identity()))
                lease.entries[entry] = expires_at  # before the commit, so that an interruption after it releases the entry
        return entry

    def end(self, lease: Lease, outcomes: Mapping[int, str], now: float) -> None:
        """Record the outcomes of leased entries; entries that were released meanwhile stay unchanged."""
        if self._update(lease, now, _END, lambda ahead: [(outcome, now + ahead, entry) for entry, outcome in outcomes.items()]):
            lease.ended |= outcomes.keys()

    def _release(self, lease: Lease, now: float, *, reported: bool) -> None:
        """Make the open entries pending again, each with the latest time at which it can have been sent."""
        kept = lease.ended if reported else set[int]()
        if reported and lease.entries.keys() <= kept:
            return
        lease.released = True

        def open_entries(ahead: float) -> list[tuple[object, ...]]:
            return [(min(at, now) + ahead, entry) for entry, at in lease.entries.items() if entry not in kept]

        self._update(lease, now, _RELEASE, open_entries)

    def _update(self, lease: Lease, now: float, statement: str, rows: Callable[[float], Iterable[tuple[object, ...]]]) -> bool:
        """Update our entries. On failure they stay pending, which is safe; the result of the write must not be lost."""

        def change(connection: SharedConnection) -> None:
            ahead = self._store.ahead(connection, now)
            connection.executemany(statement, [(*row, process_identity()) for row in rows(ahead)])

        try:
            self._store.change(change, lease.lock_timeout)
        except ConfigurationError as problem:
            for entry in lease.entries:
                logger.error("entry %d stays pending: %s", entry, problem)
            return False
        return True

    def pending(self, now: float) -> list[Pending]:
        """Return the writes without an outcome and without a valid lease, oldest first."""
        with self._store.transaction("read") as connection:
            return self._claimable(connection, now)

    def claim(
        self, lease: Lease, now: float, seconds: float, wanted: Callable[[Pending], bool] = lambda _: True
    ) -> list[Pending]:
        """Lease the pending writes that are wanted, for so many seconds each: two that resend a write would double it."""
        with self._store.transaction("read", lease.lock_timeout) as connection:
            return self._claim(connection, lease, now, seconds, wanted)

    def claim_before(
        self, lease: Lease, now: float, seconds: float, wanted: Callable[[Pending], bool]
    ) -> tuple[list[Pending], bool]:
        """Lease the pending writes that are wanted before another is sent; also returns whether another holder works on one."""
        with self._store.transaction("written, so nothing was sent", lease.lock_timeout) as connection:
            claimed = self._claim(connection, lease, now, seconds, wanted)
            rows = connection.execute(_OPEN).fetchall()
        others = (row for row in rows if row[0] not in lease.entries)
        return claimed, any(wanted(Pending(row[0], self._evidence(*row[:4]), row[3], row[4])) for row in others)

    def _claim(
        self, connection: SharedConnection, lease: Lease, now: float, seconds: float, wanted: Callable[[Pending], bool]
    ) -> list[Pending]:
        found = [write for write in self._claimable(connection, now) if wanted(write) and not lease.released]
        lease.entries |= {write.entry: write.lost_at for write in found}
        expires_at = now + self._store.ahead(connection, now) + seconds * len(found)
        connection.executemany(_CLAIM, [(expires_at, process_identity(), write.entry) for write in found])
        return found

    def is_open(self, entry: int) -> bool:
        """Return whether an entry has no outcome yet."""
        with self._store.transaction("read") as connection:
            return connection.execute(_IS_OPEN, (entry,)).fetchone() is not None

    def _claimable(self, connection: SharedConnection, now: float) -> list[Pending]:
        ahead = self._store.ahead(connection, now)
        return [
            Pending(entry, self._evidence(entry, operation, text, sent_at), sent_at - ahead, min(expires_at - ahead, now))
            for entry, operation, text, sent_at, expires_at, holder in connection.execute(_OPEN).fetchall()
            if not holder or not now + ahead < expires_at < _NEVER or has_ended(holder)
        ]

    def _evidence(self, entry: int, operation: str, text: str, sent_at: float) -> Any:
        try:
            if not 0 <= sent_at < _NEVER:
                raise ValueError("it was sent at no time")
            return self._read(operation, text)
        except UNREADABLE as problem:
            why = f"can't be read ({type(problem).__name__}: {problem}); perhaps a newer version wrote it"
            return Unreadable(
                operation, f"entry {entry}, which can't be read", self._store.problem(f"has an entry {entry} that {why}")
            )

    def close(self) -> None:
        """Close the store for this process; the next use opens it again."""
        self._store.close()
