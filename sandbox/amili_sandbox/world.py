"""What every part of the sandbox works on: the documents, the clock, and what is assumed."""

from dataclasses import dataclass
from pathlib import Path

from amili_sandbox.assumptions import Assumptions
from amili_sandbox.clock import Clock, IdFactory
from amili_sandbox.store.database import Database

# What people filter and sort by, and what the sandbox itself looks up at every registration.
INDEXES = {
    "cases": ("account", "creditor", "debt.invoice_number", "state", "_created", "_updated"),
    "invoices": ("account", "creditor", "invoice_number"),
    "invoice--registrations": ("account", "creditor", "invoice_number"),
    "customers": ("account", "id_number"),
    "creditor--creditings": ("account", "case"),
    "creditor--cancellations": ("account", "case"),
    "ocr-numbers": ("ocr",),
    "lifecycle": ("at",),
}


@dataclass(frozen=True)
class World:
    """The state of one sandbox."""

    database: Database
    clock: Clock
    assumptions: Assumptions
    new_id: IdFactory


def make_world(assumptions: Assumptions, file: Path | None = None, clock: Clock | None = None) -> World:
    """Return an empty world, or the one kept in a file."""
    clock = clock or Clock()
    new_id = IdFactory(clock)
    return World(Database(INDEXES, new_id=new_id, file=file), clock, assumptions, new_id)
