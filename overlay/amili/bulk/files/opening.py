"""Chooses the reader of a file by its name."""

from collections.abc import Callable
from pathlib import Path

from amili._errors import InvalidInputError
from amili.bulk.files.csv_file import open_csv
from amili.bulk.files.excel_file import open_excel
from amili.bulk.files.rows_in_memory import open_json_lines
from amili.bulk.files.table import Reading, Table

_READERS: dict[str, Callable[[Path, Reading], Table]] = {
    ".csv": open_csv,
    ".txt": open_csv,
    ".tsv": open_csv,
    ".jsonl": open_json_lines,
    ".ndjson": open_json_lines,
    ".xlsx": open_excel,
    ".xlsm": open_excel,
}


def open_table(path: str | Path, reading: Reading | None = None) -> Table:
    """Open a CSV file (.csv, .txt, .tsv), JSON lines (.jsonl, .ndjson) or a spreadsheet (.xlsx, .xlsm) as a table.

    Raises InvalidInputError if the file can't be opened or read, ConfigurationError if a spreadsheet needs the extra `excel`.
    """
    file = Path(path)
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise InvalidInputError(f"{file.name}: files are read as {', '.join(_READERS)}; save it as .xlsx or CSV")
    try:
        return reader(file, reading or Reading())
    except OSError as problem:
        raise InvalidInputError(f"{file.name} can't be opened: {problem.strerror}") from None
