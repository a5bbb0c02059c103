"""The databases that a shared quota may be kept in: a SQLite file for one machine, PostgreSQL for several."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from amili._core.engine import database_settings, is_database_address, now
from amili._core.postgresql import connect
from amili._core.quota.shared import SETUP, SharedStore
from amili._errors import ConfigurationError

_TIMEOUT = 10  # seconds, for a connection and for other users of the database
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"
_EXISTS = "SELECT to_regclass('amili_quota_sent') IS NOT NULL AND to_regclass('amili_quota_closed') IS NOT NULL"
_NOW = "SELECT extract(epoch FROM clock_timestamp())::double precision"


def open_store(url: str, key: str) -> SharedStore:
    """Open the quota of a key; raises ConfigurationError if the address can't be used."""
    if is_database_address(url):
        settings = database_settings(url, "Quota.shared")
        import psycopg  # noqa: PLC0415 - an extra

        return SharedStore(lambda: _PostgreSQL(settings), key, (psycopg.Error, OSError))
    file = url.removeprefix("sqlite:///")
    if "://" in file or not file:
        raise ConfigurationError("Quota.shared: url must be a file, sqlite:///FILE, or postgresql://HOST/DATABASE")
    return SharedStore(lambda: _SQLite(file), key, (sqlite3.Error, OSError))


class _SQLite:
    """A SQLite file."""

    def __init__(self, file: str) -> None:
        self._connection = sqlite3.connect(file, timeout=_TIMEOUT, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = OFF")  # what a crash loses is forgotten after a minute anyway
            for statement in SETUP:
                self._connection.execute(statement)
        except BaseException:
            self._connection.close()
            raise

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def transaction(self, key: str) -> Iterator[float]:
        """Run the block in one transaction, alone in the file."""
        with self._connection:  # commits, or rolls back
            self._connection.execute("BEGIN IMMEDIATE")
            yield now()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _PostgreSQL:
    """A PostgreSQL database; its clock is the one that counts, for all machines."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._connection = connect(settings | {"autocommit": True})
        try:
            if self.execute(_EXISTS) != [(True,)]:  # making them needs more rights than their use
                with self.transaction(""):  # one at a time: CREATE IF NOT EXISTS fails if two processes do it at once
                    for statement in SETUP:
                        self.execute(statement)
        except BaseException:
            self.close()
            raise

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        cursor = self._connection.execute(statement.replace("?", "%s"), values)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def transaction(self, key: str) -> Iterator[float]:
        """Run the block in one transaction, alone among those of this key."""
        with self._connection.transaction():
            self.execute(_LOCK, f"amili quota {key}")
            ((now,),) = self.execute(_NOW)
            yield now

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
