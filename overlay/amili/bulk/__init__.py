"""Bulk: a month of invoices from a file, each exactly once, with a ledger that survives any end."""

from amili.bulk.ledger import STATES, Ledger, RowState, RunRecord, RunState
from amili.bulk.rows import CaseKey, CreditingItem, Operation, Row, Source
from amili.bulk.runs import InMemory, Progress, RowResult, Run, open_ledger

__all__ = [
    "STATES",
    "CaseKey",
    "CreditingItem",
    "InMemory",
    "Ledger",
    "Operation",
    "Progress",
    "Row",
    "RowResult",
    "RowState",
    "Run",
    "RunRecord",
    "RunState",
    "Source",
    "open_ledger",
]
