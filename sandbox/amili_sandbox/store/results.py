"""What the methods of a collection return."""

from dataclasses import dataclass
from typing import Any

from amili_sandbox.store.index import Entry


@dataclass(frozen=True)
class InsertResult:
    """What an insertion reports, under PyMongo's names."""

    inserted_ids: list[Any]


@dataclass(frozen=True)
class WriteResult:
    """What a change reports, under PyMongo's names."""

    modified_count: int
    acknowledged: bool = True


@dataclass(frozen=True)
class Snapshot:
    """The documents and indexes of a collection at one moment."""

    documents: dict[int, bytes]
    by_id: dict[Any, int]
    indexes: dict[str, tuple[list[Entry], int]]
    next_ordinal: int
