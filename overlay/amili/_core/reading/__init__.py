"""Reads cases: exactly one, waiting for one, and lists page by page while cases change; looks up cases and stored writes."""

from amili._core.reading.cases import CaseRef, Target, case_id, one_case, wait_for
from amili._core.reading.changes import PROPERTIES as CHANGE_PROPERTIES
from amili._core.reading.changes import AsyncChanges, ChangeLog, Changes
from amili._core.reading.listing import Query, WhereLike, with_properties
from amili._core.reading.lookups import LOT, Lookup, look_up, lots
from amili._core.reading.pages import AsyncCases, Cases
from amili._core.reading.records import Records, is_dependable, look_up_records

__all__ = [
    "CHANGE_PROPERTIES",
    "LOT",
    "AsyncCases",
    "AsyncChanges",
    "CaseRef",
    "Cases",
    "ChangeLog",
    "Changes",
    "Lookup",
    "Query",
    "Records",
    "Target",
    "WhereLike",
    "case_id",
    "is_dependable",
    "look_up",
    "look_up_records",
    "lots",
    "one_case",
    "wait_for",
    "with_properties",
]
