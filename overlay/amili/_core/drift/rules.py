"""One check for each JSON Schema keyword that the contract uses for responses."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from amili_api.codec import parse_datetime

from amili._core.schema import Rule, Schema

_NOT_IN_A_URI = r"[\s<>\"{}|\\^`]"
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, Decimal),
    "integer": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def _has_type(names: str | list[str], value: Any) -> bool:
    names = [names] if isinstance(names, str) else names
    if any(type(value) in _TYPES[name] for name in names):
        return True
    return "integer" in names and type(value) is Decimal and value == value.to_integral_value()


def _has_format(name: str, text: str) -> bool:
    if name == "uri-reference":
        return not re.search(_NOT_IN_A_URI, text)
    if name != "http-date":
        raise ValueError(f"there is no check for the format {name}")
    try:
        parse_datetime(text)  # the date must exist; its weekday is not checked, since it is wrong in the vendor's own examples
    except ValueError:
        return False
    return True


def _is_multiple(divisor: float, value: Any) -> bool:
    """Check the decimal digits themselves, so that an amount of any size is exact."""
    places = next((places for places in range(10) if Decimal(repr(divisor)) == Decimal(10) ** -places), None)
    if places is None:
        raise ValueError(f"there is no check for multiples of {divisor}")
    if type(value) is not Decimal:
        return True
    _, digits, exponent = value.as_tuple()
    return int(exponent) >= -places or not any(digits[int(exponent) + places :])


def _rule(problem: str, keyword: str, holds: Callable[[Any, Any], bool]) -> Rule:
    def rule(schema: Schema, value: Any) -> str | None:
        return None if holds(schema[keyword], value) else problem

    return rule


_CHECKS: Mapping[str, tuple[str, Callable[[Any, Any], bool]]] = {  # the type first: the other checks rely on it
    "type": ("wrong type", _has_type),
    "pattern": ("wrong format", lambda pattern, text: re.search(pattern, text) is not None),
    "format": ("wrong format", _has_format),
    "const": ("wrong value", lambda constant, value: bool(value == constant)),
    "enum": ("wrong value", lambda values, value: value in values),
    "multipleOf": ("wrong value", _is_multiple),
    "minimum": ("wrong value", lambda least, value: bool(value >= least)),
    "maximum": ("wrong value", lambda most, value: bool(value <= most)),
    "minLength": ("wrong value", lambda least, value: len(value) >= least),
    "maxItems": ("wrong value", lambda most, value: len(value) <= most),
}
RULES: Mapping[str, Rule] = {keyword: _rule(problem, keyword, holds) for keyword, (problem, holds) in _CHECKS.items()}
