"""The order in which MongoDB compares values of any type, as sort keys that Python can compare."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from math import isnan
from typing import Any

from bson import Decimal128, ObjectId, Regex
from bson.datetime_ms import _datetime_to_millis

Key = tuple[Any, ...]


class Missing:
    """What a condition finds where a field is missing: it equals null, and is of no type."""


MISSING = Missing()
MISSING_OR_NULL = (5,)
NOT_A_NUMBER = (9,)  # sorts below every number


def order_key(value: Any) -> Key:
    """Return a key that sorts, and is equal, exactly as the value does in MongoDB."""
    make = _KEYS.get(type(value)) or next((make for kind, make in _KEYS.items() if isinstance(value, kind)), None)
    if make is None:
        raise TypeError(f"no place in the BSON order for a {type(value).__name__}")
    return make(value)


def values_at(document: Any, names: Sequence[str]) -> Any:
    """Return the value at a path; None if missing; the list itself if an array is met on the way."""
    value = document
    for name in names:
        if isinstance(value, list):
            return value
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _number(value: float) -> Key:
    return NOT_A_NUMBER if isnan(value) else (10, value)


def _decimal(value: Decimal128) -> Key:
    return _number(value.to_decimal())  # type: ignore[arg-type]  # isnan takes it, and it compares with numbers


def _document(value: dict[str, Any]) -> Key:
    # Types are compared before names, and the order of the keys counts.
    return (20, tuple((order_key(item)[0], name, order_key(item)) for name, item in value.items()))


def _pattern(value: Any) -> Key:
    return (50, str(value.pattern), int(value.flags))


# bool before int, of which it is a kind.
_KEYS: dict[type, Callable[[Any], Key]] = {
    type(None): lambda _: MISSING_OR_NULL,
    Missing: lambda _: MISSING_OR_NULL,
    bool: lambda value: (40, value),
    int: lambda value: (10, value),
    float: _number,
    Decimal128: _decimal,
    str: lambda value: (15, value),
    dict: _document,
    list: lambda value: (25, tuple(order_key(item) for item in value)),
    bytes: lambda value: (30, len(value), value),
    ObjectId: lambda value: (35, value.binary),
    # As BSON keeps it: milliseconds since 1970, and a date without a zone is UTC.
    datetime: lambda value: (45, _datetime_to_millis(value)),
    Regex: _pattern,
    re.Pattern: _pattern,
}
