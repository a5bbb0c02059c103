"""Defines the rows of an input: what each row asks for, where it is, and what is wrong with it, its result."""

from amili.bulk.rows.problem import Problem
from amili.bulk.rows.result import STATES, RowResult, RowState
from amili.bulk.rows.row import CaseKey, CreditingItem, Item, Operation, Row, Source

__all__ = ["STATES", "CaseKey", "CreditingItem", "Item", "Operation", "Problem", "Row", "RowResult", "RowState", "Source"]
