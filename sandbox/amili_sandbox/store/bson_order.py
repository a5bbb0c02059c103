"""The order in which MongoDB compares values of any type, as sort keys that Python can compare."""

import re
from datetime import datetime
from decimal import Decimal
from math import isnan
from typing import Any

from bson import Decimal128, ObjectId, Regex
from bson.datetime_ms import _datetime_to_millis

MISSING_OR_NULL = (5,)
NOT_A_NUMBER = (9,)  # sorts below every number


def order_key(value: Any) -> tuple[Any, ...]:  # noqa: PLR0911 - one line for each BSON type
    """Return a key that sorts, and is equal, exactly as the value does in MongoDB."""
    match value:
        case None:
            return MISSING_OR_NULL
        case bool():
            return (40, value)
        case int() | float():
            return NOT_A_NUMBER if isnan(value) else (10, value)
        case Decimal128():
            number: Decimal = value.to_decimal()
            return NOT_A_NUMBER if number.is_nan() else (10, number)
        case str():
            return (15, value)
        case dict():
            # Types are compared before names, and the order of the keys counts.
            return (20, tuple((order_key(item)[0], name, order_key(item)) for name, item in value.items()))
        case list() | tuple():
            return (25, tuple(order_key(item) for item in value))
        case bytes():
            return (30, len(value), value)
        case ObjectId():
            return (35, value)
        case datetime():
            # As BSON keeps it: milliseconds since 1970, and a date without a zone is UTC.
            return (45, _datetime_to_millis(value))
        case Regex() | re.Pattern():
            return (50, str(value.pattern), int(value.flags))
    raise TypeError(f"no place in the BSON order for a {type(value).__name__}")


def values_at(document: Any, path: str) -> Any:
    """Return the value at a dotted path; None if missing; the list itself if an array is met on the way."""
    value = document
    for name in path.split("."):
        if isinstance(value, list):
            return value
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
