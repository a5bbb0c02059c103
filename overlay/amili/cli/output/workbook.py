"""An xlsx file: texts as texts, amounts as numbers, times as times in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from amili.cli.output.cells import Row, cell_text

_SETTINGS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
_MOST_ROWS = 1_048_575  # of a sheet, besides the line of names


def write_workbook(file: Path, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write a sheet with a line of names and a line for each row; returns the number of rows.

    Raises ModuleNotFoundError without xlsxwriter, and ValueError for more rows than a sheet has.
    """
    import xlsxwriter

    count = 0
    with xlsxwriter.Workbook(str(file), _SETTINGS) as book:
        sheet = book.add_worksheet("cases")
        formats = {
            Decimal: book.add_format({"num_format": "0.00"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        bold = book.add_format({"bold": True})
        for column, name in enumerate(columns):
            sheet.write_string(0, column, name, bold)
        for count, row in enumerate(rows, 1):
            if count > _MOST_ROWS:
                raise ValueError(f"a sheet has room for {_MOST_ROWS:,} rows; export CSV, or fewer cases")
            for column, name in enumerate(columns):
                _write(sheet, formats, count, column, row.cells.get(name))
    return count


def _write(sheet: Any, formats: dict[type, Any], line: int, column: int, value: Any) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(line, column, float(value), formats[Decimal])
    elif isinstance(value, datetime):
        sheet.write_datetime(line, column, value.astimezone(UTC).replace(tzinfo=None), formats[datetime])
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(line, column, value)
    elif value is not None:
        sheet.write_string(line, column, cell_text(value))
