"""Runs one operation over all rows of an input, each exactly once, with the help of a ledger."""

from amili.bulk.runs.items import InMemory
from amili.bulk.runs.results import Progress, RowResult
from amili.bulk.runs.run import Run, open_ledger

__all__ = ["InMemory", "Progress", "RowResult", "Run", "open_ledger"]
