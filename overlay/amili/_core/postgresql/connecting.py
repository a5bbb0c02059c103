"""Connects to PostgreSQL: encrypted unless the host is this machine, in UTC, and so that a dead peer is noticed."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from amili._core.engine import is_loopback
from amili._errors import ConfigurationError

if TYPE_CHECKING:
    import psycopg

_ENCRYPTED = ("require", "verify-ca", "verify-full")
_DEFAULTS = {
    "connect_timeout": 10,  # seconds
    "application_name": "amili",
    "keepalives_idle": 10,  # a network that drops everything is noticed after 25 seconds, not after hours
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds
}
# The server ends the session of a process that was frozen within a transaction, so that its locks do not stop the others.
_SESSION = (
    "SET timezone TO 'UTC'; SET idle_in_transaction_session_timeout TO '10s'; SET statement_timeout TO '300s'; "
    "SET synchronous_commit TO 'on'"
)


def is_postgresql(address: object) -> bool:
    """Return whether something is the address of a PostgreSQL database."""
    return isinstance(address, str) and re.match("postgres(ql)?://", address) is not None


def connect(address: str, name: str, **options: Any) -> psycopg.Connection[Any]:
    """Connect to a database; `name` is what the address is called in messages, which never have its password.

    Raises ConfigurationError for an address that can't be used, or that does not say that the connection to another machine is
    encrypted: `sslmode=disable` in it allows one without. Otherwise raises psycopg.Error.
    """
    driver = _driver(name)
    settings = _settings(address, name)
    connection: psycopg.Connection[Any] = driver.connect(**{**settings, **options})
    try:
        connection.execute(_SESSION)
        if not connection.autocommit:
            connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def _driver(name: str) -> Any:
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError(f"{name}: PostgreSQL needs the extra 'postgresql', which installs psycopg") from None
    return psycopg


def _settings(address: str, name: str) -> dict[str, Any]:
    from psycopg import ProgrammingError  # noqa: PLC0415 - an extra
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        given = conninfo_to_dict(address)
    except ProgrammingError:
        raise ConfigurationError(f"{name}: this is no address of PostgreSQL; write postgresql://USER@HOST/DATABASE") from None
    mode = given.get("sslmode") or os.environ.get("PGSSLMODE")
    if mode is None and not _is_here(given):
        mode = "require"
    elif mode not in (*_ENCRYPTED, "disable") and not _is_here(given):
        message = f"{name}: sslmode={mode} may connect to another machine without encryption; use sslmode=verify-full or require"
        raise ConfigurationError(f"{message}, or sslmode=disable in a network of your own")
    return _DEFAULTS | given | ({} if mode is None else {"sslmode": mode})


def _is_here(given: dict[str, Any]) -> bool:
    """Return whether the server is certainly this machine: a socket in a folder, or a name or an address of this machine."""
    named = given.get("hostaddr") or given.get("host") or os.environ.get("PGHOSTADDR") or os.environ.get("PGHOST") or ""
    return all(not host or host.startswith(("/", "@")) or is_loopback(host.lower()) for host in str(named).split(","))
