"""A quota that processes share, kept in a database. Times are seconds since 1970, so time zones do not matter."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from amili._core.engine import PerProcess
from amili._core.quota.windows import LONGEST_CLOSED, MINUTE, Windows, waiting_time
from amili._errors import ConfigurationError, NoResponseError

SETUP = (
    "CREATE TABLE IF NOT EXISTS amili_quota_sent (key TEXT NOT NULL, at DOUBLE PRECISION NOT NULL)",
    "CREATE INDEX IF NOT EXISTS amili_quota_sent_key ON amili_quota_sent (key, at)",
    "CREATE TABLE IF NOT EXISTS amili_quota_closed (key TEXT PRIMARY KEY, until DOUBLE PRECISION NOT NULL)",
)
_FORGET = "DELETE FROM amili_quota_sent WHERE key = ? AND at <= ?"
_NOT_LATER = "UPDATE amili_quota_sent SET at = ? WHERE key = ? AND at > ?"  # from before a clock was set back
_SENT = "SELECT at FROM amili_quota_sent WHERE key = ? ORDER BY at"
_ADD = "INSERT INTO amili_quota_sent (key, at) VALUES (?, ?)"
_CLOSED = "SELECT until FROM amili_quota_closed WHERE key = ?"
_CLOSE = (
    "INSERT INTO amili_quota_closed (key, until) VALUES (?, ?) "
    "ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE excluded.until > amili_quota_closed.until"
)


class Database(Protocol):
    """One connection to a database; statements have `?` for values."""

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""

    def transaction(self, key: str) -> AbstractContextManager[float]:
        """Run the block in one transaction, alone among those of this key; gives the time in seconds since 1970 UTC."""

    def close(self) -> None:
        """Close the connection."""


class _Own:
    """The connection of one process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.database: Database | None = None

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self.database is not None:
            self.database.close()
        self.database = None


class SharedStore:
    """Keeps the times of all processes that use a database, for one key."""

    blocks = True

    def __init__(self, open_database: Callable[[], Database], key: str, failures: tuple[type[Exception], ...]) -> None:
        self._open, self._key, self._failures, self._own = open_database, key, failures, PerProcess(_Own)
        try:
            self.count()
        except NoResponseError as problem:
            raise ConfigurationError(f"Quota.shared: {problem}") from None

    def acquire(self, windows: Windows) -> float:
        """Record one request and return 0.0, or return how many seconds to wait before trying again."""
        with self._transaction() as (database, now):
            database.execute(_FORGET, self._key, now - max(seconds for _, seconds in windows))
            wait = waiting_time(now, self._sent(database), self._closed_until(database, now), windows)
            if not wait:
                database.execute(_ADD, self._key, now)
            return wait

    def close_for(self, seconds: float) -> None:
        """Let nothing be sent for so many seconds."""
        with self._transaction() as (database, now):
            database.execute(_CLOSE, self._key, now + min(seconds, LONGEST_CLOSED))

    def count(self) -> int | None:
        """Return how many requests were recorded in the last minute; None while nothing may be sent."""
        with self._transaction() as (database, now):
            closed = now < self._closed_until(database, now)
            return None if closed else sum(at > now - MINUTE for at in self._sent(database))

    def close(self) -> None:
        """Close the connection of this process."""
        own = self._own.get()
        with own.lock:
            own.close()

    def _sent(self, database: Database) -> list[float]:
        return [at for (at,) in database.execute(_SENT, self._key)]

    def _closed_until(self, database: Database, now: float) -> float:
        until = max((at for (at,) in database.execute(_CLOSED, self._key)), default=0.0)
        return 0.0 if until > now + LONGEST_CLOSED else until  # a clock was set back

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Database, float]]:
        own = self._own.get()
        with own.lock:
            try:
                if own.database is None:
                    own.database = self._open()
                with own.database.transaction(self._key) as now:
                    own.database.execute(_NOT_LATER, now, self._key, now)
                    yield own.database, now
            except self._failures as problem:  # the next call opens another connection
                own.close()
                message = f"the shared quota can't be used ({type(problem).__name__}), so the request was not sent"
                raise NoResponseError(message) from None
