"""Reads and writes maps as TOML."""

import datetime
import json
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from amili._errors import ConfigurationError, similar_name
from amili.bulk.files import Reading
from amili.bulk.mapping.map import VERSION, Column, Map

_OPERATIONS = ("register", "credit", "cancel", "lookup")
_COLUMN = {"column": str, "format": str, "pad": int, "decimal": str, "values": dict, "also": dict}
_SECTIONS = {"version": int, "operation": str, "lines": str, "total_row": str, "file": dict, "amounts": dict}
_SECTIONS |= {"constants": dict, "columns": dict}
_FILE = {"delimiter": str, "encoding": str, "sheet": str, "header": int}
_AMOUNTS = {"decimal": str, "grouping": str}
_CHOICES = {
    "operation": _OPERATIONS,
    "lines": ("columns", "rows"),
    "total_row": ("refuse", "skip"),
    "decimal": (",", "."),
    "grouping": (",", ".", "'"),
    "delimiter": (";", ",", "\t", "|"),
}


def load_map(path: str | Path) -> Map:
    """Read a map; raises ConfigurationError if the file can't be read or is not a map of this version."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"the map {file.name} can't be read: {why}") from None
    return parse_map(text, file.name)


def parse_map(text: str, name: str = "map.toml") -> Map:
    """Read the TOML of a map; raises ConfigurationError naming what is wrong in it."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as problem:
        raise ConfigurationError(f"the map {name} is not TOML: {problem}") from None
    version = document.get("version")
    if isinstance(version, int) and version > VERSION:
        raise ConfigurationError(
            f"the map {name} has version {version}, and this amili reads up to {VERSION}: install a newer one"
        )
    if version != VERSION:
        raise ConfigurationError(f"the map {name} must begin with version = {VERSION}")
    _check(document, _SECTIONS, name)
    reading, amounts = document.get("file", {}), document.get("amounts", {})
    _check(reading, _FILE, f"{name} [file]")
    _check(amounts, _AMOUNTS, f"{name} [amounts]")
    columns = {key: tuple(_columns(key, value, name)) for key, value in _dotted(document.get("columns", {}), stop=_COLUMN)}
    return Map(
        operation=document.get("operation", "register"),
        columns=columns,
        constants=dict(_dotted(document.get("constants", {}))),
        lines=document.get("lines", "columns"),
        total_row=document.get("total_row", "refuse"),
        decimal=amounts.get("decimal"),
        grouping=amounts.get("grouping"),
        reading=Reading(**reading),
    )


def map_text(map_: Map, remarks: tuple[str, ...] = ()) -> str:
    """Return a map as TOML, with remarks as comments; properties that are still missing are comments among the constants."""
    return "\n".join(_lines(map_, remarks)) + "\n"


def _lines(map_: Map, remarks: tuple[str, ...]) -> Iterator[str]:
    yield "# Which column each property gets its value from."
    yield from (f"# {''.join(each if each.isprintable() else ' ' for each in remark)}" for remark in remarks)
    yield f"version = {VERSION}"
    for name in ("operation", "lines", "total_row"):
        yield f"{name} = {_toml(getattr(map_, name))}"
    reading = {name: getattr(map_.reading, name) for name in _FILE}
    for section, values in (("file", reading), ("amounts", {name: getattr(map_, name) for name in _AMOUNTS})):
        given = [f"{name} = {_toml(value)}" for name, value in values.items() if value is not None]
        yield from ["", f"[{section}]", *given] if given else ()
    yield from ("", "[constants]")
    yield from (f"{_key(name)} = {_toml(value)}" for name, value in map_.constants.items())
    yield from (f'# {_key(name)} = "..."' for name in map_.missing())
    yield from ("", "[columns]")
    for name, columns in map_.columns.items():
        shown = [_shown(each) for each in columns]
        yield f"{_key(name)} = {shown[0] if len(shown) == 1 else '[' + ', '.join(shown) + ']'}"


def _shown(column: Column) -> str:
    options = {name: getattr(column, name) for name in ("format", "pad", "decimal", "values", "also")}
    given = {"column": column.name} | {name: value for name, value in options.items() if value}
    return _toml(column.name) if len(given) == 1 else _toml(given)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(name))} = {_toml(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, Decimal | datetime.date):
        return str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # strings, numbers and booleans are written alike


def _key(name: str) -> str:
    return name if name.replace("_", "").isascii() and name.replace("_", "").isalnum() else _toml(name)


def _columns(name: str, value: Any, file: str) -> Iterator[Column]:
    for each in value if isinstance(value, list) else [value]:
        options = {"column": each} if isinstance(each, str) else each
        if not isinstance(options, dict) or "column" not in options:
            raise ConfigurationError(f'the map {file}: {name} needs the name of a column, or {{column = "..."}}')
        _check(options, _COLUMN, f"{file}, {name}")
        also = dict(_dotted(options.get("also", {})))
        given = {key: options[key] for key in ("format", "pad", "decimal", "values") if key in options}
        yield Column(options["column"], also=also, **given)


def _dotted(section: Mapping[str, Any], above: str = "", stop: Mapping[str, Any] | None = None) -> Iterator[tuple[str, Any]]:
    """Yield the keys of a section with the sections below; a table with the key `column` is a value of its own."""
    for name, value in section.items():
        if isinstance(value, dict) and not (stop and "column" in value):
            yield from _dotted(value, f"{above}{name}.", stop)
        else:
            yield f"{above}{name}", value


def _check(section: Mapping[str, Any], known: Mapping[str, type], place: str) -> None:
    """Raise ConfigurationError for a key that is unknown, of another type, or has none of the values that it may have."""
    for name, value in section.items():
        if name not in known:
            meant = similar_name(name, tuple(known))
            raise ConfigurationError(f"the map {place} has an unknown {name!r}" + (f"; did you mean {meant!r}?" if meant else ""))
        if type(value) is not known[name]:
            raise ConfigurationError(f"the map {place}: {name} must be of the type {known[name].__name__}")
        if name in _CHOICES and value not in _CHOICES[name]:
            choices = ", ".join(map(repr, _CHOICES[name]))
            raise ConfigurationError(f"the map {place}: {name} must be one of {choices}")
