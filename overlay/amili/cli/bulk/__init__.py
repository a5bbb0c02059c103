"""`amili bulk`: a month of invoices from a file, checked, sent and resumed; `amili inspect` shows the ledger in a browser."""

from amili.cli.bulk.group import bulk
from amili.cli.bulk.inspecting import inspect
from amili.cli.bulk.reporting import Reporter, details_within, line_of

__all__ = ["Reporter", "bulk", "details_within", "inspect", "line_of"]
