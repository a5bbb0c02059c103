"""Decodes a success response into a typed model, and states which of its properties a call can't do without."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

from amili_api.codec import parse_json

from amili._core.engine import Budget
from amili._errors import DecodeError, safe_name
from amili._query import is_identifier

T = TypeVar("T")


def decode(operation: str, content: bytes, parse: Callable[[dict[str, Any]], T]) -> T:
    """Decode a response; raises DecodeError unless it is a JSON object, without a value, which may be personal data.

    A property that does not match the contract raises UnreadablePropertyError when it is read, and not before.
    """
    try:
        document = parse_json(content)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict):
        return parse(document)
    found = find_non_finite(content)
    if found is None:
        message = f"the response to {operation} is not a JSON object"
        raise DecodeError(message, operation=operation, is_json=False)
    message = f"the response to {operation} does not match the contract at {found or '/'}: it is not a finite number"
    raise DecodeError(message, operation=operation, path=found)


@contextmanager
def needed_for(operation: str, budget: Budget) -> Iterator[None]:
    """Give the error for what an operation needs of a response, and can't read, the operation and the attempts."""
    try:
        yield
    except DecodeError as problem:
        problem.operation = operation
        raise budget.annotate(problem) from None


def check_identifiers(cases: Iterable[Any]) -> None:
    """Raise DecodeError unless each case has an identifier, by which the pages of a list and the evidence of a write are read."""
    for position, case in enumerate(cases):
        identifier = getattr(case, "id", None)
        if not isinstance(identifier, str) or not is_identifier(identifier):
            message = "a case in the response to list_cases has no identifier, which is needed to distinguish cases"
            raise DecodeError(message, operation="list_cases", path=f"/_items/{position}/_id")


def find_non_finite(content: bytes) -> str | None:
    """Return the JSON pointer of the first number that is NaN, infinite or too large; None if there is none.

    A key that does not look like a property name may be data and is replaced.
    """
    marker = object()

    def fraction(text: str) -> Any:
        try:
            return Decimal(text)
        except ArithmeticError:
            return marker

    def find(value: Any, pointer: str) -> Iterator[str]:
        if value is marker:
            yield pointer
        for key, inner in value.items() if isinstance(value, dict) else ():
            yield from find(inner, f"{pointer}/{safe_name(key)}")
        for position, inner in enumerate(value) if isinstance(value, list) else ():
            yield from find(inner, f"{pointer}/{position}")

    try:
        document = json.loads(content, parse_constant=lambda _: marker, parse_float=fraction)
        return next(find(document, ""), None) if isinstance(document, dict) else None
    except (ValueError, RecursionError):
        return None
