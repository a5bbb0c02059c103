"""A row with everything that is known about it, and a source that tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from amili.bulk.files import Record, Table
from amili.bulk.rows import Operation, Problem, Row, Source


@dataclass(frozen=True)
class Examined:
    """A row with its problems and warnings."""

    row: Row
    problems: tuple[Problem, ...]


class ExaminedSource(Source, Protocol):
    """A source that also has the problems of its rows, and the records of the file in their order."""

    __module__: str = "amili.bulk"

    @property
    def table(self) -> Table:
        """The table that the rows are read from."""

    @property
    def operation(self) -> Operation:
        """What each row asks for."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the file that a person should see."""

    def examined(self) -> Iterator[Examined]:
        """Yield all rows in their order with their problems and warnings."""

    def records(self) -> Iterator[tuple[int | None, Record]]:
        """Yield each record that is not blank, with the number of its row; None for a total row that is skipped."""
