"""`$expr`: comparisons between the fields of one document, joined by `$and`, `$or` and `$not`."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from pymongo.errors import OperationFailure

from amili_sandbox.store.bson_order import MISSING, order_key

Expression = Callable[[Any], Any]


def compile_expression(expression: Any) -> Callable[[Any], bool]:
    """Return whether an expression is true of a document; raise OperationFailure for what is not supported."""
    evaluate = _compile(expression)
    return lambda document: _is_true(evaluate(document))


def _compile(expression: Any) -> Expression:
    if isinstance(expression, str) and expression.startswith("$"):
        names = expression[1:].split(".")
        return lambda document: _field(document, names)
    if isinstance(expression, list):
        parts = [_compile(part) for part in expression]
        return lambda document: [part(document) for part in parts]
    if not isinstance(expression, dict):
        return lambda _: expression
    name, argument = next(iter(expression.items()), ("", None))
    if name == "$literal":
        return lambda _: argument
    if len(expression) != 1 or name not in _OPERATORS:
        raise OperationFailure(f"not supported in $expr: {name}")
    arguments = [_compile(part) for part in (argument if isinstance(argument, list) else [argument])]
    if len(arguments) != _ARITIES.get(name, len(arguments)):
        raise OperationFailure(f"{name} takes {_ARITIES[name]} arguments")
    apply = _OPERATORS[name]
    return lambda document: apply([evaluate(document) for evaluate in arguments])


def _field(value: Any, names: list[str]) -> Any:
    if not names:
        return value
    if isinstance(value, list):
        found = [_field(item, names) for item in value]
        return [item for item in found if item is not MISSING]
    return _field(value[names[0]], names[1:]) if isinstance(value, dict) and names[0] in value else MISSING


def _is_true(value: Any) -> bool:
    return value is not MISSING and value is not None and value is not False and order_key(value) != order_key(0)


def _compare(holds: Callable[[Any, Any], bool]) -> Callable[[list[Any]], bool]:
    # Across types, unlike the operators of conditions; a missing field is below everything, null included.
    return lambda values: holds(*((value is not MISSING, order_key(value)) for value in values))


_OPERATORS: Mapping[str, Callable[[list[Any]], bool]] = {
    "$eq": _compare(operator.eq),
    "$ne": _compare(operator.ne),
    "$gt": _compare(operator.gt),
    "$gte": _compare(operator.ge),
    "$lt": _compare(operator.lt),
    "$lte": _compare(operator.le),
    "$and": lambda values: all(map(_is_true, values)),
    "$or": lambda values: any(map(_is_true, values)),
    "$not": lambda values: not _is_true(values[0]),
}
_ARITIES = {"$eq": 2, "$ne": 2, "$gt": 2, "$gte": 2, "$lt": 2, "$lte": 2, "$not": 1}
