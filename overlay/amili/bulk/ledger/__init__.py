"""Keeps the runs of bulk and their rows, so that any end can be survived: the step to `sending` is on disk before a request."""

from amili.bulk.ledger.postgresql import PostgresqlLedger
from amili.bulk.ledger.postgresql_tables import LOCK_TABLES, RECORD_VERSION, RECORDED_VERSION, SETUP_TIMEOUT, make_tables
from amili.bulk.ledger.protocol import Ledger
from amili.bulk.ledger.records import (
    OPEN,
    Earlier,
    Ending,
    Hold,
    Intent,
    LedgerRow,
    NewRow,
    NewRun,
    NotBegun,
    RowInRun,
    RowStory,
    RunRecord,
    RunState,
    Selection,
)
from amili.bulk.ledger.sql_ledger import SqlLedger
from amili.bulk.ledger.sqlite import SqliteLedger

__all__ = [
    "LOCK_TABLES",
    "OPEN",
    "RECORDED_VERSION",
    "RECORD_VERSION",
    "SETUP_TIMEOUT",
    "Earlier",
    "Ending",
    "Hold",
    "Intent",
    "Ledger",
    "LedgerRow",
    "NewRow",
    "NewRun",
    "NotBegun",
    "PostgresqlLedger",
    "RowInRun",
    "RowStory",
    "RunRecord",
    "RunState",
    "Selection",
    "SqlLedger",
    "SqliteLedger",
    "make_tables",
]
