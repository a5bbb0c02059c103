"""Bulk: a month of invoices from a file, each exactly once, with a ledger that survives any end.

    source = open_source("invoices.xlsx", "map.toml")
    found = check(source, problems_path("invoices.xlsx"))

A map is proposed by `propose(open_table("invoices.xlsx"))` and saved as `map_text(map)`.
"""

from amili.bulk.checks import Check, Totals, check, problems_path
from amili.bulk.files import Reading, Table, open_table, table_of
from amili.bulk.ledger import STATES, Ledger, RowState, RunRecord, RunState
from amili.bulk.mapping import Column, Map, load_map, map_text, parse_map, propose
from amili.bulk.results import RESULT_COLUMNS, RowOutcome, write_results
from amili.bulk.rows import CaseKey, CreditingItem, Item, Operation, Problem, Row, Source
from amili.bulk.runs import InMemory, Progress, RowResult, Run, open_ledger
from amili.bulk.sources import Examined, ExaminedSource, open_source
from amili.bulk.writing import write_csv, write_excel

__all__ = [
    "RESULT_COLUMNS",
    "STATES",
    "CaseKey",
    "Check",
    "Column",
    "CreditingItem",
    "Examined",
    "ExaminedSource",
    "InMemory",
    "Item",
    "Ledger",
    "Map",
    "Operation",
    "Problem",
    "Progress",
    "Reading",
    "Row",
    "RowOutcome",
    "RowResult",
    "RowState",
    "Run",
    "RunRecord",
    "RunState",
    "Source",
    "Table",
    "Totals",
    "check",
    "load_map",
    "map_text",
    "open_ledger",
    "open_source",
    "open_table",
    "parse_map",
    "problems_path",
    "propose",
    "table_of",
    "write_csv",
    "write_excel",
    "write_results",
]
