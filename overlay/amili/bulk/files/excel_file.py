"""Reads spreadsheets (.xlsx, .xlsm) with python-calamine."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from amili._errors import ConfigurationError, InvalidInputError
from amili.bulk.files.cells import exact, is_blank
from amili.bulk.files.encoding import blocks
from amili.bulk.files.excel_marks import Marks, find_marks
from amili.bulk.files.table import Layout, Reading, Record, Table, column_names, letter

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_NAMED = 5  # hidden rows that are named


def open_excel(path: Path, reading: Reading) -> Table:
    """Open a spreadsheet; raises ConfigurationError without the extra `excel`, InvalidInputError for a file that it can't read.

    The sheet must be named if more than one is visible.
    """
    digest = hashlib.sha256()
    for block in blocks(path):
        digest.update(block)
    name = _sheet_name(_workbook(path), reading.sheet, path.name)
    place, marks, sheet = f"{path.name}, sheet {name}", _marks(path, name), _workbook(path).get_sheet_by_name(name)
    header = next((each for each in _records(sheet, marks) if _is_header(each, reading.header)), None)
    if header is None:
        raise InvalidInputError(f"{place} has no row {reading.header}" if reading.header else f"{place} is empty")
    merged = list(_merged(sheet))

    def read() -> Iterator[Record]:
        again = _workbook(path).get_sheet_by_name(name)
        return (each for each in _records(again, marks) if each.number > header.number)

    columns, notes = column_names(header.cells, f"{place}, row {header.number},"), tuple(_notes(merged, marks, header.number))
    return Table(
        name=path.name,
        place=place,
        columns=columns,
        checksum=digest.hexdigest(),
        read=read,
        layout=Layout("xlsx"),
        notes=notes,
        problem=_merged_header(merged, header.number, place),
        counts_days="excel-1904" if marks.from_1904 else "excel",
    )


def _workbook(path: Path) -> "CalamineWorkbook":
    try:
        import python_calamine  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError("spreadsheets need the extra 'excel', which has python-calamine; or save it as CSV") from None
    try:
        return python_calamine.load_workbook(path)
    except python_calamine.PasswordError:
        raise InvalidInputError(f"{path.name} is protected with a password: save it without one") from None
    except python_calamine.CalamineError:
        raise _unreadable(path) from None


def _marks(path: Path, sheet: str) -> Marks:
    try:
        return find_marks(path, sheet)
    except (KeyError, IndexError, StopIteration, BadZipFile, ParseError):  # calamine reads more forms than this
        raise _unreadable(path) from None


def _unreadable(path: Path) -> InvalidInputError:
    return InvalidInputError(f"{path.name} is not a spreadsheet that can be read: save it again as .xlsx, or as CSV")


def _sheet_name(workbook: "CalamineWorkbook", wanted: str | None, file: str) -> str:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - an extra

    kinds = (SheetVisibleEnum.Visible, SheetTypeEnum.WorkSheet)
    visible = [each.name for each in workbook.sheets_metadata if (each.visible, each.typ) == kinds]
    if wanted is None and len(visible) == 1:
        return visible[0]
    listed = ", ".join(visible)
    if wanted is None:
        raise InvalidInputError(f"{file} has the sheets {listed}: name one in the map: sheet = ...")
    if wanted not in workbook.sheet_names:
        raise InvalidInputError(f"{file} has no sheet {wanted!r}: it has {listed}")
    return wanted


def _records(sheet: "CalamineSheet", marks: Marks) -> Iterator[Record]:
    left = sheet.start[1] if sheet.start else 0  # calamine leaves out empty columns on the left, but no empty rows above
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in marks.errors.items():
        by_row.setdefault(row, []).append((column - 1, text))
    for number, found in enumerate(sheet.iter_rows(), 1):
        cells: list[Any] = [""] * left + [exact(cell) for cell in found]
        for position, text in by_row.get(number, ()):
            cells[position] = text
        yield Record(number, cells)


def _is_header(record: Record, wanted: int | None) -> bool:
    return record.number == wanted if wanted is not None else not all(map(is_blank, record.cells))


def _merged(sheet: "CalamineSheet") -> Iterator[tuple[int, int, str]]:
    """Yield the first and last row of each merged range, with its name."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        yield top + 1, bottom + 1, f"{letter(left)}{top + 1}:{letter(right)}{bottom + 1}"


def _merged_header(merged: list[tuple[int, int, str]], header: int, place: str) -> str | None:
    found = [name for first, last, name in merged if first <= header <= last]
    if not found:
        return None
    hint = f"if they are in another row, name it in the map, such as header = {header + 1}; else unmerge the cells"
    return f"{place}, row {header}: the names of the columns are in merged cells ({found[0]}): {hint}"


def _notes(merged: list[tuple[int, int, str]], marks: Marks, header: int) -> Iterator[str]:
    below = [name for first, _, name in merged if first > header]
    if below:
        yield f"{_count(len(below), 'merged range')} of cells ({_listed(below)}): only the upper left cell of each has a value"
    hidden = [str(number) for number in marks.hidden if number > header]
    if hidden:
        yield f"{_count(len(hidden), 'hidden row')} ({_listed(hidden)}): hidden rows are read like the others"
    if marks.errors:
        yield f"{_count(len(marks.errors), 'formula')} with an error"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number > 1 else ''}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
