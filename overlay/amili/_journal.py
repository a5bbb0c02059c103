"""The optional journal: an intent is on disk before its request is sent, so that a killed process can find out what it did.

One SQLite file, which several processes may share. It holds what a write leaves to be found (invoice number, identifiers,
amounts) and no personal data and no token.
"""

import json
import os
import platform
import sqlite3
import threading
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from amili._context import logger
from amili._errors import ConfigurationError
from amili._evidence import CancellationTrace, CreditingTrace, RegistrationTrace, Trace

_SCHEMA = """
CREATE TABLE IF NOT EXISTS intents (
  id INTEGER PRIMARY KEY, operation TEXT NOT NULL, trace TEXT NOT NULL,
  sent_at REAL NOT NULL, held_until REAL NOT NULL, owner TEXT NOT NULL, outcome TEXT, ended_at REAL
)"""
_INSERT = "INSERT INTO intents (operation, trace, sent_at, held_until, owner) VALUES (?, ?, ?, ?, ?)"
_PENDING = "SELECT id, operation, trace, sent_at, held_until, owner FROM intents WHERE outcome IS NULL ORDER BY id"
_CLAIM = "UPDATE intents SET held_until = ?, owner = ? WHERE id = ? AND held_until = ? AND owner = ? AND outcome IS NULL"
_KINDS: dict[str, Any] = {kind.operation: kind for kind in (RegistrationTrace, CreditingTrace, CancellationTrace)}


@dataclass(frozen=True)
class Pending:
    """A write that was begun and whose outcome nobody has noted.

    `sent_at` is when it was begun, `lost_at` when at the latest it can have been sent, in seconds since 1970 UTC.
    """

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    entry: int
    trace: Trace
    sent_at: float
    lost_at: float
    holder: tuple[float, str] = field(default=(0.0, ""), repr=False)

    @property
    def operation(self) -> str:
        """The operation of the contract."""
        return self.trace.operation

    @property
    def key(self) -> str:
        """What identifies the write for a person."""
        return self.trace.key


class Journal:
    """Intents and their outcomes in one SQLite file, flushed at every step."""

    def __init__(self, file: str | os.PathLike[str]) -> None:
        self._file, self._local = Path(file), threading.local()
        self._opened: list[tuple[int, sqlite3.Connection]] = []
        try:
            self._connection().execute(_SCHEMA)
        except sqlite3.Error as problem:
            self.close()
            raise ConfigurationError(f"journal={str(file)!r} can't be used as a SQLite file: {problem}") from None

    def _connection(self) -> sqlite3.Connection:
        """One connection for each thread of each process: a connection must not be used by two."""
        if getattr(self._local, "pid", None) != os.getpid():
            connection = sqlite3.connect(self._file, timeout=30.0, isolation_level=None, check_same_thread=False)
            self._opened.append((os.getpid(), connection))
            self._local.connection, self._local.pid = connection, os.getpid()
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        connection = self._local.connection
        assert isinstance(connection, sqlite3.Connection)
        return connection

    def begin(self, trace: Trace, now: float, held_until: float) -> int:
        """Note an intent before its request is sent; it counts as in work until `held_until`."""
        if isinstance(trace, RegistrationTrace):
            trace = replace(trace, debtor=None)
        row = (trace.operation, json.dumps(asdict(trace), default=str), now, held_until, _this_process())
        try:
            cursor = self._connection().execute(_INSERT, row)
        except sqlite3.Error as problem:
            raise ConfigurationError(
                f"the journal {str(self._file)!r} can't be written, so nothing was sent: {problem}"
            ) from None
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end(self, entry: int, outcome: str, now: float) -> None:
        """Note how it ended."""
        self._update("UPDATE intents SET outcome = ?, ended_at = ? WHERE id = ?", (outcome, now, entry))

    def release(self, entry: int, lost_at: float) -> None:
        """Say that nobody works on an intent any more, though its outcome is not known, and when it was last sent."""
        self._update("UPDATE intents SET held_until = ? WHERE id = ?", (lost_at, entry))

    def _update(self, statement: str, values: tuple[object, ...]) -> None:
        """Change an entry. If that fails the entry stays pending, which is safe; the write's own result must not be lost."""
        try:
            self._connection().execute(statement, values)
        except sqlite3.Error as problem:
            logger.error("the journal %s can't be written, an entry stays pending: %s", self._file, problem)

    def pending(self, now: float) -> list[Pending]:
        """Return the intents without an outcome that nobody works on, oldest first: given up, of a dead process, or too old."""
        found = []
        for entry, operation, text, sent_at, held_until, owner in self._connection().execute(_PENDING).fetchall():
            if held_until <= now or _is_dead(owner):
                found.append(Pending(entry, _trace(operation, text), sent_at, min(held_until, now), (held_until, owner)))
        return found

    def claim(self, write: Pending, held_until: float) -> bool:
        """Take on a pending write, unless another process has been quicker: two that resend it would write it twice."""
        values = (held_until, _this_process(), write.entry, *write.holder)
        return self._connection().execute(_CLAIM, values).rowcount == 1

    def close(self) -> None:
        """Close the connections of this process, of all its threads; the next use opens a new one."""
        for pid, connection in self._opened:
            if pid == os.getpid():
                connection.close()
        self._opened, self._local = [], threading.local()


def _this_process() -> str:
    return f"{platform.node()} {os.getpid()}"


def _is_dead(owner: str) -> bool:
    """Tell whether the process that began an intent surely runs no more; of another machine nothing can be said."""
    node, _, pid = owner.rpartition(" ")
    if node != platform.node() or os.name != "posix":
        return False
    try:
        os.kill(int(pid), 0)  # only asks
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _trace(operation: str, text: str) -> Trace:
    facts: dict[str, Any] = json.loads(text)
    for name in ("total", "amount", "remaining"):
        if facts.get(name) is not None:
            facts[name] = Decimal(facts[name])
    if "transactions" in facts:
        facts["transactions"] = tuple(facts["transactions"])
    trace: Trace = _KINDS[operation](**facts)
    return trace
