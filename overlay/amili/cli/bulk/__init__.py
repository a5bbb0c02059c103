"""`amili bulk`: a month of invoices from a file, checked, sent and resumed."""

from amili.cli.bulk.group import bulk

__all__ = ["bulk"]
