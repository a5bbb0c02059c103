"""A SQLite file that is read while others write it: nothing in it is changed, and no file beside it is left."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from amili._errors import ConfigurationError

_PATIENCE = 5.0  # seconds to wait for others that use the file


def log_of(file: Path) -> Path:
    """Return where SQLite keeps what was committed to a file lately."""
    return Path(f"{file}-wal")


class FileToRead:
    """A SQLite file; `check` raises sqlite3.Error if it is not one to be read. Raises ConfigurationError if it can't be read.

    Each transaction has a connection of its own: while one is open, the last process that writes leaves its log beside the file.
    Then it is this connection that tidies the log into the file, which stays the same to everyone who reads it.
    """

    def __init__(self, file: Path, check: Callable[[sqlite3.Connection], None]) -> None:
        self._file = file
        with self._connection("opened as a SQLite file") as connection:
            check(connection)

    @contextmanager
    def transaction(self, action: str) -> Iterator[sqlite3.Connection]:
        """Run the block in one transaction, which sees one state of the file."""
        with self._connection(action) as connection:
            connection.execute("BEGIN")
            yield connection

    def ahead(self, connection: sqlite3.Connection, now: float) -> float:
        """Return by how many seconds the clock of the file is ahead of the caller's: they are on the same machine."""
        return 0.0

    def close(self) -> None:
        """Do nothing: no connection is kept."""

    @contextmanager
    def _connection(self, action: str) -> Iterator[sqlite3.Connection]:
        # Without a log nobody writes just now. Then the file is all there is, also where no other file can be made.
        how = "mode=rw" if log_of(self._file).exists() else "mode=ro&immutable=1"
        try:
            with closing(
                sqlite3.connect(f"{self._file.as_uri()}?{how}", uri=True, timeout=_PATIENCE, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA query_only = ON")
                connection.text_factory = partial(str, encoding="utf-8", errors="replace")
                yield connection
        except sqlite3.Error as problem:
            message = f"ledger={str(self._file)!r} can't be {action}: {problem}"
            raise ConfigurationError(f"{message}; check whether it is there, and whether you may read it") from None
