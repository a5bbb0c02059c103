"""The operators of a condition that look at one value at a time."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from math import fmod, isfinite
from typing import Any

from bson import Decimal128, ObjectId
from pymongo.errors import OperationFailure

from amili_sandbox.store.bson_order import order_key

Test = Callable[[Any], bool]
Operator = Callable[[Any, Mapping[str, Any]], Test]  # its argument, and all operators on the same field
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_TYPES: Mapping[str, Test] = {
    "double": lambda value: isinstance(value, float),
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "binData": lambda value: isinstance(value, bytes),
    "objectId": lambda value: isinstance(value, ObjectId),
    "bool": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, datetime),
    "null": lambda value: value is None,
    "int": lambda value: _is_integer(value) and -(2**31) <= value < 2**31,
    "long": lambda value: _is_integer(value) and not -(2**31) <= value < 2**31,
    "decimal": lambda value: isinstance(value, Decimal128),
    "number": lambda value: _is_integer(value) or isinstance(value, float | Decimal128),
}
_TYPE_NUMBERS = {
    1: "double", 2: "string", 3: "object", 4: "array", 5: "binData", 7: "objectId", 8: "bool", 9: "date", 10: "null",
    16: "int", 18: "long", 19: "decimal",
}  # fmt: skip


def one_of(wanted: list[Any]) -> Test:
    """Return whether a value equals one of these."""
    keys = frozenset(map(order_key, wanted))
    return lambda value: order_key(value) in keys


def _compare(holds: Callable[[Any, Any], bool]) -> Operator:
    """Compare within one type only, as MongoDB's range operators do."""

    def compile_comparison(bound: Any, _: Mapping[str, Any]) -> Test:
        wanted = order_key(bound)

        def test(value: Any) -> bool:
            key = order_key(value)
            return key[0] == wanted[0] and holds(key, wanted)

        return test

    return compile_comparison


def _in(argument: Any, _: Mapping[str, Any]) -> Test:
    if not isinstance(argument, list):
        raise OperationFailure("$in needs an array")
    return one_of(argument)


def _mod(argument: Any, _: Mapping[str, Any]) -> Test:
    if not isinstance(argument, list) or len(argument) != 2:
        raise OperationFailure("malformed mod, needs to be an array with a divisor and a remainder")
    if not all(_is_integer(number) or (isinstance(number, float) and isfinite(number)) for number in argument):
        raise OperationFailure("malformed mod, the divisor and the remainder must be numbers")
    divisor, remainder = map(int, argument)
    if divisor == 0:
        raise OperationFailure("divisor cannot be 0")

    def test(value: Any) -> bool:
        is_number = _is_integer(value) or (isinstance(value, float) and isfinite(value))
        return is_number and int(fmod(int(value), divisor)) == remainder

    return test


def _type(argument: Any, _: Mapping[str, Any]) -> Test:
    names = [
        _TYPE_NUMBERS.get(each, "") if isinstance(each, int) else str(each)
        for each in (argument if isinstance(argument, list) else [argument])
    ]
    if not set(names) <= _TYPES.keys():
        raise OperationFailure(f"Unknown type name alias: {argument}")
    return lambda value: any(_TYPES[name](value) for name in names)


def _regex(argument: Any, all_operators: Mapping[str, Any]) -> Test:
    try:
        flags = sum(_FLAGS[letter] for letter in set(all_operators.get("$options", "")))
        pattern = re.compile(argument, flags)
    except (KeyError, TypeError, re.error):
        raise OperationFailure(f"$regex or $options is not valid: {argument}") from None
    return lambda value: isinstance(value, str) and pattern.search(value) is not None


def _options(_: Any, all_operators: Mapping[str, Any]) -> Test:
    if "$regex" not in all_operators:
        raise OperationFailure("$options needs a $regex")
    return lambda _: True


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


OPERATORS: Mapping[str, Operator] = {
    "$eq": lambda argument, _: one_of([argument]),
    "$in": _in,
    "$gt": _compare(operator.gt),
    "$gte": _compare(operator.ge),
    "$lt": _compare(operator.lt),
    "$lte": _compare(operator.le),
    "$mod": _mod,
    "$type": _type,
    "$regex": _regex,
    "$options": _options,
}
