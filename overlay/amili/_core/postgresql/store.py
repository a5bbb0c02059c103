"""A database that processes of several machines share: one connection per process, guarded by a lock; it may be lost any time."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from amili._core.engine import PerProcess, Secret, database_settings, monotonic
from amili._core.postgresql.connecting import connect
from amili._errors import ConfigurationError

if TYPE_CHECKING:
    import psycopg

    from amili._core.postgresql.bounded import BoundedConnection

T = TypeVar("T")
Values: TypeAlias = Sequence[object] | Mapping[str, object]
LOCK_TIMEOUT = 30.0  # seconds to wait for others who use the same rows
PATIENCE = 90.0  # seconds to wait for a database that restarts, or for a standby that takes over
_PAUSE = 0.5  # seconds between attempts to connect
_SLACK = 10.0  # seconds more that a server may be silent than it may wait for others
_NOW = "SELECT extract(epoch FROM clock_timestamp())::double precision"


class LostConnectionError(ConfigurationError):
    """The connection was lost, or other threads wait for it; it is not known whether a transaction was committed."""


class SharedConnection(Protocol):
    """What a connection to SQLite and one to PostgreSQL have in common. Statements have `?` or `:name` for values."""

    def execute(self, statement: str, values: Any = ..., /) -> Any:
        """Run one statement; its rows are in the cursor that this returns."""

    def executemany(self, statement: str, values: Any, /) -> Any:
        """Run one statement for each of many values."""


class PostgresqlConnection:
    """A connection within a transaction that was asked for at `since`, by a clock of this process; used like one of SQLite."""

    def __init__(self, connection: psycopg.Connection[Any], since: float) -> None:
        self.raw, self.since = connection, since

    def execute(self, statement: str, values: Values = (), /) -> psycopg.Cursor[Any]:
        """Run one statement."""
        return self.raw.execute(_translated(statement), values or None)

    def executemany(self, statement: str, values: Iterable[Values], /) -> None:
        """Run one statement for each of many values, and wait for each, so that the server sees it if this process freezes."""
        for each in values:
            self.execute(statement, each)

    def in_a_pipeline(self, statement: str, values: Iterable[Values], /) -> None:
        """Run them without waiting, for what locks nothing that others need: after it the server ends no idle transaction."""
        self.raw.cursor().executemany(_translated(statement), values)


@cache
def _translated(statement: str) -> Any:
    """Return a statement with the marks for values that psycopg wants."""
    return re.sub(r"(?<!:):([a-z_]\w*)", r"%(\1)s", statement.replace("%", "%%").replace("?", "%s"))


def by_its_clock(connection: PostgresqlConnection, now: float) -> float:
    """Ask the database for its time; the transaction may have waited for others since the caller's clock showed `now`."""
    waited = monotonic() - connection.since
    ((moment,),) = connection.execute(_NOW).fetchall()
    return float(moment) - (now + waited)


@dataclass
class _Own:
    """The connection of one process. A forked child has its own."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: BoundedConnection | None = None

    def drop(self) -> None:
        """Close the connection, if there is one."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


class PostgresqlStore:
    """A database; `name` is what it holds, for messages. `prepare` is called in a transaction with each new connection.

    `ahead` returns by how many seconds the clock of the database, which counts for all machines, is ahead of the caller's.
    `patience` is for how many seconds it tries to connect again, by default PATIENCE. Raises ConfigurationError if the
    database can't be used.
    """

    def __init__(
        self,
        address: str,
        name: str,
        prepare: Callable[[PostgresqlConnection], None],
        *,
        ahead: Callable[[PostgresqlConnection, float], float] = by_its_clock,
        patience: float | None = None,
    ) -> None:
        self._settings, self._name = Secret(database_settings(address, name)), name
        self._prepare, self._ahead = prepare, ahead
        self._patience, self._own = patience, PerProcess(_Own)
        with self.transaction("opened"):
            pass

    @contextmanager
    def transaction(self, action: str, lock_timeout: float = LOCK_TIMEOUT) -> Iterator[PostgresqlConnection]:
        """Run the block in one transaction, which is on disk after the block; `action` completes the message "can't be ...".

        Raises LostConnectionError if the connection breaks meanwhile; a connection that broke before is replaced.
        """
        own, since = self._own.get(), monotonic()
        if not own.lock.acquire(timeout=lock_timeout):
            raise LostConnectionError(str(self.problem(f"can't be {action}: another thread is using it")))
        try:
            with self._named(own, action):
                connection = self._begun(own, lock_timeout)
                try:
                    yield PostgresqlConnection(connection, since)
                except BaseException:
                    if not connection.closed:
                        connection.rollback()
                    raise
                connection.commit()
        finally:
            own.lock.release()

    def change(self, change: Callable[[PostgresqlConnection], object], lock_timeout: float) -> None:
        """Make a change that may be made twice; again after a lost connection."""

        def once(_: float) -> None:
            with self.transaction("written", lock_timeout) as connection:
                change(connection)

        self.until_connected(once, lock_timeout)

    def until_connected(self, change: Callable[[float], T], patience: float | None = None) -> T:
        """Return what `change` returns; if the connection is lost, call it again.

        It is given the seconds since the first call: not 0.0 says that the transaction of an earlier call may be on disk.
        """
        start, waited, given = monotonic(), 0.0, self._patience if patience is None else patience
        while True:
            try:
                return change(waited)
            except LostConnectionError:
                if waited >= (PATIENCE if given is None else given):
                    raise
            time.sleep(_PAUSE)
            waited = monotonic() - start

    def ahead(self, connection: PostgresqlConnection, now: float) -> float:
        """Return by how many seconds the clock of the database is ahead of the caller's.

        That one showed `now` when the transaction was asked for.
        """
        return self._ahead(connection, now)

    def problem(self, what: str) -> ConfigurationError:
        """Return the error for a problem with the database."""
        return ConfigurationError(f"the {self._name} in PostgreSQL {what}")

    def close(self) -> None:
        """Close the connection of this process; the next use opens a new one."""
        own = self._own.get()
        with own.lock:
            own.drop()

    def _begun(self, own: _Own, lock_timeout: float) -> BoundedConnection:
        import psycopg  # noqa: PLC0415 - an extra

        first = f"SET LOCAL lock_timeout = {max(1, round(lock_timeout * 1000))}"
        if own.connection is not None:
            own.connection.silence = lock_timeout + _SLACK
            try:
                own.connection.execute(first)
            except psycopg.OperationalError:  # it was lost since it was last used, and nothing was done with it
                own.drop()
            else:
                return own.connection
        connection = connect(self._settings.reveal())
        connection.silence = lock_timeout + _SLACK
        try:
            self._prepare(PostgresqlConnection(connection, 0.0))
            connection.commit()
            connection.execute(first)
        except BaseException:
            connection.close()
            raise
        own.connection = connection
        return connection

    @contextmanager
    def _named(self, own: _Own, action: str) -> Iterator[None]:
        """Raise errors of the database as ours."""
        import psycopg  # noqa: PLC0415 - an extra

        try:
            yield
        except psycopg.Error as problem:
            said = self.problem(f"can't be {action}: {self._reason(problem)}")
            if own.connection is None or own.connection.closed:
                was_open = own.connection is not None  # the class says nothing then: that of a timeout is InternalError
                own.drop()
                if was_open or isinstance(problem, psycopg.OperationalError | psycopg.InterfaceError):
                    raise LostConnectionError(str(said)) from None
            raise said from None

    def _reason(self, problem: psycopg.Error) -> str:
        """Return what the server or the driver says in one line, without values of rows and without the password."""
        text = problem.diag.message_primary or str(problem).partition("\n")[0] or type(problem).__name__
        password = self._settings.reveal().get("password")
        return text.replace(password, "***") if password else text
