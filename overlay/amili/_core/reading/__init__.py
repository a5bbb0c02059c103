"""Reads cases: exactly one, waiting for one, and lists page by page while cases change."""

from amili._core.reading.cases import CaseRef, Target, case_id, one_case, wait_for
from amili._core.reading.listing import Query, WhereLike
from amili._core.reading.pages import AsyncCases, Cases

__all__ = [
    "AsyncCases",
    "CaseRef",
    "Cases",
    "Query",
    "Target",
    "WhereLike",
    "case_id",
    "one_case",
    "wait_for",
]
