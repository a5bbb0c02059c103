"""Defines the rows of an input: what each row asks for, where it is, and what is wrong with it."""

from amili.bulk.rows.problem import Problem
from amili.bulk.rows.row import CaseKey, CreditingItem, Item, Operation, Row, Source

__all__ = ["CaseKey", "CreditingItem", "Item", "Operation", "Problem", "Row", "Source"]
