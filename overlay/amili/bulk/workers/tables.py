"""Makes all tables that workers need in a database: those of the ledger, of its quota and of the engine."""

from __future__ import annotations

from amili._core.postgresql import PostgresqlStore
from amili._core.quota import Quota
from amili._errors import ConfigurationError
from amili.bulk.ledger import make_tables

_HAS_ENGINE = "SELECT to_regclass('amili.procrastinate_jobs') IS NOT NULL"


def init_ledger(address: str) -> tuple[int, int]:
    """Make the tables of a ledger in a database, or lead them to this version; returns the versions before and after.

    Those who work with it later need fewer rights. Raises ConfigurationError if that can't be done, if the extra `workers` is not
    installed, or if the tables are of a newer version.
    """
    schema = _schema_of_the_engine()
    versions = make_tables(address)
    store = PostgresqlStore(address, "ledger", lambda _: None)
    try:
        with store.transaction("set up") as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('amili tables', 0))")
            if connection.execute(_HAS_ENGINE).fetchone() != (True,):
                connection.execute("SET LOCAL search_path TO amili")
                connection.raw.execute(schema)
    finally:
        store.close()
    Quota.shared(address).close()
    return versions


def _schema_of_the_engine() -> bytes:
    try:
        from procrastinate.schema import SchemaManager  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError("workers on several machines need the extra 'workers', which installs procrastinate") from None
    return SchemaManager.get_schema().encode()
