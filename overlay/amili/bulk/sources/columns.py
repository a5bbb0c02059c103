"""Finds the columns of a map in a table, and reads the properties of one record."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amili._errors import InvalidInputError, similar_name
from amili.bulk.files import Record, Table, is_blank
from amili.bulk.mapping import Map, Values, kind_of, looks_like_total
from amili.bulk.rows import Problem

_NUMBERS = ("amount", "number")


@dataclass(frozen=True)
class Read:
    """A record as properties, with the problems of its cells. `total` says that it looks like a total, not like a row."""

    record: Record
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    total: bool = False


class Columns:
    """The columns of a map at their positions in a table; raises InvalidInputError naming every column that is not there once."""

    def __init__(self, table: Table, map_: Map) -> None:
        self._table, self._map = table, map_
        by_name: dict[str, list[int]] = {}
        for position, name in enumerate(table.columns):
            by_name.setdefault(_plain(name), []).append(position)
        names = [column.name for columns in map_.columns.values() for column in columns]
        problems = [problem for name in dict.fromkeys(names) if (problem := self._problem(name, by_name.get(_plain(name), [])))]
        if problems:
            raise InvalidInputError(f"{table.place}: {'; '.join(problems)}")
        self._found = [
            (path, kind_of(map_.operation, path), [(by_name[_plain(column.name)][0], column) for column in columns])
            for path, columns in map_.columns.items()
        ]
        self._positions = {path: columns for path, _, columns in self._found}
        used = {position for columns in self._positions.values() for position, _ in columns}
        self.unused = tuple(name for position, name in enumerate(table.columns) if name and position not in used)

    def _problem(self, name: str, positions: list[int]) -> str | None:
        if len(positions) == 1:
            return None
        if positions:
            letters = " and ".join(filter(None, map(self._table.letter_of, positions)))
            return f'the columns {letters} have the same name "{name}": rename one'
        meant = similar_name(name, self._table.columns)
        return f'there is no column "{name}"' + (f'; did you mean "{meant}"?' if meant else "")

    def read(self, record: Record, values: Values) -> Read:
        """Return the properties of a record; the same `Values` reads a whole file."""
        found: dict[str, Any] = dict(self._map.constants)
        problems = []
        width = len(record.cells)
        for path, kind, columns in self._found:
            filled = [(at, column) for at, column in columns if at < width and not is_blank(record.cells[at])]
            for position, column in filled[:1]:
                try:
                    found[path] = values.read(record.cells[position], kind, column)
                    found |= column.also
                except ValueError as problem:
                    problems.append(self._problem_at(record, path, position, str(problem)))
            if len(filled) > 1:
                names = " and ".join(f'"{column.name}"' for _, column in filled)
                problems.append(self._problem_at(record, path, filled[1][0], f"only one of the columns {names} may be filled"))
        if len(record.cells) > len(self._table.columns) and not all(map(is_blank, record.cells[len(self._table.columns) :])):
            text = "it has more cells than the header: a value may hold the delimiter without quotation marks"
            problems.append(Problem(self._table.place_of(record.number), record.number, text))
        return Read(record, found, tuple(problems), self._is_total(record))

    def _is_total(self, record: Record) -> bool:
        """Return whether the row has no key, and either a cell such as `Summa` or nothing but numbers."""
        keys = [position for position, _ in self._positions.get(self._map.key(), ())]
        cells = record.cells
        if any(
            position < len(cells) and not is_blank(cells[position]) and not looks_like_total(cells[position]) for position in keys
        ):
            return False
        if any(map(looks_like_total, cells)):
            return True
        numbers = {at for path, kind, columns in self._found if kind in _NUMBERS for at, _ in columns}
        return all(is_blank(cell) or position in numbers for position, cell in enumerate(cells))

    def problem(self, record: Record, path: str, text: str, *, refused: bool = True) -> Problem:
        """Return a problem of a property, at the column that it is read from."""
        filled = self._positions.get(path, ())
        position = next((at for at, _ in filled if at < len(record.cells) and not is_blank(record.cells[at])), None)
        if position is None and filled:
            position = filled[0][0]
        return self._problem_at(record, path, position, text, refused=refused)

    def _problem_at(self, record: Record, path: str, position: int | None, text: str, *, refused: bool = True) -> Problem:
        table = self._table
        place = table.place_of(record.number)
        if position is None:
            return Problem(place, record.number, text, refused, path or None)
        value = record.cells[position] if position < len(record.cells) else None
        return Problem(place, record.number, text, refused, path, table.columns[position], table.letter_of(position), value)


def _plain(name: str) -> str:
    """Return a name without what people don't see: case, spaces around it, and the form of å, ä and ö."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
