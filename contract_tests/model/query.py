"""The meaning of a query to the list of cases: conditions, orders and projections as pure functions over documents.

The meaning is MongoDB's, which the vendor's framework passes on: a dotted name reaches into objects and lists, values of
different kinds are never equal and never less than one another, and what is missing is null. Dates are RFC 1123 text; an ISO
8601 date stays text and so equals no date.
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from contract_tests.messages import timestamp

Document = Mapping[str, Any]
ALWAYS = ("_id", "_created", "_updated", "_etag")  # shown under every projection
_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_COMPARISON = re.compile(r"""([A-Za-z_][\w.]*)\s*==\s*["']([^"']*)["']""")
_KINDS = (type(None), Decimal, str, dict, list, bool, datetime)  # in MongoDB's order; ids are text of one length here


def fits(document: Document, where: Mapping[str, Any] | str) -> bool:
    """Return whether a document fits a condition; a text is the framework's Python comparison."""
    if isinstance(where, str):
        name, value = _COMPARISON.fullmatch(where).groups()  # type: ignore[union-attr]
        where = {name: value}
    return all(_clause(document, name, wanted) for name, wanted in where.items())


def _clause(document: Document, name: str, wanted: Any) -> bool:
    if name == "$and":
        return all(fits(document, part) for part in wanted)
    if name in ("$or", "$nor"):
        return any(fits(document, part) for part in wanted) == (name == "$or")
    values = list(found(document, name))
    if isinstance(wanted, Mapping) and any(key.startswith("$") for key in wanted):
        return all(_operator(values, key, argument) for key, argument in wanted.items())
    return _equal(values, wanted)


_ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "$gt": lambda left, right: left > right,
    "$gte": lambda left, right: left >= right,
    "$lt": lambda left, right: left < right,
    "$lte": lambda left, right: left <= right,
}


def _operator(values: list[Any], name: str, argument: Any) -> bool:
    if name in _ORDERED:
        right = plain(argument)
        left = [value for value in values if type(value) is type(right) and not isinstance(value, dict | list)]
        return any(_ORDERED[name](value, right) for value in left)
    meanings: Mapping[str, Callable[[], bool]] = {
        "$eq": lambda: _equal(values, argument),
        "$ne": lambda: not _equal(values, argument),
        "$in": lambda: any(_equal(values, item) for item in argument),
        "$nin": lambda: not any(_equal(values, item) for item in argument),
        "$exists": lambda: bool(values) == bool(argument),
        "$not": lambda: not all(_operator(values, key, inner) for key, inner in argument.items()),
    }
    return meanings[name]()


def _equal(values: list[Any], wanted: Any) -> bool:
    right = plain(wanted)
    return (right is None and not values) or any(type(value) is type(right) and value == right for value in values)


def found(document: Any, name: str) -> Iterator[Any]:
    """Return every value that a dotted name reaches, and for a list at its end also its items."""
    first, _, rest = name.partition(".")
    if isinstance(document, list):
        for item in document:
            yield from found(item, name)
    elif isinstance(document, Mapping) and first in document:
        if rest:
            yield from found(document[first], rest)
        else:
            value = document[first]
            yield plain(value)
            yield from (plain(item) for item in value) if isinstance(value, list) else ()


def plain(value: Any) -> Any:
    """Return a value of JSON so that equal values compare equal: numbers as Decimal, dates as datetime."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        return timestamp(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def names_in(where: Mapping[str, Any] | str) -> set[str]:
    """Return the names of all properties in a condition."""
    if isinstance(where, str):
        return {where.partition("==")[0].strip()}
    inner = [names_in(part) for name, parts in where.items() if name in ("$and", "$or", "$nor") for part in parts]
    return {name for name in where if not name.startswith("$")}.union(*inner)


def sorting(sort: str) -> list[tuple[str, bool]]:
    """Return the names in a sort, each with whether it goes down."""
    return [(name.removeprefix("-"), name.startswith("-")) for name in sort.split(",")]


def compared(left: Document, right: Document, sort: str) -> int:
    """Return -1, 0 or 1: how two documents compare in an order."""
    for name, down in sorting(sort):
        one, other = (_rank(next(found(document, name), None)) for document in (left, right))
        if one != other:
            return (1 if one > other else -1) * (-1 if down else 1)
    return 0


def _rank(value: Any) -> tuple[int, Any]:
    return (_KINDS.index(type(value)), value if isinstance(value, Decimal | str | bool | datetime) else 0)


def ordered(documents: Iterable[Document], sort: str) -> bool:
    """Return whether documents are in an order, as far as that can be seen.

    Dates of the server are printed without their fraction, so nothing is known of what comes after one in an order.
    """
    come, names = list(documents), sort.split(",")
    hidden = [place for place, name in enumerate(names, 1) if name.lstrip("-") in ("_created", "_updated", "latest_state_date")]
    seen = ",".join(names[: hidden[0]] if hidden else names)
    return all(compared(left, right, seen) <= 0 for left, right in pairwise(come))


def is_plain(where: Mapping[str, Any] | str | None) -> bool:
    """Return whether a condition only says what properties are, without an operator."""
    return where is None or (isinstance(where, Mapping) and not any("$" in name or _has_operator(where[name]) for name in where))


def _has_operator(wanted: Any) -> bool:
    return isinstance(wanted, Mapping) and any(name.startswith("$") for name in wanted)


def projected(document: Document, projection: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a projection leaves of a document."""
    wanted = [name for name, value in projection.items() if value]
    if not wanted:
        left = copy.deepcopy(dict(document))
        for name in projection:
            _drop(left, name.split("."))
        return left
    kept: dict[str, Any] = {name: document[name] for name in ALWAYS if name in document}
    for name in wanted:
        _keep(kept, document, name.split("."))
    return kept


def _drop(document: Any, path: list[str]) -> None:
    if isinstance(document, list):
        for item in document:
            _drop(item, path)
    elif isinstance(document, dict) and path[0] in document:
        if len(path) == 1:
            if path[0] not in ALWAYS:
                del document[path[0]]
        else:
            _drop(document[path[0]], path[1:])


def _keep(kept: dict[str, Any], document: Document, path: list[str]) -> None:
    name, rest = path[0], path[1:]
    if name not in document:
        return
    value = document[name]
    if not rest or not isinstance(value, Mapping | list):
        kept[name] = value
    elif isinstance(value, Mapping):
        _keep(kept.setdefault(name, {}), value, rest)
    else:
        before = kept.get(name) or [{} for _ in value]
        for into, item in zip(before, value, strict=True):
            _keep(into, item, rest)
        kept[name] = before
