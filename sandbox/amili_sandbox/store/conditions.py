"""Does a document satisfy a condition: mongomock's evaluator, with its known gaps closed.

Closed here: `True` is not `1`; the order of keys in a sub-document counts; `$mod`; `$type` with numbers, lists and the
types mongomock leaves out; `$size` of what is no array; several operators, and negations, on fields within arrays;
conditions that are wrong in themselves are refused even when no document is looked at.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from math import fmod
from typing import Any

import bson
from bson import Decimal128, ObjectId
from mongomock import aggregate as _  # noqa: F401 - registers how to evaluate $expr
from mongomock import filtering
from pymongo.errors import OperationFailure

from amili_sandbox.store.bson_order import order_key
from amili_sandbox.store.normal_form import normal

Condition = Mapping[str, Any]
Document = Mapping[str, Any]


class Truth:
    """A boolean that equals no number."""

    __slots__ = ("value",)

    def __init__(self, value: bool) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Truth) and other.value == self.value

    def __hash__(self) -> int:
        return hash((Truth, self.value))

    def __bool__(self) -> bool:
        return self.value


class SubDocument(dict[str, Any]):
    """A sub-document that equals another only with its keys in the same order."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and list(self.items()) == list(other.items())

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None


TRUE, FALSE = Truth(True), Truth(False)
OPERATORS_WITH_FLAGS = {"$exists", "$options", "$caseSensitive", "$diacriticSensitive", "$expr"}


def strict(value: Any) -> Any:
    """Return the value in types whose Python equality is MongoDB's equality."""
    if value is True:
        return TRUE
    if value is False:
        return FALSE
    if isinstance(value, dict):
        if not any(name.startswith("$") for name in value):
            return SubDocument((name, strict(item)) for name, item in value.items())
        return {name: item if name in OPERATORS_WITH_FLAGS else strict(item) for name, item in value.items()}
    if isinstance(value, list):
        return [strict(item) for item in value]
    return value


def compile_condition(condition: Condition) -> Callable[[Document], bool]:
    """Return a test for documents; raise OperationFailure if the condition is malformed."""
    # Through BSON and back, so that dates look as they do in documents.
    prepared = strict(normal(bson.decode(bson.encode(condition))))
    # Evaluating against nothing finds a malformed operator also in an empty collection, as a real server would.
    _satisfies(prepared, {})
    return lambda document: _satisfies(prepared, {name: strict(item) for name, item in document.items()})


def _satisfies(prepared: Any, document: Document) -> bool:
    try:
        return bool(_evaluator.apply(prepared, document))
    except KeyError:
        return False  # $expr met a field that is missing, which mongomock cannot compare


def _mod(value: Any, divisor_and_remainder: Any) -> bool:
    if not isinstance(divisor_and_remainder, list) or len(divisor_and_remainder) != 2:
        raise OperationFailure("malformed mod, needs to be an array with a divisor and a remainder")
    divisor, remainder = (int(number) for number in divisor_and_remainder)
    if divisor == 0:
        raise OperationFailure("divisor cannot be 0")
    numbers = value if isinstance(value, list) else [value]
    return any(isinstance(number, int | float) and int(fmod(int(number), divisor)) == remainder for number in numbers)


_TYPE_TESTS: dict[str, Callable[[Any], bool]] = {
    "double": lambda value: isinstance(value, float),
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "binData": lambda value: isinstance(value, bytes),
    "objectId": lambda value: isinstance(value, ObjectId),
    "bool": lambda value: isinstance(value, Truth),
    "date": lambda value: isinstance(value, datetime),
    "null": lambda value: value is None,
    "int": lambda value: isinstance(value, int) and -(2**31) <= value < 2**31,
    "long": lambda value: isinstance(value, int) and not -(2**31) <= value < 2**31,
    "decimal": lambda value: isinstance(value, Decimal128),
    "number": lambda value: isinstance(value, int | float | Decimal128),
}
_TYPE_NUMBERS = {
    1: "double", 2: "string", 3: "object", 4: "array", 5: "binData", 7: "objectId", 8: "bool", 9: "date", 10: "null",
    16: "int", 18: "long", 19: "decimal",
}  # fmt: skip


def _type(value: Any, wanted: Any) -> bool:
    tests = []
    for name in wanted if isinstance(wanted, list) else [wanted]:
        test = _TYPE_TESTS.get(_TYPE_NUMBERS.get(name, "") if isinstance(name, int) else str(name))
        if test is None:
            raise OperationFailure(f"Unknown type name alias: {name}")
        tests.append(test)
    candidates = [value, *value] if isinstance(value, list) else [value]
    return any(test(candidate) for test in tests for candidate in candidates)


def _size(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, int) or wanted < 0:
        raise OperationFailure("$size must be a whole number not below zero")
    return isinstance(value, list) and len(value) == wanted


def _compare(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Compare within one type only, as MongoDB's range operators do; an array satisfies if one element does."""

    def satisfied(value: Any, bound: Any) -> bool:
        wanted = order_key(_plain(bound))
        missing = value is filtering.NOTHING  # type: ignore[attr-defined]
        candidates = value if isinstance(value, list) and not isinstance(bound, list) else [None if missing else value]
        keys = [order_key(_plain(candidate)) for candidate in candidates]
        return any(key[0] == wanted[0] and holds(key, wanted) for key in keys)

    return satisfied


def _plain(value: Any) -> Any:
    if isinstance(value, Truth):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


class _Evaluator(filtering._Filterer):  # type: ignore[misc, no-any-unimported, unused-ignore]
    """Mongomock's evaluator with the missing operators added and those replaced that differ from MongoDB."""

    def __init__(self) -> None:
        super().__init__()
        self._operator_map |= {"$mod": _mod, "$type": _type, "$size": _size}
        self._operator_map |= {
            "$gt": _compare(operator.gt),
            "$gte": _compare(operator.ge),
            "$lt": _compare(operator.lt),
            "$lte": _compare(operator.le),
        }


_evaluator = _Evaluator()
