"""What a schema asks of one value: each word that the contract uses of replies, with the rule that is broken if not."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

Schema = Mapping[str, Any]
Check = Callable[[Any], bool]  # whether a value is as it should be

_STRUCTURE = {"properties", "required", "additionalProperties", "items", "anyOf", "open", "partial"}  # what _reply.py reads
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)}
_NOT_IN_A_URI = re.compile(r"[\s<>\"{}|\\^`]")
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, Decimal),
    "integer": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def checks(schema: Schema) -> Iterator[tuple[str, Check]]:
    """Return the rules of a schema, the type first: of one place only the first broken one is told."""
    for word, (rule, make) in _KEYWORDS.items():
        if word in schema and not (word == "enum" and schema.get("open")):
            yield rule, make(schema[word])
    unknown = schema.keys() - _KEYWORDS.keys() - _STRUCTURE
    if unknown:
        raise ValueError(f"_checks.py does not know {', '.join(sorted(unknown))}")


def _type(schema: str | list[str]) -> Check:
    names = [schema] if isinstance(schema, str) else schema
    kinds = frozenset(kind for name in names for kind in _TYPES[name])
    if "integer" not in names:
        return lambda value: type(value) in kinds
    return lambda value: type(value) in kinds or (type(value) is Decimal and value == value.to_integral_value())


def _pattern(schema: str) -> Check:
    search = re.compile(schema).search
    return lambda text: search(text) is not None


def _format(name: str) -> Check:
    return {"http-date": _is_date, "uri-reference": lambda text: not _NOT_IN_A_URI.search(text)}[name]


def _is_date(text: str) -> bool:
    """Check that such a moment exists; the weekday is not looked at, since the vendor's own examples have it wrong."""
    try:
        clock = int(text[17:19]), int(text[20:22]), int(text[23:25])
        datetime(int(text[12:16]), _MONTH_NUMBERS[text[8:11]], int(text[5:7]), *clock)
    except (ValueError, LookupError):
        return False
    return True


def _multiple_of(divisor: float) -> Check:
    """Count the decimals digit by digit: an amount of any size is looked at."""
    places = next((places for places in range(10) if Decimal(repr(divisor)) == Decimal(10) ** -places), None)
    if places is None:
        raise ValueError(f"_checks.py can't reckon in multiples of {divisor}")

    def fits(value: Any) -> bool:
        if type(value) is not Decimal:
            return True
        _, digits, exponent = value.as_tuple()
        return int(exponent) >= -places or not any(digits[int(exponent) + places :])

    return fits


def _equal(constant: Any) -> Check:
    return lambda value: bool(value == constant)


def _one_of(values: list[Any]) -> Check:
    return lambda value: value in values


def _at_least(least: int) -> Check:
    return lambda value: bool(value >= least)


def _at_most(most: int) -> Check:
    return lambda value: bool(value <= most)


def _no_shorter(least: int) -> Check:
    return lambda value: len(value) >= least


def _no_longer(most: int) -> Check:
    return lambda value: len(value) <= most


_KEYWORDS: Mapping[str, tuple[str, Callable[[Any], Check]]] = {
    "type": ("wrong type", _type),
    "pattern": ("wrong format", _pattern),
    "format": ("wrong format", _format),
    "const": ("wrong value", _equal),
    "enum": ("wrong value", _one_of),
    "multipleOf": ("wrong value", _multiple_of),
    "minimum": ("wrong value", _at_least),
    "maximum": ("wrong value", _at_most),
    "minLength": ("wrong value", _no_shorter),
    "maxItems": ("wrong value", _no_longer),
}
