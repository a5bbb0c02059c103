"""Keeps the runs of bulk and their rows, so that any end can be survived: the step to `sending` is on disk before a request."""

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
    RunRecord,
    RunState,
)
from amili.bulk.ledger.sqlite import SqliteLedger

__all__ = [
    "OPEN",
    "Earlier",
    "Ending",
    "Hold",
    "Intent",
    "Ledger",
    "LedgerRow",
    "NewRow",
    "NewRun",
    "NotBegun",
    "RunRecord",
    "RunState",
    "SqliteLedger",
]
