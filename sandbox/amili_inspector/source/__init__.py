"""What a data source gives the pages, and what the pages ask of it."""

from amili_inspector.source.cases import Balance, CaseDetail, CaseFilter, CaseRow, Debtor, Step, Transaction
from amili_inspector.source.changes import Changes, NotReadableError
from amili_inspector.source.controls import (
    Assumed,
    AssumptionGroup,
    Breach,
    Clock,
    ComingChange,
    FaultKind,
    FaultRule,
    QuotaLeft,
)
from amili_inspector.source.requests import STATUSES, RequestDetail, RequestFilter, RequestRow, has_status
from amili_inspector.source.rows import Rows
from amili_inspector.source.runs import Advice, Ledger, LedgerRow, RowFilter, RowInRun, RowStory, RunDetail, RunRow
from amili_inspector.source.stand_in import StandIn

__all__ = [
    "STATUSES",
    "Advice",
    "Assumed",
    "AssumptionGroup",
    "Balance",
    "Breach",
    "CaseDetail",
    "CaseFilter",
    "CaseRow",
    "Changes",
    "Clock",
    "ComingChange",
    "Debtor",
    "FaultKind",
    "FaultRule",
    "Ledger",
    "LedgerRow",
    "NotReadableError",
    "QuotaLeft",
    "RequestDetail",
    "RequestFilter",
    "RequestRow",
    "RowFilter",
    "RowInRun",
    "RowStory",
    "Rows",
    "RunDetail",
    "RunRow",
    "StandIn",
    "Step",
    "Transaction",
    "has_status",
]
