"""`amili bulk`: a month of invoices from a file, checked, sent and resumed."""

from amili.cli.bulk.group import bulk
from amili.cli.bulk.reporting import Reporter, details_within, line_of

__all__ = ["Reporter", "bulk", "details_within", "line_of"]
