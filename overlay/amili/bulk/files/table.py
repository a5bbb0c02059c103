"""A table: the columns and records of a file or of a list of mappings, however it was written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amili._errors import InvalidInputError


@dataclass(frozen=True)
class Reading:
    """How a file is read; None means that it is found out."""

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    header: int | None = None  # the row with the names of the columns, counted from 1


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table with its number in the file, as a spreadsheet or an editor shows it; `document` if it was a mapping."""

    number: int
    cells: Sequence[Any]
    document: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Layout:
    """The form that an input has, for a file of results that is like it."""

    kind: str = "csv"  # or jsonl, xlsx, memory
    delimiter: str = ";"
    bom: bool = True


@dataclass(frozen=True)
class Table:
    """An open input. `read()` yields its records, and can be called again; `checksum` is a SHA-256 in hex digits.

    `notes` are sentences about the file that a person should see. `place` is such as `invoices.xlsx, sheet Fakturor`. `problem`
    is why its columns can't be used, if so. `counts_days` is how a spreadsheet counts them, `excel` or `excel-1904`.
    """

    __module__ = "amili.bulk"

    name: str
    place: str
    columns: tuple[str, ...]
    checksum: str
    read: Callable[[], Iterator[Record]]
    layout: Layout
    row: str = "row"
    notes: tuple[str, ...] = ()
    problem: str | None = None
    counts_days: str | None = None

    def place_of(self, number: int, last: int | None = None) -> str:
        """Return where a record is, or where the records from one number to another are."""
        return f"{self.place}, {self.row} {number}" if last in (None, number) else f"{self.place}, {self.row}s {number} to {last}"

    def letter_of(self, position: int) -> str | None:
        """Return the letter of a column, such as `E`; None where columns have names only."""
        return letter(position) if self.row == "row" else None


def letter(position: int) -> str:
    """Return what a spreadsheet calls the column at this position from 0: A to Z, then AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def column_names(cells: Sequence[Any], place: str) -> tuple[str, ...]:
    """Return the names in a header without spaces around them; raises InvalidInputError if there is none."""
    names = tuple(" ".join(str(cell).split()) for cell in cells)
    if not any(names):
        raise InvalidInputError(f"{place} is empty: the first row must name the columns")
    return names
