"""Writes CSV files."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from amili.bulk.writing.formulas import harmless
from amili.bulk.writing.replacing import whole_file


def write_csv(path: Path, rows: Iterable[Sequence[Any]], *, delimiter: str, bom: bool) -> None:
    """Write rows as CSV in UTF-8; with the delimiter `;` numbers have a decimal comma, as in Sweden. Raises OSError."""
    with whole_file(path) as new, new.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([_written(cell, delimiter) for cell in row] for row in rows)


def _written(cell: Any, delimiter: str) -> Any:
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", "," if delimiter == ";" else ".")
    return harmless(cell)
