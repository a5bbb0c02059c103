"""What a data source gives the pages, and what the pages ask of it."""

from amili_inspector.source.cases import Balance, CaseDetail, CaseFilter, CaseRow, Cases, Debtor, Step, Transaction
from amili_inspector.source.controls import (
    Assumed,
    AssumptionGroup,
    Assumptions,
    Breach,
    Clock,
    ComingChange,
    FaultKind,
    FaultRule,
    Faults,
    Quota,
    QuotaLeft,
)
from amili_inspector.source.requests import STATUSES, Changes, RequestDetail, RequestFilter, RequestRow, Requests, has_status
from amili_inspector.source.rows import Rows
from amili_inspector.source.stand_in import StandIn

__all__ = [
    "STATUSES",
    "Assumed",
    "AssumptionGroup",
    "Assumptions",
    "Balance",
    "Breach",
    "CaseDetail",
    "CaseFilter",
    "CaseRow",
    "Cases",
    "Changes",
    "Clock",
    "ComingChange",
    "Debtor",
    "FaultKind",
    "FaultRule",
    "Faults",
    "Quota",
    "QuotaLeft",
    "RequestDetail",
    "RequestFilter",
    "RequestRow",
    "Requests",
    "Rows",
    "StandIn",
    "Step",
    "Transaction",
    "has_status",
]
