"""Makes all tables that workers need in a database: those of the ledger, of its quota and of the engine, and leads them on."""

from __future__ import annotations

import re
from pathlib import Path

from amili._core.postgresql import PostgresqlConnection, PostgresqlStore
from amili._core.quota import Quota
from amili._errors import ConfigurationError
from amili.bulk.ledger import LOCK_TABLES, RECORD_VERSION, RECORDED_VERSION, SETUP_TIMEOUT, make_tables

_HAS_TABLES = "SELECT to_regclass('amili.procrastinate_jobs') IS NOT NULL"
_WITHOUT_RECORD = 3_04_00_50  # the last migration of procrastinate 3.10, which made the tables before there were records
_INIT = "`amili bulk init --ledger postgresql://...`"


def init_ledger(address: str) -> tuple[int, int]:
    """Make the tables of a ledger in a database, or lead them to this version; returns the versions before and after.

    Those who work with it later need fewer rights. Raises ConfigurationError if that can't be done, if the extra `workers` is not
    installed, or if the tables are of a newer version.
    """
    migrations = _migrations()
    versions = make_tables(address)
    store = _queue_of(address)
    try:
        while _lead_on(store, migrations):
            pass
    finally:
        store.close()
    Quota.shared(address).close()
    return versions


def check_engine(address: str) -> None:
    """Raise ConfigurationError unless the tables of the engine are those that the installed one uses."""
    store, wanted = _queue_of(address), max(_migrations())
    try:
        with store.transaction("opened") as connection:
            found = _version_of(connection)
    finally:
        store.close()
    _refuse_newer(store, found, wanted)
    if found < wanted:
        what = "has tables of an older procrastinate" if found else "has no tables yet"
        raise store.problem(f"{what}: {_INIT} makes those of the installed one")


def _queue_of(address: str) -> PostgresqlStore:
    return PostgresqlStore(address, "queue", lambda _: None)


def _migrations() -> dict[int, Path]:
    """Return the migrations that the engine ships, in order, by the version in their names: of 03.04.00_50_x.sql, 3040050."""
    try:
        from procrastinate.schema import SchemaManager  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError("workers on several machines need the extra 'workers', which installs procrastinate") from None
    files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return {int("".join(re.findall(r"\d+", file.name)[:4])): file for file in files}


def _version_of(connection: PostgresqlConnection) -> int:
    """Return the last migration that the tables of the engine have; 0 if there are none."""
    if connection.execute(_HAS_TABLES).fetchone() != (True,):
        return 0
    found = connection.execute(RECORDED_VERSION, ("engine",)).fetchone()
    return _WITHOUT_RECORD if found is None else int(found[0])


def _refuse_newer(store: PostgresqlStore, found: int, wanted: int) -> None:
    if found > wanted:
        raise store.problem("has tables of a newer procrastinate: install that version here as well")


def _lead_on(store: PostgresqlStore, migrations: dict[int, Path]) -> bool:
    """Make the tables of the engine, or apply the next migration; returns whether there are more.

    Each is a transaction of its own, as one may use a value of an enumeration that the one before has added.
    """
    newest = max(migrations)
    with store.transaction("set up", SETUP_TIMEOUT) as connection:
        connection.execute(LOCK_TABLES)
        found = _version_of(connection)
        _refuse_newer(store, found, newest)
        later = [number for number in migrations if number > found]
        connection.execute("SET LOCAL search_path TO amili")
        if not found:
            later = [newest]
            connection.raw.execute(_schema())
        elif later:
            connection.raw.execute(migrations[later[0]].read_bytes())
        connection.execute(RECORD_VERSION, ("engine", later[0] if later else newest))
    return len(later) > 1


def _schema() -> bytes:
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - an extra

    return SchemaManager.get_schema().encode()
