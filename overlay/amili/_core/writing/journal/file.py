"""The SQLite file of a journal: one connection per process, guarded by a lock; every error names the file."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from amili._core.engine import PerProcess
from amili._errors import ConfigurationError

LOCK_TIMEOUT = 30.0  # seconds to wait for other users of the file
_SETUP = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a commit is on disk
    "CREATE TABLE IF NOT EXISTS intents (id INTEGER PRIMARY KEY, operation TEXT NOT NULL, evidence TEXT NOT NULL, "
    "sent_at REAL NOT NULL, expires_at REAL NOT NULL, holder TEXT NOT NULL, outcome TEXT, ended_at REAL)",
    "SELECT id, operation, evidence, sent_at, expires_at, holder, outcome, ended_at FROM intents LIMIT 0",  # wrong columns fail
)


@dataclass
class _Own:
    """The connection of one process. A forked child has its own; it neither uses nor closes the parent's."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: sqlite3.Connection | None = None
    identity: tuple[int, int] | None = None


class JournalFile:
    """A SQLite file with the table `intents`; created if it does not exist.

    If the file is deleted or replaced while it is open, every later use raises ConfigurationError: its writes would be lost
    silently in a new file.
    """

    def __init__(self, file: str | os.PathLike[str]) -> None:
        if not isinstance(file, str | os.PathLike) or str(file) in ("", ".", ":memory:"):
            raise ConfigurationError(f"journal={file!r} is not a file name; a journal must be a file to survive a crash")
        self._file, self._own = Path(file).absolute(), PerProcess(_Own)
        try:
            with self.transaction("opened as a SQLite file"):
                pass
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self, action: str, lock_timeout: float = LOCK_TIMEOUT) -> Iterator[sqlite3.Connection]:
        """Run the block in one transaction, which is on disk after the block; `action` completes the message "can't be ...".

        `lock_timeout` is how many seconds to wait for other threads and processes that use the file.
        """
        own = self._own.get()
        if not own.lock.acquire(timeout=lock_timeout):
            raise self.problem(f"can't be {action}: another thread is using it")
        try:
            with self._connect(own) as connection:  # commits, or rolls back
                connection.execute(f"PRAGMA busy_timeout = {round(lock_timeout * 1000)}")
                connection.execute("BEGIN IMMEDIATE")
                yield connection
        except (sqlite3.Error, ValueError) as problem:
            raise self.problem(f"can't be {action}: {problem}") from None
        finally:
            own.lock.release()

    def problem(self, what: str) -> ConfigurationError:
        """Return the error for a problem with the file."""
        advice = "repair the file, or use another one and check the writes in this one by hand"
        return ConfigurationError(f"journal={str(self._file)!r} {what}; {advice}")

    def close(self) -> None:
        """Close the connection of this process; the next use opens a new one."""
        own = self._own.get()
        with own.lock:
            if own.connection is not None:
                own.connection.close()
                own.connection = None

    def _connect(self, own: _Own) -> sqlite3.Connection:
        if own.connection is None:
            connection = sqlite3.connect(self._file, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False)
            connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # a damaged entry becomes an Unreadable
            try:
                for statement in _SETUP:
                    connection.execute(statement)
            except BaseException:
                connection.close()
                raise
            own.connection, own.identity = connection, self._identity()
        elif own.identity != self._identity():
            raise sqlite3.OperationalError("it was deleted or replaced while it was open")
        return own.connection

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._file)
        except OSError:
            return None
        return found.st_dev, found.st_ino
