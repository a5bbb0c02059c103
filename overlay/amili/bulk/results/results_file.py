"""The results file: the rows of the input in their order and columns, with the result of each."""

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from amili._errors import InvalidInputError
from amili.bulk.rows import RowResult
from amili.bulk.sources import ExaminedSource
from amili.bulk.writing import write_csv, write_excel

RESULT_COLUMNS = ("amili_result", "amili_case_id", "amili_ocr", "amili_problem", "amili_at")


def write_results(source: ExaminedSource, results: Iterable[RowResult], path: str | Path) -> None:
    """Write the results file as CSV or, if its name ends with .xlsx, as a spreadsheet; the results may come in any order.

    CSV has the delimiter of the input, and a byte order mark unless the input was CSV in UTF-8 without one. All lines of an
    invoice have its result; rows without a result have empty cells. Columns of an earlier results file are replaced. Text that a
    spreadsheet would take for a formula gets `'` before it in CSV; negative amounts stay numbers. Raises InvalidInputError for
    another name of a file, or a result without a row, ConfigurationError without the extra `excel`, and OSError.
    """
    file, layout = Path(path), source.table.layout
    by_number = {each.number: _cells(each) for each in results}
    rows = _rows(source, by_number, file.name)
    if file.suffix.lower() == ".xlsx":
        write_excel(file, "Results", rows)
    elif file.suffix.lower() == ".csv":
        write_csv(file, rows, delimiter=layout.delimiter, bom=layout.bom)
    else:
        raise InvalidInputError(f"{file.name}: results are written as .csv or .xlsx")


def _cells(result: RowResult) -> tuple[str, ...]:
    """Return the cells of `RESULT_COLUMNS`; the moment is ISO 8601 in UTC."""
    at = result.at and result.at.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return result.state, result.case_id or "", result.ocr_number or "", result.problem or "", at or ""


def _rows(source: ExaminedSource, results: dict[int, tuple[str, ...]], name: str) -> Iterator[list[Any]]:
    kept = [position for position, name in enumerate(source.table.columns) if name not in RESULT_COLUMNS]
    left = set(results)
    yield [*(source.table.columns[position] for position in kept), *RESULT_COLUMNS]
    for number, record in source.records():
        cells = record.cells
        yield [
            *(cells[position] if position < len(cells) else "" for position in kept),
            *results.get(number or 0, ("",) * len(RESULT_COLUMNS)),
        ]
        left.discard(number or 0)
    if left:
        raise InvalidInputError(f"{name}: there are results for {len(left)} rows that {source.name} does not have")
