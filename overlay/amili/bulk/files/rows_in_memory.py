"""Makes tables of mappings: rows in memory and files of JSON lines. Nested objects become columns such as `customer.name`."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from amili._errors import InvalidInputError
from amili.bulk.files.encoding import find_encoding
from amili.bulk.files.table import Layout, Reading, Record, Table

Numbered = Iterator[tuple[int, Mapping[str, Any]]]


def table_of(rows: Iterable[Mapping[str, Any]], name: str = "rows") -> Table:
    """Make a table of mappings that can be gone through again, such as a list; each is a row, numbered from 1.

    Raises InvalidInputError for an iterator, which can be read once only.
    """
    if iter(rows) is rows:
        raise InvalidInputError(f"{name}: the rows are read more than once, so an iterator won't do: pass a list")

    def read() -> Numbered:
        for number, row in enumerate(rows, 1):
            if not isinstance(row, Mapping):
                raise InvalidInputError(f"{name}, item {number}: a mapping is needed, not {type(row).__name__}")
            yield number, row

    digest = hashlib.sha256()
    for _, row in read():
        digest.update(json.dumps(row, sort_keys=True, default=repr).encode() + b"\n")
    return _table(name, read, digest.hexdigest(), Layout("memory"))


def open_json_lines(path: Path, reading: Reading) -> Table:
    """Open a file with one JSON object on each line; raises InvalidInputError naming a line that is not."""
    encoding, said, checksum = find_encoding(path, reading.encoding or "utf-8")

    def read() -> Numbered:
        with path.open(encoding=encoding) as file:
            for number, line in enumerate(file, 1):
                if not line.isspace():
                    yield number, _object(line, f"{path.name}, line {number}")

    return _table(path.name, read, checksum, Layout("jsonl"), (said,))


def _table(name: str, read: Callable[[], Numbered], checksum: str, layout: Layout, notes: tuple[str, ...] = ()) -> Table:
    columns = tuple(dict.fromkeys(column for _, document in read() for column in _flat(document)))
    if not columns:
        raise InvalidInputError(f"{name} has no rows")

    def records() -> Iterator[Record]:
        for number, document in read():
            flat = _flat(document)
            yield Record(number, [flat.get(column) for column in columns], document)

    return Table(name, name, columns, checksum, records, layout, "line" if layout.kind == "jsonl" else "item", notes)


def _flat(document: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in document.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, Mapping) else {f"{above}{name}": value}
    return flat


def _object(line: str, place: str) -> Mapping[str, Any]:
    try:
        document = json.loads(line, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_without_repetition)
    except ValueError as problem:
        why = "it is not JSON" if isinstance(problem, json.JSONDecodeError) else str(problem)
        raise InvalidInputError(f"{place}: {why}; one JSON object is needed on each line") from None
    if not isinstance(document, dict):
        raise InvalidInputError(f"{place}: one JSON object is needed on each line")
    return document


def _refuse(_: str) -> Any:
    raise ValueError("NaN and Infinity are no numbers of JSON")


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a name is there twice")
    return document
