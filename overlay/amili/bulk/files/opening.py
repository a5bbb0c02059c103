"""Chooses the reader of a file by its name."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from amili._errors import InvalidInputError
from amili.bulk.files.csv_file import open_csv
from amili.bulk.files.excel_file import open_excel
from amili.bulk.files.rows_in_memory import open_json_lines
from amili.bulk.files.table import Reading, Record, Table

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
        before = _stamp(file)
        table = reader(file, reading or Reading())
    except OSError as problem:
        raise InvalidInputError(f"{file.name} can't be opened: {problem.strerror}") from None

    def read() -> Iterator[Record]:
        _check_unchanged(file, before)
        yield from table.read()
        _check_unchanged(file, before)

    return replace(table, read=read)


def _stamp(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def _check_unchanged(file: Path, before: tuple[int, int]) -> None:
    """Raise InvalidInputError if a file is another than when it was opened and its checksum was taken."""
    try:
        now = _stamp(file)
    except FileNotFoundError:
        raise InvalidInputError(f"{file.name} is gone") from None
    if now != before:
        raise InvalidInputError(f"{file.name} was changed after it was opened: open it again")
