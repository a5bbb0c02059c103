"""Writes spreadsheets with xlsxwriter."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from amili._errors import ConfigurationError
from amili.bulk.writing.replacing import whole_file

_MOST_DIGITS = 15  # a spreadsheet keeps no more
_LONGEST = 32_767  # characters of a cell


def write_excel(path: Path, sheet: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as a spreadsheet of one sheet: text as text, numbers of up to 15 digits as numbers, days as days.

    Raises ConfigurationError without the extra `excel`, and OSError.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError("spreadsheets need the extra 'excel', which installs xlsxwriter; or write CSV") from None
    with whole_file(path) as new, xlsxwriter.Workbook(new, {"constant_memory": True}) as workbook:
        days = workbook.add_format({"num_format": "yyyy-mm-dd"})
        moments = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        page = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for position, cell in enumerate(row):
                if isinstance(cell, bool):
                    page.write_boolean(number, position, cell)
                elif _is_number(cell):
                    page.write_number(number, position, cell)
                elif isinstance(cell, datetime.datetime) and cell.tzinfo is None:
                    page.write_datetime(number, position, cell, moments)
                elif isinstance(cell, datetime.date) and not isinstance(cell, datetime.datetime):
                    page.write_datetime(number, position, cell, days)
                elif cell is not None:
                    page.write_string(number, position, str(cell)[:_LONGEST])


def _is_number(cell: Any) -> bool:
    if not isinstance(cell, int | Decimal) or not Decimal(cell).is_finite():
        return False
    return len(Decimal(cell).normalize().as_tuple().digits) <= _MOST_DIGITS
