"""The state of a sandbox: documents, clock, assumptions."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from amili_sandbox.state.assumptions import Assumptions
from amili_sandbox.state.clock import Clock, IdFactory
from amili_sandbox.store import Database

# What clients filter and sort by, and what the sandbox looks up at every registration.
INDEXES = {
    "cases": ("account", "creditor", "debt.invoice_number", "state", "_created", "_updated"),
    "invoices": ("account", "creditor", "invoice_number"),
    "invoice--registrations": ("account", "creditor", "invoice_number"),
    "customers": ("account", "id_number"),
    "creditor--creditings": ("account", "case"),
    "creditor--cancellations": ("account", "case"),
    "creditor--payments": ("account", "case"),
    "ocr-numbers": ("ocr",),
    "lifecycle": ("at",),
}


@dataclass(frozen=True)
class State:
    """What every part of the sandbox works on."""

    database: Database
    clock: Clock
    assumptions: Assumptions
    new_id: IdFactory
    rng: Random  # for OCR numbers and etags


def make_state(assumptions: Assumptions, clock: Clock, file: Path | None = None) -> State:
    """Return an empty state, or the one kept in a file."""
    new_id = IdFactory(clock)
    return State(Database(INDEXES, new_id=new_id, file=file), clock, assumptions, new_id, Random())  # noqa: S311


def with_seed(state: State, clock: Clock, seed: int) -> State:
    """Return the same state with another clock and a seeded random generator."""
    return State(state.database, clock, state.assumptions, IdFactory(clock, seed), Random(seed))  # noqa: S311
