"""The optional journal: an intent is on disk before its request is sent, so that a killed process can find out what it did.

One SQLite file, which several processes may share. It holds what a write leaves to be found (invoice number, identifiers,
amounts) and no personal data and no token. Whoever works on an entry holds it; `_owner` tells when a hold is void early.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from amili._core.engine import logger
from amili._core.writing.journal.file import PATIENCE, JournalFile
from amili._core.writing.journal.owner import is_dead, this_process
from amili._core.writing.journal.pending import Pending, Unreadable
from amili._errors import AmiliError, ConfigurationError

_INSERT = "INSERT INTO intents (id, operation, trace, sent_at, held_until, owner) VALUES (?, ?, ?, ?, ?, ?)"
_OPEN = (
    "SELECT id, CAST(operation AS TEXT), CAST(trace AS TEXT), CAST(sent_at AS REAL), CAST(held_until AS REAL), "
    "CAST(owner AS TEXT) FROM intents WHERE outcome IS NULL ORDER BY sent_at, id"
)
_IS_OPEN = "SELECT 1 FROM intents WHERE id = ? AND outcome IS NULL"
_CLAIM = "UPDATE intents SET held_until = ?, owner = ? WHERE id = ?"
_END = "UPDATE intents SET outcome = ?, ended_at = ? WHERE id = ? AND owner = ?"
_FREE = "UPDATE intents SET outcome = NULL, ended_at = NULL, held_until = ?, owner = '' WHERE id = ? AND owner = ?"
_LEAST_PATIENCE = 0.05  # seconds

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError)  # what reading an entry may raise


@dataclass
class Hold:
    """The entries that one plan works on, each with when at the latest it was sent.

    A thread may carry out a step of a plan that was closed meanwhile. Under the lock it then finds the hold `gone`, and leaves
    the file alone: so nothing stays held that nobody knows of.
    """

    left: Callable[[], float] = lambda: PATIENCE  # seconds that the plan has for others who use the file
    entries: dict[int, float] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    gone: bool = False

    @property
    def patience(self) -> float:
        """How many seconds to wait for others who use the file."""
        return min(PATIENCE, max(_LEAST_PATIENCE, self.left()))


class Journal:
    """Intents and their outcomes in one file, flushed at every step; raises ConfigurationError if the file can't be used.

    `write` makes text of what an intent leaves to be found, `read` the reverse.
    """

    def __init__(self, file: str | os.PathLike[str], write: Callable[[Any], str], read: Callable[[str, str], Any]) -> None:
        self._file, self._write, self._read = JournalFile(file), write, read

    @contextmanager
    def holding(self, now: Callable[[], float], left: Callable[[], float] = lambda: PATIENCE) -> Iterator[Hold]:
        """Lend a hold on entries and let go of it at once, however the block ends: of those not ended, whoever asks is told.

        If it was cut off (a closed plan, Ctrl-C) nobody was told what was found, so what it ended is made pending again.
        """
        hold, told = Hold(left), False
        try:
            yield hold
            told = True
        except AmiliError:
            told = True
            raise
        finally:
            self._let_go(hold, now(), told=told)

    def begin(self, hold: Hold, trace: Any, now: float, held_until: float) -> int:
        """Note an intent before its request is sent, and return its entry; it counts as in work until `held_until`."""
        entry = secrets.randbits(62)  # so that no other journal has it: an error that was pickled knows only this number
        row = (entry, trace.operation, self._write(trace), now, held_until, this_process())
        with self._file.transaction("written, so nothing was sent", hold.patience) as connection:
            if not hold.gone:
                connection.execute(_INSERT, row)
                hold.entries[entry] = held_until  # before the commit: what is cut off after that is let go of
        return entry

    def end(self, hold: Hold, outcomes: Mapping[int, str], now: float) -> None:
        """Note how entries of a hold ended; those that were let go of meanwhile are nobody's, and stay as they are."""
        if self._update(hold, _END, lambda: [(said, now, entry) for entry, said in outcomes.items()]):
            hold.ended |= outcomes.keys()

    def _let_go(self, hold: Hold, now: float, *, told: bool) -> None:
        """Say that nobody works any more on what a hold has not ended, and when at the latest that was sent."""
        kept = hold.ended if told else set[int]()
        if told and hold.entries.keys() <= kept:
            return
        hold.gone = True
        self._update(hold, _FREE, lambda: [(min(at, now), entry) for entry, at in hold.entries.items() if entry not in kept])

    def _update(self, hold: Hold, statement: str, rows: Callable[[], Iterable[tuple[object, ...]]]) -> bool:
        """Change entries of ours. If that fails they stay pending, which is safe; the write's own result must not be lost."""
        try:
            with self._file.transaction("written", hold.patience) as connection:
                connection.executemany(statement, [(*row, this_process()) for row in rows()])
        except ConfigurationError as problem:
            for entry in hold.entries:
                logger.error("entry %d stays pending: %s", entry, problem)
            return False
        return True

    def pending(self, now: float) -> list[Pending]:
        """Return the intents without an outcome that nobody works on, oldest first: given up, of a dead process, or too old."""
        with self._file.transaction("read") as connection:
            found = self._free(connection, now)
        for write in found:
            if isinstance(write.trace, Unreadable):
                raise write.trace.problem
        return found

    def claim(self, hold: Hold, now: float, seconds: float, only: int | None = None) -> list[Pending]:
        """Take on the pending writes, or only one, for so many seconds each: two that resend a write would write it twice."""
        with self._file.transaction("read", hold.patience) as connection:
            found = [write for write in self._free(connection, now) if only in (None, write.entry) and not hold.gone]
            hold.entries |= {write.entry: write.lost_at for write in found}
            held_until = now + seconds * len(found)
            connection.executemany(_CLAIM, [(held_until, this_process(), write.entry) for write in found])
        return found

    def is_open(self, entry: int) -> bool:
        """Tell whether an entry has no outcome yet."""
        with self._file.transaction("read") as connection:
            return connection.execute(_IS_OPEN, (entry,)).fetchone() is not None

    def _free(self, connection: sqlite3.Connection, now: float) -> list[Pending]:
        return [
            Pending(entry, self._trace(entry, operation, text), sent_at, min(held_until, now))
            for entry, operation, text, sent_at, held_until, owner in connection.execute(_OPEN).fetchall()
            if not owner or held_until <= now or is_dead(owner)
        ]

    def _trace(self, entry: int, operation: str, text: str) -> Any:
        try:
            return self._read(operation, text)
        except UNREADABLE as problem:
            why = f"can't be read ({type(problem).__name__}: {problem}); perhaps a newer version wrote it"
            return Unreadable(
                operation, f"entry {entry}, which can't be read", self._file.problem(f"has an entry {entry} that {why}")
            )

    def close(self) -> None:
        """Close the file for this process; the next use opens it again."""
        self._file.close()
