"""Bulk: a month of invoices from a file, each exactly once, with a ledger that survives any end.

    source = open_source("invoices.xlsx", "map.toml")
    found = check(source, problems_path("invoices.xlsx"))
    run = Run.start(open_ledger("invoices.ledger.sqlite"), source, "register")
    for result in run.work(amili): ...

A map is proposed by `propose(open_table("invoices.xlsx"))` and saved as `map_text(map)`.
"""

from amili.bulk.checks import Check, Totals, check, problems_path
from amili.bulk.files import Table, open_table
from amili.bulk.ledger import Ledger, RunRecord
from amili.bulk.mapping import Map, load_map, map_text, propose
from amili.bulk.results import write_results
from amili.bulk.rows import STATES, CaseKey, CreditingItem, Problem, Row, RowResult, Source
from amili.bulk.runs import Progress, Run, open_ledger
from amili.bulk.sources import ExaminedSource, open_source

__all__ = [
    "STATES",
    "CaseKey",
    "Check",
    "CreditingItem",
    "ExaminedSource",
    "Ledger",
    "Map",
    "Problem",
    "Progress",
    "Row",
    "RowResult",
    "Run",
    "RunRecord",
    "Source",
    "Table",
    "Totals",
    "check",
    "load_map",
    "map_text",
    "open_ledger",
    "open_source",
    "open_table",
    "problems_path",
    "propose",
    "write_results",
]
