"""The SQLite file of a database: each transaction of the store is one of the file."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bson.errors import BSONError

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL, ordinal INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (collection, ordinal)
)
"""


class DatabaseFileError(Exception):
    """The file cannot be used; the message gives the reason and a remedy."""


class SqliteFile:
    """Raw documents by collection and ordinal. Write-ahead logging: a killed process leaves whole transactions only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            # The store's lock separates the threads, so SQLite need not check them.
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
            self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode=WAL")
            # NORMAL survives kill -9 at any moment; only a power cut could lose the latest commits.
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(SCHEMA)
            foreign = self._connection.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchall()
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise DatabaseFileError(
                    f"{path} is in use by another sandbox. Stop that one, or name another --db file."
                ) from None
            raise DatabaseFileError(f"{path} cannot be opened: {error}. Name a --db file in a folder you can write to.") from None
        except sqlite3.DatabaseError:
            raise DatabaseFileError(f"{path} is not a sandbox database. Name another --db file, or remove this one.") from None
        if foreign:
            raise DatabaseFileError(f"{path} has triggers or views that are not the sandbox's. Name another --db file.")

    def load(self, fill: Callable[[str, Iterable[tuple[int, bytes]]], None]) -> None:
        """Fill collections with each name and its documents in order, read as they are asked for."""
        query = "SELECT ordinal, body FROM documents WHERE collection = ? ORDER BY ordinal"
        try:
            for (name,) in self._connection.execute("SELECT DISTINCT collection FROM documents").fetchall():
                fill(name, self._connection.execute(query, (name,)))
        except (sqlite3.Error, BSONError, KeyError, TypeError, ValueError) as error:
            kind = str(error) if isinstance(error, sqlite3.Error) else "a document in it cannot be read"
            raise DatabaseFileError(f"{self._path} is damaged: {kind}. Name another --db file, or remove this one.") from None

    def write(self, collection: str, ordinal: int, raw: bytes | None) -> None:
        """Store a document, or remove it (None), within the current transaction."""
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")
        if raw is None:
            self._connection.execute("DELETE FROM documents WHERE collection = ? AND ordinal = ?", (collection, ordinal))
        else:
            self._connection.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (collection, ordinal, raw))

    def replace_everything(self, collections: Iterable[tuple[str, Mapping[int, bytes]]]) -> None:
        """Make these documents the only ones."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("DELETE FROM documents")
        for name, documents in collections:
            rows = ((name, ordinal, body) for ordinal, body in documents.items())
            self._connection.executemany("INSERT INTO documents VALUES (?, ?, ?)", rows)
        self.commit()

    def commit(self) -> None:
        """Make the current transaction durable."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def roll_back(self) -> None:
        """Roll the current transaction back."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
