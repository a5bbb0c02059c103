"""Reads the properties of one record from the columns of a map."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amili.bulk.files import Record, Table, is_blank
from amili.bulk.mapping import Map, Values, looks_like_total
from amili.bulk.rows import Problem
from amili.bulk.sources.resolving import constant_values, positions_of, unused_columns

_NUMBERS = ("amount", "number")


@dataclass(frozen=True)
class Read:
    """A record as properties, with the problems of its cells. `total` says that it looks like a total, not like a row."""

    record: Record
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    total: bool = False


class Columns:
    """The columns of a map at their positions in a table.

    Raises InvalidInputError for columns that are not there or not usable, ConfigurationError for a constant that can't be used.
    """

    def __init__(self, table: Table, map_: Map) -> None:
        self._table = table
        self._found = positions_of(table, map_)
        self._constants = constant_values(map_, map_.constants)
        self._also = {id(column): constant_values(map_, column.also) for _, _, columns in self._found for _, column in columns}
        self._positions = {path: [at for at, _ in columns] for path, _, columns in self._found}
        self._keys = self._positions.get("invoice_number", []) + self._positions.get("case", [])
        self._numbers = {at for path, kind, _ in self._found if kind in _NUMBERS for at in self._positions[path]}
        used = {at for positions in self._positions.values() for at in positions}
        self.unused: tuple[str, ...] = unused_columns(table, map_, used)

    def read(self, record: Record, values: Values) -> Read:
        """Return the properties of a record; the same `Values` reads a whole file."""
        found: dict[str, Any] = dict(self._constants)
        problems, cells, width = list[Problem](), record.cells, len(record.cells)
        for path, kind, columns in self._found:
            filled = [(at, column) for at, column in columns if at < width and not is_blank(cells[at])]
            for position, column in filled[:1]:
                try:
                    found[path] = values.read(cells[position], kind, column)
                    found |= self._also[id(column)]
                except ValueError as problem:
                    problems.append(self._problem_at(record, path, position, str(problem)))
            if len(filled) > 1:
                names = " and ".join(f'"{column.name}"' for _, column in filled)
                problems.append(self._problem_at(record, path, filled[1][0], f"only one of the columns {names} may be filled"))
        if width > len(self._table.columns) and not all(map(is_blank, cells[len(self._table.columns) :])):
            text = "it has more cells than the header: a value may hold the delimiter without quotation marks"
            problems.append(Problem(self._table.place_of(record.number), record.number, text))
        return Read(record, found, tuple(problems), self._is_total(record))

    def _is_total(self, record: Record) -> bool:
        """Return whether the row names no invoice or case, and has either a cell such as `Summa` or nothing but numbers."""
        keys = [cell for cell in self._cells(record, self._keys) if not is_blank(cell)]
        if not self._keys or not all(map(looks_like_total, keys)):
            return False
        if any(map(looks_like_total, record.cells)):
            return True
        return all(is_blank(cell) or position in self._numbers for position, cell in enumerate(record.cells))

    def _cells(self, record: Record, positions: list[int]) -> list[Any]:
        return [record.cells[at] for at in positions if at < len(record.cells)]

    def problem(self, record: Record, path: str, text: str, *, refused: bool = True) -> Problem:
        """Return a problem of a property, at the column that it is read from: the one that is filled, or the first."""
        positions = self._positions.get(path, [])
        filled = (at for at in positions if at < len(record.cells) and not is_blank(record.cells[at]))
        position = next(filled, positions[0] if positions else None)
        return self._problem_at(record, path, position, text, refused=refused)

    def _problem_at(self, record: Record, path: str, position: int | None, text: str, *, refused: bool = True) -> Problem:
        table = self._table
        place = table.place_of(record.number)
        if position is None:
            return Problem(place, record.number, text, refused, path or None)
        value = next(iter(self._cells(record, [position])), None)
        return Problem(place, record.number, text, refused, path, table.columns[position], table.letter_of(position), value)
