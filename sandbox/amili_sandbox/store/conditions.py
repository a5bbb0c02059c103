"""MongoDB's conditions, compiled into tests of documents."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import bson
from pymongo.errors import OperationFailure

from amili_sandbox.store.bson_order import MISSING
from amili_sandbox.store.expressions import compile_expression
from amili_sandbox.store.operators import OPERATORS, Test, one_of

Condition = Mapping[str, Any]
Document = Mapping[str, Any]


def compile_condition(condition: Condition) -> Callable[[Document], bool]:
    """Return a test for documents; raise OperationFailure if the condition is malformed."""
    # Through BSON and back, so that dates look as they do in documents.
    return _all_of([_compile_part(name, wanted) for name, wanted in bson.decode(bson.encode(condition)).items()])


def _compile_part(name: str, wanted: Any) -> Test:
    if name in _LOGICAL:
        if not isinstance(wanted, list) or not wanted or not all(isinstance(part, dict) for part in wanted):
            raise OperationFailure(f"{name} must be a nonempty array of objects")
        return _LOGICAL[name]([compile_condition(part) for part in wanted])
    if name == "$expr":
        return compile_expression(wanted)
    if name == "$comment":
        return lambda _: True
    if name.startswith("$"):
        raise OperationFailure(f"unknown top level operator: {name}")
    return _compile_field(name.split("."), wanted)


def _compile_field(names: list[str], wanted: Any) -> Test:
    """Compile the condition on one field; an empty path is the value itself, as within `$elemMatch`."""
    if not _has_operators(wanted):
        return _any_value(names, one_of([wanted]))
    return _all_of([_compile_operator(names, name, argument, wanted) for name, argument in wanted.items()])


def _compile_operator(names: list[str], name: str, argument: Any, all_operators: Mapping[str, Any]) -> Test:
    if name in _PATH_OPERATORS:
        return _PATH_OPERATORS[name](names, argument)
    if name not in OPERATORS:
        raise OperationFailure(f"unknown operator: {name}")
    return _any_value(names, OPERATORS[name](argument, all_operators))


def _compile_not(names: list[str], argument: Any) -> Test:
    if not _has_operators(argument):
        raise OperationFailure("$not needs an object of operators")
    return _not(_compile_field(names, argument))


def _compile_exists(names: list[str], argument: Any) -> Test:
    exists = _any_value(names, lambda value: value is not MISSING)
    return exists if argument else _not(exists)


def _compile_all(names: list[str], argument: Any) -> Test:
    if not isinstance(argument, list):
        raise OperationFailure("$all needs an array")
    each = [part if isinstance(part, dict) and "$elemMatch" in part else {"$eq": part} for part in argument]
    return _all_of([_compile_field(names, part) for part in each]) if each else lambda _: False


def _compile_size(names: list[str], argument: Any) -> Test:
    if not isinstance(argument, int) or isinstance(argument, bool) or argument < 0:
        raise OperationFailure("$size must be a whole number not below zero")
    return _any_value(names, lambda value: isinstance(value, list) and len(value) == argument, expand=False)


def _compile_element_match(names: list[str], argument: Any) -> Test:
    if not isinstance(argument, dict):
        raise OperationFailure("$elemMatch needs an Object")
    of_values = _has_operators(argument) and not argument.keys() & _LOGICAL.keys()
    satisfies = _compile_field([], argument) if of_values else compile_condition(argument)

    def test(value: Any) -> bool:
        return isinstance(value, list) and any(satisfies(item) for item in value if of_values or isinstance(item, dict))

    return _any_value(names, test, expand=False)


def _any_value(names: list[str], test: Test, *, expand: bool = True) -> Test:
    """Return whether a value at the path passes the test; an array there counts by its elements too if `expand`."""
    if not names:
        return test
    if len(names) == 1:
        [name] = names

        def test_field(document: Any) -> bool:
            value = document.get(name, MISSING)
            return test(value) or (expand and isinstance(value, list) and any(map(test, value)))

        return test_field
    return lambda document: any(map(test, _values(document, names, expand)))


def _values(value: Any, names: list[str], expand: bool) -> Iterator[Any]:
    """Yield the values at a path, through the elements of every array on the way."""
    if not names:
        yield value
        if expand and isinstance(value, list):
            yield from value
    elif isinstance(value, list):
        if names[0].isdigit() and int(names[0]) < len(value):
            yield from _values_of_element(value[int(names[0])], names[1:], expand)
        for item in value:
            if isinstance(item, dict):
                yield from _values(item, names, expand)
    elif isinstance(value, dict) and names[0] in value:
        yield from _values(value[names[0]], names[1:], expand)
    else:
        yield MISSING


def _values_of_element(element: Any, names: list[str], expand: bool) -> Iterator[Any]:
    """Yield the values below an element that was named by its position; MongoDB enters an array in an array only by number."""
    if not names:
        yield element
    elif isinstance(element, list):
        yield from _values({str(position): item for position, item in enumerate(element)}, names, expand)
    elif isinstance(element, dict):
        yield from _values(element, names, expand)


def _has_operators(wanted: Any) -> bool:
    return isinstance(wanted, dict) and next(iter(wanted), "").startswith("$")


def _not(test: Test) -> Test:
    return lambda document: not test(document)


def _all_of(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)


def _any_of(tests: list[Test]) -> Test:
    return lambda document: any(test(document) for test in tests)


_LOGICAL: Mapping[str, Callable[[list[Test]], Test]] = {
    "$and": _all_of,
    "$or": _any_of,
    "$nor": lambda tests: _not(_any_of(tests)),
}
_PATH_OPERATORS: Mapping[str, Callable[[list[str], Any], Test]] = {
    # Negations are true if no element satisfies what they negate, and if there is no field.
    "$ne": lambda names, argument: _not(_compile_field(names, {"$eq": argument})),
    "$nin": lambda names, argument: _not(_compile_field(names, {"$in": argument})),
    "$not": _compile_not,
    "$exists": _compile_exists,
    "$all": _compile_all,
    "$size": _compile_size,
    "$elemMatch": _compile_element_match,
}
