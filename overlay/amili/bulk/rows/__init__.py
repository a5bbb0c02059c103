"""Reads the rows of an input: what each row asks for, and where it stands."""

from amili.bulk.rows.row import CaseKey, CreditingItem, Item, Operation, Row, Source

__all__ = ["CaseKey", "CreditingItem", "Item", "Operation", "Row", "Source"]
