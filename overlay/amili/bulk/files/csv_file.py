"""Reads CSV files: finds the encoding and the delimiter, and says what it found."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

from amili._errors import InvalidInputError
from amili.bulk.files.cells import is_blank
from amili.bulk.files.encoding import find_encoding
from amili.bulk.files.table import Layout, Reading, Record, Table, column_names

_DELIMITERS = {";": "a semicolon", ",": "a comma", "\t": "a tab", "|": "a bar"}
_SAMPLE = 1 << 16
_LOOKED_AT, _TITLES = 50, 10


def open_csv(path: Path, reading: Reading) -> Table:
    """Open a CSV file; raises InvalidInputError if its encoding, delimiter or header can't be found."""
    encoding, said, checksum = find_encoding(path, reading.encoding)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE)
    skip = 1 if sample[:4].lower() == "sep=" else 0  # the line by which Excel is given the delimiter
    delimiter = reading.delimiter or (sample[4:5] if skip else _find_delimiter(sample, reading.header, path.name))
    records = _records(path, encoding, delimiter)
    wanted = reading.header
    header = next((each for each in records if _is_header(each, wanted, skip)), None)
    if header is None:
        raise InvalidInputError(f"{path.name} has no row {wanted} with names of columns" if wanted else f"{path.name} is empty")

    def read() -> Iterator[Record]:
        return (each for each in _records(path, encoding, delimiter) if each.number > header.number)

    return Table(
        name=path.name,
        place=path.name,
        columns=column_names(header.cells, f"{path.name}, row {header.number},"),
        checksum=checksum,
        read=read,
        layout=Layout("csv", delimiter, bom=encoding != "utf-8"),
        notes=(said, f"the delimiter is {_DELIMITERS.get(delimiter, repr(delimiter))}"),
    )


def _is_header(record: Record, wanted: int | None, skip: int) -> bool:
    if wanted is not None:
        return record.number == wanted
    return record.number > skip and not all(map(is_blank, record.cells))


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter, strict=True), 1):
                yield Record(number, cells)
        except csv.Error:
            problem = "a quotation mark is in the wrong place or has no end, or a cell has more than 131,072 characters"
            raise InvalidInputError(f"{path.name}, row {number + 1}: {problem}") from None


def _find_delimiter(sample: str, header: int | None, name: str) -> str:
    """Return the delimiter by which all rows have as many columns, or else the most; `;` if there is one column.

    Raises InvalidInputError if two delimiters are equally likely.
    """
    widths = {each: _width(sample, each, header) for each in _DELIMITERS}
    most = max(widths.values())
    found = [each for each, width in widths.items() if width == most and width[1] > 1]
    if len(found) > 1:
        likely = " or ".join(_DELIMITERS[each] for each in found)
        raise InvalidInputError(f"{name}: the delimiter may be {likely}; name it in the map: delimiter = {found[0]!r}")
    return found[0] if found else ";"


def _width(sample: str, delimiter: str, header: int | None) -> tuple[int, int]:
    """Return whether all rows have as many columns, and how many; one column is no sign of a delimiter."""
    try:
        rows = list(islice(csv.reader(StringIO(sample, newline=""), delimiter=delimiter, strict=True), _LOOKED_AT))
    except csv.Error:
        return 0, 0
    rows = rows[:-1] if len(sample) == _SAMPLE else rows  # the last may be cut off
    rows = [each for each in rows[(header or 1) - 1 :] if not all(map(is_blank, each))]
    width = max(map(len, rows[:_TITLES]), default=0)  # above the header there may be titles
    return int(width > 1 and all(len(each) == width for each in rows)), width
