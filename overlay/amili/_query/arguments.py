"""`where=`, `sort=` and `projection=` as they are sent; the API ignores an unknown name in silence, so it is refused here."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from amili._errors import InvalidInputError, safe_name, similar_name
from amili._query.condition import Condition
from amili._query.encoding import canonical_json, to_wire
from amili._query.fields import Descending, Field, FieldGroup
from amili._query.namespace import listed_fields, without_positions

_SORT_KEY = r"-?[A-Za-z_][A-Za-z0-9_.]*"  # the contract's pattern is one or more of these; a test compares
SortKey = str | Field[Any] | Descending
Sort = SortKey | Sequence[SortKey]


class Names(Protocol):
    """A list, tuple, set or dict of names and fields; for a type checker a string, which holds only strings, is none."""

    def __iter__(self) -> Iterator[str | FieldGroup]: ...

    def __contains__(self, name: object, /) -> bool: ...


Projection = Mapping[str, Any] | Names


def where_text(where: Condition | Mapping[str, Any] | None) -> str | None:
    """Return a condition or dict as the JSON string that is sent, with dates and amounts in the form that the API expects.

    A dict may be, or hold, what a stranger sent to a web server: with operators it would match cases that the caller never
    meant, such as all of them. So it has names and plain values only; with operators it is a `Condition`.
    """
    if where is None:
        return None
    if isinstance(where, Condition):
        return where.wire
    if isinstance(where, Mapping):
        _check_plain(where)
        return canonical_json(to_wire(where))
    raise InvalidInputError(
        f"where= must be a condition such as where.state == 'invoice', or a dict, not {type(where).__name__}; "
        "to find a case by its id write amili.case(id)"
    )


def sort_text(sort: Sort | None) -> str:
    """Return the sort as one string of names separated by commas; without one it is the identifier."""
    if sort is None or (isinstance(sort, str) and not sort):
        return "_id"
    keys = sort if isinstance(sort, list | tuple) else [sort]
    parts = [part for key in keys for part in (key.split(",") if isinstance(key, str) else [key])]
    names: list[Any] = [part._path if isinstance(part, Field | Descending) else part for part in parts]
    if not all(isinstance(name, str) and re.fullmatch(_SORT_KEY, name) for name in names):
        message = "sort must be a property name, or several separated by commas; a leading minus means descending"
        raise InvalidInputError(f"{message}; or a field such as -where.created, or a list of both")
    for name in (part for part in parts if isinstance(part, str)):  # a field is meant as it is
        _known(name.removeprefix("-"), "sort", "-" * name.startswith("-"))
    return ",".join(names) or "_id"


def projection_names(projection: Projection | None) -> dict[str, Any] | None:
    """Return the names of a projection, each with 1 or what a dict says."""
    if projection is None:
        return None
    if isinstance(projection, str) or not isinstance(projection, Iterable):
        raise InvalidInputError("projection= must be a list of names, such as ['state', 'debt.invoice_number'], or a dict")
    marks = projection if isinstance(projection, Mapping) else {}
    names = {_projected(each): marks.get(each, 1) if isinstance(each, str) else 1 for each in projection}
    if not names:
        raise InvalidInputError("projection= names no property")
    return names


def _projected(each: Any) -> str:
    if isinstance(each, FieldGroup) and each._path:
        return each._path
    if isinstance(each, str):
        return _known(each, "projection")
    raise InvalidInputError(f"projection= must hold names or fields of where, not {type(each).__name__}")


def _check_plain(where: Mapping[Any, Any]) -> None:
    """Raise InvalidInputError if a dict has an operator, or names a property that the contract does not list."""
    if _has_operator(where):
        message = "where: a plain dict has names and values, but no operators, since it may come from a web request"
        raise InvalidInputError(f"{message}; write where.state != 'closed', or Condition({{...}}) for a dict that is your own")
    for name in where:
        _known(str(name), "where")


def _has_operator(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(str(key).startswith("$") or _has_operator(inner) for key, inner in value.items())
    return isinstance(value, list | tuple | set | frozenset) and any(map(_has_operator, value))


def field_named(name: str) -> FieldGroup:
    """Return the field of a property by its path, its name in Python, or the last part of these.

    Raises InvalidInputError with the nearest name if the contract does not list it.
    """
    path, plain = _names().get(without_positions(name)), without_positions(name)
    if path is None:
        similar = similar_name(plain, tuple(_names()))
        hint = f"; did you mean {_names()[similar]}?" if similar else ""
        raise InvalidInputError(f"{safe_name(name)!r} is not a property of a case{hint}")
    return next(field for _, field in listed_fields() if field._path == path)


def _known(path: str, argument: str, prefix: str = "") -> str:
    """Return the path of a property; raises InvalidInputError with the name to write if the contract does not list it."""
    names, plain = _names(), without_positions(path)
    if plain in _paths() or any(plain.startswith(f"{group}.") for group in _open_groups()):
        return path
    alias = names.get(plain)
    similar = None if alias else similar_name(plain, tuple(names))
    hint = f"; write {prefix + alias!r}" if alias else f"; did you mean {prefix + names[similar]!r}?" if similar else ""
    shown = safe_name(path)
    message = f"{argument}: {prefix + shown!r} is not a property of a case in the contract{hint}"
    raise InvalidInputError(f"{message}; to use it all the same write where.field({shown!r})")


@cache
def _paths() -> frozenset[str]:
    return frozenset(field._path for _, field in listed_fields())


@cache
def _open_groups() -> frozenset[str]:
    """Return the paths of the objects whose properties the contract does not list."""
    return frozenset(field._path for _, field in listed_fields() if type(field) is FieldGroup)


@cache
def _names() -> dict[str, str]:
    """Return the path of each property by its name in Python, by its path, and by the last part of it."""
    fields = [(name, field._path) for name, field in listed_fields()]
    last_parts = {path.rpartition(".")[2]: path for _, path in reversed(fields)}
    return last_parts | dict(fields) | {path: path for _, path in fields}
