"""Writes exactly once: sends, looks up a write after a lost response, resolves it later."""

from amili._core.writing.crediting import Crediting
from amili._core.writing.evidence_json import evidence_of, evidence_text, open_journal
from amili._core.writing.exactly_once import lease_duration
from amili._core.writing.journal import Journal, Pending
from amili._core.writing.many import ManyWrites, Registrations, WriteResult, cancellations, check_concurrency, creditings
from amili._core.writing.outcome import judge_found
from amili._core.writing.resolve import resolve, resolve_pending
from amili._core.writing.run_many import arun_many, run_many
from amili._core.writing.writes import cancel, credit, register

__all__ = [
    "Crediting",
    "Journal",
    "ManyWrites",
    "Pending",
    "Registrations",
    "WriteResult",
    "arun_many",
    "cancel",
    "cancellations",
    "check_concurrency",
    "credit",
    "creditings",
    "evidence_of",
    "evidence_text",
    "judge_found",
    "lease_duration",
    "open_journal",
    "register",
    "resolve",
    "resolve_pending",
    "run_many",
]
