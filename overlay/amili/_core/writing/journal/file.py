"""The SQLite file of a journal: one connection a process, under a lock, and each failure as an error that names the file."""

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

LOCK_TIMEOUT = 30.0  # seconds to wait for others who use the file
_SETUP = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # what is committed is on disk
    "CREATE TABLE IF NOT EXISTS intents (id INTEGER PRIMARY KEY, operation TEXT NOT NULL, evidence TEXT NOT NULL, "
    "sent_at REAL NOT NULL, expires_at REAL NOT NULL, holder TEXT NOT NULL, outcome TEXT, ended_at REAL)",
    "SELECT id, operation, evidence, sent_at, expires_at, holder, outcome, ended_at FROM intents LIMIT 0",  # another table fails
)


@dataclass
class _Own:
    """What one process has of the file. A forked child has its own, and neither uses nor closes the parent's."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: sqlite3.Connection | None = None
    identity: tuple[int, int] | None = None


class JournalFile:
    """A file with the table `intents`, made if it is not there.

    A file that is deleted or replaced while it is open is refused from then on: it held intents, and to begin a new one would
    lose them without a word.
    """

    def __init__(self, file: str | os.PathLike[str]) -> None:
        if not isinstance(file, str | os.PathLike) or str(file) in ("", ".", ":memory:"):
            raise ConfigurationError(f"journal={file!r} is not the name of a file, which a journal must be to survive a crash")
        self._file, self._own = Path(file).absolute(), PerProcess(_Own)
        try:
            with self.transaction("used as a SQLite file"):
                pass
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self, cannot: str, lock_timeout: float = LOCK_TIMEOUT) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one transaction, on disk after the block; `cannot` is for a person, if it fails.

        `lock_timeout` is how many seconds to wait for the threads and processes that use the file.
        """
        own = self._own.get()
        if not own.lock.acquire(timeout=lock_timeout):
            raise self.problem(f"can't be {cannot}: another thread is using it")
        try:
            with self._connected(own) as connection:  # commits, or rolls back
                connection.execute(f"PRAGMA busy_timeout = {round(lock_timeout * 1000)}")
                connection.execute("BEGIN IMMEDIATE")
                yield connection
        except (sqlite3.Error, ValueError) as problem:
            raise self.problem(f"can't be {cannot}: {problem}") from None
        finally:
            own.lock.release()

    def problem(self, what: str) -> ConfigurationError:
        """Return the error that says what is wrong with the file."""
        advice = "mend the file, or give another one and look up by hand what this one held"
        return ConfigurationError(f"journal={str(self._file)!r} {what}; {advice}")

    def close(self) -> None:
        """Close the connection of this process; the next use opens a new one."""
        own = self._own.get()
        with own.lock:
            if own.connection is not None:
                own.connection.close()
                own.connection = None

    def _connected(self, own: _Own) -> sqlite3.Connection:
        if own.connection is None:
            connection = sqlite3.connect(self._file, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False)
            connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # a broken text is one that can't be read
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
