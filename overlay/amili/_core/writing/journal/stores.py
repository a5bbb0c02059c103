"""The stores that a journal may be kept in: a SQLite file for one machine, PostgreSQL for several."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from amili._core.engine import is_database_address
from amili._core.postgresql import PostgresqlConnection, PostgresqlStore
from amili._core.writing.journal.file import LOCK_TIMEOUT, JournalFile
from amili._errors import ConfigurationError

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('amili tables', 0))"
_LOCK_JOURNAL = "SELECT pg_advisory_xact_lock(hashtextextended('amili journal', 0))"
_EXISTS = "SELECT to_regclass('amili.intents') IS NOT NULL"
_SETUP = (
    "CREATE SCHEMA IF NOT EXISTS amili",
    """CREATE TABLE IF NOT EXISTS amili.intents (id BIGINT PRIMARY KEY, operation TEXT NOT NULL, evidence TEXT NOT NULL,
        sent_at DOUBLE PRECISION NOT NULL, expires_at DOUBLE PRECISION NOT NULL, holder TEXT NOT NULL, outcome TEXT,
        ended_at DOUBLE PRECISION)""",
    "CREATE INDEX IF NOT EXISTS intents_open ON amili.intents (sent_at, id) WHERE outcome IS NULL",
)


class JournalStore(Protocol):
    """Where the entries of a journal are kept."""

    def transaction(self, action: str, lock_timeout: float = ...) -> AbstractContextManager[Any]:
        """Run the block in one transaction, which is on disk after the block; `action` completes the message "can't be ..."."""

    def change(self, change: Callable[[Any], object], lock_timeout: float) -> None:
        """Make a change that may be made later, or twice."""

    def ahead(self, connection: Any, now: float) -> float:
        """Return by how many seconds the clock of the store is ahead of the caller's, which shows `now`."""

    def problem(self, what: str) -> ConfigurationError:
        """Return the error for a problem with the store."""

    def close(self) -> None:
        """Close the connection of this process; the next use opens a new one."""


def open_store(journal: str | os.PathLike[str]) -> JournalStore:
    """Open a file, or the database of a `postgresql://` address."""
    return JournalDatabase(str(journal), "journal", _prepare) if is_database_address(journal) else JournalFile(journal)


def _prepare(connection: PostgresqlConnection) -> None:
    """Create the table, unless it is there: this needs more rights than its use."""
    if connection.execute(_EXISTS).fetchone() != (True,):
        for statement in (_LOCK, *_SETUP):
            connection.execute(statement)
    connection.execute("SET search_path TO amili")


class JournalDatabase(PostgresqlStore):
    """The table of a journal in a PostgreSQL database. Transactions wait for each other, as they do in a file."""

    @contextmanager
    def transaction(self, action: str, lock_timeout: float = LOCK_TIMEOUT) -> Iterator[PostgresqlConnection]:
        """Run the block in one transaction, alone in the journal, which is on disk after the block."""
        with super().transaction(action, lock_timeout) as connection:
            connection.execute(_LOCK_JOURNAL)
            yield connection
