"""Finds the columns of a map in a table, and says what does not fit."""

import unicodedata
from collections.abc import Mapping
from typing import Any, TypeAlias

from amili._errors import ConfigurationError, InvalidInputError, similar_name
from amili.bulk.files import Table
from amili.bulk.mapping import Column, Kind, Map, Values, kind_of, meant_property

Found: TypeAlias = list[tuple[str, Kind, list[tuple[int, Column]]]]  # properties, their kinds, and positions with columns


def positions_of(table: Table, map_: Map) -> Found:
    """Return where the columns of each property are; raises InvalidInputError naming every column that is not there once."""
    if table.problem:
        raise InvalidInputError(table.problem)
    by_name: dict[str, list[int]] = {}
    for position, name in enumerate(table.columns):
        by_name.setdefault(_plain(name), []).append(position)
    columns = [column for each in map_.columns.values() for column in each]
    names = dict.fromkeys(column.name for column in columns)
    problems = [problem for name in names if (problem := _problem(table, name, by_name.get(_plain(name), [])))]
    problems += [problem for column in columns if (problem := _days_problem(table, column))]
    if problems:
        raise InvalidInputError(f"{table.place}: {'; '.join(problems)}")
    return [
        (path, kind_of(map_.operation, path), [(by_name[_plain(column.name)][0], column) for column in each])
        for path, each in map_.columns.items()
    ]


def constant_values(map_: Map, constants: Mapping[str, Any]) -> dict[str, Any]:
    """Return constants as values; raises ConfigurationError for one that its property does not take."""
    found = {}
    for path, constant in constants.items():
        try:
            found[path] = Values().read(constant, kind_of(map_.operation, path), Column(path))
        except ValueError as problem:
            raise ConfigurationError(f"the map has a constant for {path} that can't be used: {problem}") from None
    return found


def unused_columns(table: Table, map_: Map, used: set[int]) -> tuple[str, ...]:
    """Return the names of the columns that the map does not use, each with the property that it may be meant for."""
    return tuple(_with_meaning(name, map_) for at, name in enumerate(table.columns) if name and at not in used)


def _problem(table: Table, name: str, positions: list[int]) -> str | None:
    if len(positions) == 1:
        return None
    if positions:
        letters = " and ".join(str(table.letter_of(position)) for position in positions)
        return f'the columns {letters} have the same name "{name}": rename one'
    meant = similar_name(name, table.columns)
    return f'there is no column "{name}"' + (f'; did you mean "{meant}"?' if meant else "")


def _days_problem(table: Table, column: Column) -> str | None:
    if table.counts_days is None or column.format not in ("excel", "excel-1904") or column.format == table.counts_days:
        return None
    return f'the file counts days in another way than the map says: "{column.name}" needs format = "{table.counts_days}"'


def _with_meaning(name: str, map_: Map) -> str:
    meant = meant_property(name, map_.operation)
    return name if meant is None or meant in map_.columns or meant in map_.constants else f"{name} ({meant}?)"


def _plain(name: str) -> str:
    """Return a name without what people don't see: case, spaces around it, and the form of å, ä and ö."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
