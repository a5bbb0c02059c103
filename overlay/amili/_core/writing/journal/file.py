"""The SQLite file of a journal: one connection per process, guarded by a lock; every error names the file."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias

from amili._core.engine import PerProcess, logger
from amili._core.writing.journal import checks
from amili._errors import ConfigurationError

LOCK_TIMEOUT = 30.0  # seconds to wait for other users of the file
Change: TypeAlias = Callable[[sqlite3.Connection], object]


class _BusyError(sqlite3.OperationalError):
    """Another thread is using the file."""


@dataclass
class _Own:
    """The connection of one process. A forked child has its own; it neither uses nor closes the parent's.

    `late` are the changes that found the file in use.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: sqlite3.Connection | None = None
    identity: tuple[int, int] | None = None
    late: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """What a file is for: its `name` in messages, how it is checked before it is changed, and how a new one is set up.

    The two functions raise sqlite3.Error.
    """

    name: str
    check: Callable[[sqlite3.Connection], None]
    prepare: Callable[[sqlite3.Connection], None]


_JOURNAL = Layout("journal", checks.check, checks.prepare)


class JournalFile:
    """A SQLite file with the tables of a layout; created, readable by its owner only, if it does not exist.

    If the file is deleted or replaced while it is open, every later use raises ConfigurationError: its writes would be lost
    silently in a new file.
    """

    def __init__(self, file: str | os.PathLike[str], layout: Layout = _JOURNAL) -> None:
        if not isinstance(file, str | os.PathLike) or str(file) in ("", ".", ":memory:"):
            name = layout.name
            raise ConfigurationError(f"{name}={file!r} is not a file name; a {name} must be a file to survive a crash")
        self._file, self._layout, self._own = Path(file).absolute(), layout, PerProcess(_Own)
        try:
            checks.create(self._file)
            with self.transaction("opened as a SQLite file"):
                pass
        except (OSError, ValueError) as problem:
            raise self.problem(f"can't be opened as a SQLite file: {getattr(problem, 'strerror', None) or problem}") from None
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self, action: str, lock_timeout: float = LOCK_TIMEOUT) -> Iterator[sqlite3.Connection]:
        """Run the block in one transaction, which is on disk after the block; `action` completes the message "can't be ...".

        `lock_timeout` is how many seconds to wait for other threads and processes that use the file.
        """
        try:
            with self._use(lock_timeout) as connection:
                yield connection
        except (sqlite3.Error, ValueError) as problem:
            raise self.problem(f"can't be {action}: {problem}") from None

    def change(self, change: Change, lock_timeout: float) -> None:
        """Make a change or, if the file is in use for longer than `lock_timeout` seconds, leave it to whoever uses it.

        A change that even then can't be made, since another process uses the file, is made with the next use in this process.
        """
        own = self._own.get()
        try:
            with self._use(lock_timeout) as connection:
                change(connection)
        except sqlite3.Error as problem:
            if not _is_busy(problem):
                raise self.problem(f"can't be written: {problem}") from None
            own.late.append(change)
            self._catch_up(own)

    def ahead(self, connection: sqlite3.Connection, now: float) -> float:
        """Return by how many seconds the clock of the file is ahead of the caller's: they are on the same machine."""
        return 0.0

    def problem(self, what: str) -> ConfigurationError:
        """Return the error for a problem with the file."""
        advice = "repair the file, or use another one and check the writes in this one by hand"
        if "disk is full" in what:
            advice = "make room on the disk and go on; what the file has is not lost"
        elif "is locked" in what:
            advice = "another process uses it, perhaps a frozen one: let it go on or end it, and try again; nothing is lost"
        return ConfigurationError(f"{self._layout.name}={str(self._file)!r} {what}; {advice}")

    def close(self) -> None:
        """Close the connection of this process; the next use opens a new one."""
        own = self._own.get()
        self._catch_up(own)
        with own.lock:
            if own.connection is not None:
                own.connection.close()
                own.connection = None

    @contextmanager
    def _use(self, lock_timeout: float) -> Iterator[sqlite3.Connection]:
        own = self._own.get()
        if not own.lock.acquire(timeout=lock_timeout):
            raise _BusyError("another thread is using it")
        try:
            with self._transaction(own, lock_timeout) as connection:
                yield connection
        finally:
            own.lock.release()
            self._catch_up(own)

    def _catch_up(self, own: _Own) -> None:
        """Make late changes, if nobody uses the file. Whoever uses it comes here afterwards, so none is forgotten."""
        while own.late and own.lock.acquire(blocking=False):
            try:
                with self._transaction(own, 0.0):
                    pass
            except sqlite3.Error:  # another process uses the file
                return
            finally:
                own.lock.release()

    @contextmanager
    def _transaction(self, own: _Own, lock_timeout: float) -> Iterator[sqlite3.Connection]:
        with self._connect(own) as connection:  # commits, or rolls back
            connection.execute(f"PRAGMA busy_timeout = {round(lock_timeout * 1000)}")
            connection.execute("BEGIN IMMEDIATE")
            late = own.late[:]
            for change in late:
                try:
                    change(connection)
                except sqlite3.Error as problem:
                    logger.error("an entry of the journal %s stays pending: %s", self._file, problem)
            yield connection
        del own.late[: len(late)]

    def _connect(self, own: _Own) -> sqlite3.Connection:
        if own.connection is None:
            address = f"{self._file.as_uri()}?mode=rw"  # never creates it
            connection = sqlite3.connect(address, uri=True, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False)
            connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # a damaged entry becomes an Unreadable
            try:
                self._layout.check(connection)
                self._layout.prepare(connection)
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


def _is_busy(problem: sqlite3.Error) -> bool:
    return isinstance(problem, _BusyError) or getattr(problem, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
