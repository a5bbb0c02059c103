"""A ledger in a SQLite file, for the processes of one machine; only its owner can read a new one."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from amili._core.postgresql import SharedConnection
from amili._core.writing.journal import JournalFile, Layout, check_pages, has_ended, use_log
from amili.bulk.ledger import statements as sql
from amili.bulk.ledger.file_to_read import FileToRead, log_of
from amili.bulk.ledger.sql_ledger import SqlLedger

_APPLICATION = 0x616D6C31  # marks the file as a ledger of ours


def _version(connection: sqlite3.Connection) -> int:
    """Return the version of the tables, 0 if there are none; raises sqlite3.Error for what is no ledger, or a newer one."""
    ((application,),) = connection.execute("PRAGMA application_id").fetchall()
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    if application != _APPLICATION and (application or tables):
        raise sqlite3.DatabaseError("it is not a ledger")
    if version > sql.VERSION:
        raise sqlite3.DatabaseError(f"a newer version of amili wrote it (tables of version {version}, not {sql.VERSION})")
    return int(version)


def _check(connection: sqlite3.Connection) -> None:
    check_pages(connection)
    connection.execute("BEGIN")  # another process may be setting the file up: all answers must be of one moment
    _version(connection)
    connection.execute("COMMIT")


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, or lead those of an earlier version on; a process that dies here leaves no half of that."""
    use_log(connection)
    connection.execute("PRAGMA synchronous=FULL")  # a commit is on disk
    connection.execute("BEGIN IMMEDIATE")
    if _version(connection) < sql.VERSION:  # a process of another version may have changed it just now
        for statement in (f"PRAGMA application_id={_APPLICATION}", f"PRAGMA user_version={sql.VERSION}", *sql.SETUP):
            connection.execute(statement)
    connection.execute("COMMIT")


def _check_to_read(connection: sqlite3.Connection) -> None:
    _check(connection)
    if connection.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):  # an empty file may become one
        raise sqlite3.DatabaseError("it is not a ledger")


_LAYOUT = Layout("ledger", _check, _prepare)


def _written(file: Path) -> str:
    try:
        found = file.stat()
    except OSError:
        return ""
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"


class SqliteLedger(SqlLedger):
    """A ledger in a SQLite file; raises ConfigurationError if the file can't be used.

    `has_ended` returns whether the process of a worker has certainly ended. A ledger that is `read_only` must be there, and is
    left as it is.
    """

    def __init__(
        self, file: str | os.PathLike[str], *, has_ended: Callable[[str], bool] = has_ended, read_only: bool = False
    ) -> None:
        self._file = Path(file).absolute()
        super().__init__(FileToRead(self._file, _check_to_read) if read_only else JournalFile(file, _LAYOUT), has_ended)

    def signature(self) -> str:
        """Return a text that changes with every change of the ledger: when its file and its log were last written."""
        return " ".join(map(_written, (self._file, log_of(self._file))))

    def _begun(self, connection: SharedConnection, facts: Mapping[str, object]) -> int | None:
        try:
            return int(connection.execute(sql.BEGIN, facts).rowcount)
        except sqlite3.IntegrityError:
            return None
