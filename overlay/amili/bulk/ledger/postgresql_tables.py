"""The tables of ledgers in PostgreSQL: each step leads from one version to the next, and none takes anything away.

Workers of an earlier version go on with the connection that they have. They wait while an index is made: measured, 2 seconds for
each in a ledger of a million rows; they would end after 30.
"""

from __future__ import annotations

from collections.abc import Sequence

from amili._core.postgresql import PostgresqlStore, SharedConnection
from amili._errors import ConfigurationError
from amili.bulk.ledger import statements as sql

SETUP_TIMEOUT = 300.0  # seconds: a step may have to read a large table
LOCK_TABLES = "SELECT pg_advisory_xact_lock(hashtextextended('amili tables', 0))"
_VERSIONS = "CREATE TABLE IF NOT EXISTS amili.versions (part TEXT PRIMARY KEY, version INTEGER NOT NULL)"
_EXISTS = "SELECT to_regclass('amili.versions') IS NOT NULL"
RECORDED_VERSION = "SELECT version FROM amili.versions WHERE part = ?"  # of the ledger's tables, or of the engine's
RECORD_VERSION = (
    "INSERT INTO amili.versions (part, version) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET version = excluded.version"
)
_VIEWS = (
    """CREATE VIEW v_rows AS SELECT run, n, place, operation, creditor, key, state, case_id, ocr_number, outcome,
        problem, attempts, to_timestamp(sent_at) AT TIME ZONE 'UTC' AS sent_utc,
        to_timestamp(ended_at) AT TIME ZONE 'UTC' AS ended_utc FROM rows""",
    """CREATE VIEW v_runs AS SELECT id, runs.operation, source, runs.state,
        to_timestamp(created_at) AT TIME ZONE 'UTC' AS created_utc,
        to_timestamp(runs.ended_at) AT TIME ZONE 'UTC' AS ended_utc,
        count(n) AS all_rows, count(*) FILTER (WHERE rows.state IN ('new', 'sending')) AS open_rows,
        count(*) FILTER (WHERE rows.state IN ('done', 'reconciled')) AS written_rows,
        count(*) FILTER (WHERE rows.state = 'exists') AS existing_rows,
        count(*) FILTER (WHERE rows.state = 'refused') AS refused_rows,
        count(*) FILTER (WHERE rows.state = 'unknown') AS unknown_rows
        FROM runs LEFT JOIN rows ON rows.run = runs.id GROUP BY runs.id""",
)
STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE runs (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, operation TEXT NOT NULL, source TEXT NOT NULL,
            checksum TEXT NOT NULL, details TEXT NOT NULL, state TEXT NOT NULL, created_at DOUBLE PRECISION NOT NULL,
            ended_at DOUBLE PRECISION)""",
        """CREATE TABLE rows (run BIGINT NOT NULL REFERENCES runs (id), n BIGINT NOT NULL, operation TEXT NOT NULL,
            place TEXT NOT NULL, key TEXT NOT NULL, creditor TEXT NOT NULL, digest TEXT NOT NULL, lot BIGINT NOT NULL,
            state TEXT NOT NULL, case_id TEXT, ocr_number TEXT, outcome TEXT, problem TEXT, evidence TEXT,
            sent_at DOUBLE PRECISION, lost_at DOUBLE PRECISION, ended_at DOUBLE PRECISION, owner TEXT NOT NULL DEFAULT '',
            held_until DOUBLE PRECISION NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
            looks INTEGER NOT NULL DEFAULT 0, body TEXT, PRIMARY KEY (run, n))""",
        *sql.INDEXES,
        *_VIEWS,
    ),
    sql.INDEXES_OF_2,
)


def prepare(connection: SharedConnection) -> None:
    """Raise ConfigurationError unless the tables are those of this version."""
    wanted, found = len(STEPS), version_of(connection)
    if found > wanted:
        message = f"the ledger in PostgreSQL is of a newer version of amili (tables of version {found}, not {wanted})"
        raise ConfigurationError(f"{message}: install that version here as well")
    if found < wanted:
        what = f"has tables of version {found}, not {wanted}" if found else "has no tables yet"
        raise ConfigurationError(f"the ledger in PostgreSQL {what}: `amili bulk init --ledger postgresql://...` makes them")
    connection.execute("SET search_path TO amili")


def prepare_to_read(connection: SharedConnection) -> None:
    """Raise ConfigurationError unless the tables are those of this version, and let the session change nothing."""
    prepare(connection)
    connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")


def version_of(connection: SharedConnection) -> int:
    """Return the version of the tables of a database; 0 if there are none."""
    if connection.execute(_EXISTS).fetchone() != (True,):
        return 0
    found = connection.execute(RECORDED_VERSION, ("ledger",)).fetchone()
    return 0 if found is None else int(found[0])


def make_tables(address: str, steps: Sequence[Sequence[str]] = STEPS) -> tuple[int, int]:
    """Make the tables of a ledger, or lead them to this version; returns the versions before and after.

    Raises ConfigurationError if that can't be done, or if the tables are of a newer version.
    """
    store = PostgresqlStore(address, "ledger", lambda _: None)
    try:
        with store.transaction("set up", SETUP_TIMEOUT) as connection:
            connection.execute(LOCK_TABLES)
            before = version_of(connection)
            if before > len(steps):
                raise store.problem(f"is of a newer version of amili (tables of version {before}, not {len(steps)})")
            for statement in ("CREATE SCHEMA IF NOT EXISTS amili", _VERSIONS, "SET LOCAL search_path TO amili"):
                connection.execute(statement)
            for step in steps[before:]:
                for statement in step:
                    connection.execute(statement)
            connection.execute(RECORD_VERSION, ("ledger", len(steps)))
    finally:
        store.close()
    return before, len(steps)
