"""The address of a PostgreSQL database: encrypted unless the host is this machine, in UTC, and so that a dead peer is noticed."""

import os
import re
from typing import Any

from amili._core.engine.base_url import is_loopback
from amili._errors import ConfigurationError

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
_SESSION = "-c timezone=UTC -c idle_in_transaction_session_timeout=10s -c statement_timeout=300s -c synchronous_commit=on"


def is_database_address(address: object) -> bool:
    """Return whether something is the address of a PostgreSQL database."""
    return isinstance(address, str) and re.match("postgres(ql)?://", address) is not None


def database_settings(address: str, name: str) -> dict[str, Any]:
    """Return what psycopg.connect() takes; `name` is what the address is called in messages, which never have its password.

    Raises ConfigurationError for an address that can't be used, for a missing driver, and if the connection to another machine
    may not be encrypted: `sslmode=disable` in the address allows that.
    """
    try:
        from psycopg import ProgrammingError  # noqa: PLC0415 - an extra
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(f"{name}: PostgreSQL needs the extra 'postgresql', which installs psycopg") from None
    try:
        given: dict[str, Any] = dict(conninfo_to_dict(address))
    except ProgrammingError:
        raise ConfigurationError(f"{name}: this is no address of PostgreSQL; write postgresql://USER@HOST/DATABASE") from None
    settings = _DEFAULTS | given | {"options": f"{given.get('options', '')} {_SESSION}".strip()}
    mode = given.get("sslmode") or os.environ.get("PGSSLMODE")
    if _is_here(given) or mode in (*_ENCRYPTED, "disable"):
        return settings
    if mode is None:
        return settings | {"sslmode": "require"}
    message = f"{name}: sslmode={mode} may connect to another machine without encryption; use sslmode=verify-full or require"
    raise ConfigurationError(f"{message}, or sslmode=disable in a network of your own")


def _is_here(given: dict[str, Any]) -> bool:
    """Return whether the server is certainly this machine: a socket in a folder, or a name or an address of this machine."""
    named = given.get("hostaddr") or given.get("host") or os.environ.get("PGHOSTADDR") or os.environ.get("PGHOST") or ""
    return all(not host or host.startswith(("/", "@")) or is_loopback(host.lower()) for host in str(named).split(","))
