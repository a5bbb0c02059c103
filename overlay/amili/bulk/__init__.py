"""Bulk: a month of invoices from a file, each exactly once, with a ledger that survives any end."""

from amili.bulk.rows import CaseKey, CreditingItem, Row, Source

__all__ = ["CaseKey", "CreditingItem", "Row", "Source"]
