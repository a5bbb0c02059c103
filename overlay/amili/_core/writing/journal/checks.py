"""What a journal's file must be, checked when it is opened: ours, not damaged, and for its owner only if it is new."""

import os
import sqlite3
import time
from pathlib import Path

_TABLE = (
    "intents (id INTEGER PRIMARY KEY, operation TEXT NOT NULL, evidence TEXT NOT NULL, "
    "sent_at REAL NOT NULL, expires_at REAL NOT NULL, holder TEXT NOT NULL, outcome TEXT, ended_at REAL)"
)
_PATIENCE = 30.0  # seconds to wait for others that open the same new file
_SETUP = (
    "PRAGMA synchronous=FULL",  # a commit is on disk
    f"CREATE TABLE IF NOT EXISTS {_TABLE}",
)
_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT GLOB 'sqlite_*'"


def create(file: Path) -> None:
    """Create the file if it does not exist; raises OSError for a link to no file, and for what is no file."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if not file.is_file():
            raise OSError("it is not a file, or a link to a file that does not exist") from None
        log = Path(f"{file}-wal")
        if file.stat().st_size == 0 and log.is_file() and log.stat().st_size > 0:  # SQLite would delete the log
            raise OSError(f"it is empty, but {log.name} beside it has writes") from None


def check(connection: sqlite3.Connection) -> None:
    """Check the file before it is changed; raises sqlite3.Error if it is damaged or belongs to something else."""
    check_pages(connection)
    for kind, name, sql in connection.execute(_OBJECTS).fetchall():
        if name != "intents" or sql != f"CREATE TABLE {_TABLE}":
            raise sqlite3.DatabaseError(f"it has a {kind} {name!r} that is not of a journal of this version")


def check_pages(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.Error if the file is damaged."""
    ((found,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise sqlite3.DatabaseError(f"it is damaged ({found})")


def prepare(connection: sqlite3.Connection) -> None:
    """Set the connection up, and create the table if the file is new."""
    use_log(connection)
    for statement in _SETUP:
        connection.execute(statement)


def use_log(connection: sqlite3.Connection) -> None:
    """Let changes be written to a log first. SQLite does not wait for others with this statement, so this does."""
    ends_at = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() >= ends_at:
                raise
            time.sleep(0.01)
