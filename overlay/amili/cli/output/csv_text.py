"""CSV that a spreadsheet can open without taking a text for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from amili.cli.output.cells import Cell, Row, cell_text

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write a line of names and a line for each row; returns the number of rows."""
    writer, count = csv.writer(file, lineterminator="\n"), 0
    writer.writerow(columns)
    for count, row in enumerate(rows, 1):  # noqa: B007 - returned
        writer.writerow([_safe(row.cells.get(name)) for name in columns])
    return count


def _safe(value: Cell) -> str:
    """Return the text of a cell; one that would be a formula begins with an apostrophe, which spreadsheets do not show."""
    text = cell_text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
