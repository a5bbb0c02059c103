"""Runs one operation over all rows of an input, each exactly once, with the help of a ledger."""

from amili.bulk.runs.items import InMemory
from amili.bulk.runs.results import Progress, progress_of_run
from amili.bulk.runs.run import Run, open_ledger
from amili.bulk.runs.sending import pause_after
from amili.bulk.runs.stored_items import item_of

__all__ = ["InMemory", "Progress", "Run", "item_of", "open_ledger", "pause_after", "progress_of_run"]
