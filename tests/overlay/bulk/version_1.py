"""Ledgers as version 1 of the tables made them: its statements, which never change again."""

import sqlite3
from pathlib import Path

_TAKES_NUMBER = "operation = 'register' AND key <> '' AND state IN ('sending', 'done', 'reconciled', 'unknown')"
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS rows_open ON rows (run, lot, n) WHERE state IN ('new', 'sending')",
    f"CREATE UNIQUE INDEX IF NOT EXISTS rows_registered ON rows (creditor, key) WHERE {_TAKES_NUMBER}",
    "CREATE INDEX IF NOT EXISTS rows_case ON rows (case_id) WHERE case_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS rows_ended ON rows (run, ended_at) WHERE ended_at IS NOT NULL",
)
IN_FILE = (
    """CREATE TABLE IF NOT EXISTS runs (
        id INTEGER PRIMARY KEY, operation TEXT NOT NULL, source TEXT NOT NULL, checksum TEXT NOT NULL, details TEXT NOT NULL,
        state TEXT NOT NULL, created_at REAL NOT NULL, ended_at REAL)""",
    """CREATE TABLE IF NOT EXISTS rows (
        run INTEGER NOT NULL REFERENCES runs (id), n INTEGER NOT NULL, operation TEXT NOT NULL, place TEXT NOT NULL,
        key TEXT NOT NULL, creditor TEXT NOT NULL, digest TEXT NOT NULL, lot INTEGER NOT NULL, state TEXT NOT NULL,
        case_id TEXT, ocr_number TEXT, outcome TEXT, problem TEXT, evidence TEXT, sent_at REAL, lost_at REAL, ended_at REAL,
        owner TEXT NOT NULL DEFAULT '', held_until REAL NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
        looks INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (run, n)) WITHOUT ROWID""",
    *_INDEXES,
    """CREATE VIEW IF NOT EXISTS v_rows AS SELECT run, n, place, operation, creditor, key, state, case_id, ocr_number, outcome,
        problem, attempts, datetime(sent_at, 'unixepoch') AS sent_utc, datetime(ended_at, 'unixepoch') AS ended_utc FROM rows""",
    """CREATE VIEW IF NOT EXISTS v_runs AS SELECT id, runs.operation, source, runs.state,
        datetime(created_at, 'unixepoch') AS created_utc, datetime(runs.ended_at, 'unixepoch') AS ended_utc,
        count(n) AS all_rows, sum(rows.state IN ('new', 'sending')) AS open_rows,
        sum(rows.state IN ('done', 'reconciled')) AS written_rows, sum(rows.state = 'exists') AS existing_rows,
        sum(rows.state = 'refused') AS refused_rows, sum(rows.state = 'unknown') AS unknown_rows
        FROM runs LEFT JOIN rows ON rows.run = runs.id GROUP BY runs.id""",
)
IN_POSTGRESQL = (
    """CREATE TABLE runs (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, operation TEXT NOT NULL, source TEXT NOT NULL,
            checksum TEXT NOT NULL, details TEXT NOT NULL, state TEXT NOT NULL, created_at DOUBLE PRECISION NOT NULL,
            ended_at DOUBLE PRECISION)""",
    """CREATE TABLE rows (run BIGINT NOT NULL REFERENCES runs (id), n BIGINT NOT NULL, operation TEXT NOT NULL,
            place TEXT NOT NULL, key TEXT NOT NULL, creditor TEXT NOT NULL, digest TEXT NOT NULL, lot BIGINT NOT NULL,
            state TEXT NOT NULL, case_id TEXT, ocr_number TEXT, outcome TEXT, problem TEXT, evidence TEXT,
            sent_at DOUBLE PRECISION, lost_at DOUBLE PRECISION, ended_at DOUBLE PRECISION, owner TEXT NOT NULL DEFAULT '',
            held_until DOUBLE PRECISION NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
            looks INTEGER NOT NULL DEFAULT 0, body TEXT, PRIMARY KEY (run, n))""",
    *_INDEXES,
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
_ADD = (
    "INSERT INTO runs (operation, source, checksum, details, state, created_at) "
    "VALUES ('register', 'x', 'y', '{}', 'running', 1)",
    "INSERT INTO rows (run, n, operation, place, key, creditor, digest, lot, state, ended_at) "
    "VALUES (1, 1, 'register', 'row 1', 'N1', 'c', 'd', 1, 'done', 2), "
    "(1, 2, 'register', 'row 2', 'N2', 'c', 'd', 1, 'new', NULL)",
)


def file_with_two_rows(file: Path) -> Path:
    """Write a ledger of version 1, of whose two rows one is done."""
    with sqlite3.connect(file) as connection:
        for statement in ("PRAGMA application_id=1634561073", "PRAGMA user_version=1", *IN_FILE, *_ADD):
            connection.execute(statement)
    connection.close()
    return file
