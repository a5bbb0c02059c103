"""Writes exactly once: sends, looks up a write after a lost response, resolves it later."""

from amili._core.writing.evidence_json import open_journal
from amili._core.writing.journal import Journal, Pending
from amili._core.writing.resolve import resolve, resolve_pending
from amili._core.writing.writes import Crediting, cancel, credit, register

__all__ = [
    "Crediting",
    "Journal",
    "Pending",
    "cancel",
    "credit",
    "open_journal",
    "register",
    "resolve",
    "resolve_pending",
]
