"""A part of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """Some rows of a list, and how many there are in the whole list."""

    rows: Sequence[Row]
    total: int
