"""Decodes a success response into a typed model, or raises an error with the JSON pointer of the value that is wrong."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeVar

from amili_api.codec import parse_json

from amili._errors import DecodeError, safe_name

T = TypeVar("T")
_UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, ArithmeticError)


def decode(operation: str, content: bytes, parse: Callable[[dict[str, Any]], T]) -> T:
    """Decode a response; raises DecodeError with a JSON pointer and without the value, which may be personal data."""
    try:
        document = parse_json(content)
    except (ValueError, RecursionError):
        document = None
    pointer, problem = "", ""
    if not isinstance(document, dict):
        found = find_non_finite(content)
        if found is None:
            message = f"the response to {operation} is not a JSON object"
            raise DecodeError(message, operation=operation, is_json=False)
        pointer, problem = found, "it is not a finite number"
    else:
        try:
            return parse(document)
        except _UNREADABLE:
            pointer, problem = locate(document, parse)
    message = f"the response to {operation} does not match the contract at {pointer or '/'}: {problem}"
    raise DecodeError(message, operation=operation, path=pointer)


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


def locate(document: dict[str, Any], parse: Callable[[dict[str, Any]], Any]) -> tuple[str, str]:
    """Return the JSON pointer of the value that makes `parse` fail, and a description of the problem."""
    trail = _Trail()
    try:
        parse(_Traced(document, "", trail))
    except KeyError:
        return trail.pointer, "it is missing"
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        return trail.pointer, f"its value has the wrong type or form ({_kind(trail.value)})"
    return "", "a second attempt could decode it"


def _kind(value: Any) -> str:
    names = {
        "dict": "object",
        "list": "array",
        "str": "string",
        "NoneType": "null",
        "bool": "boolean",
    }
    return names.get(type(value).__name__, "number")


class _Trail:
    pointer: str = ""
    value: Any = None


class _Traced(dict[str, Any]):
    """A JSON object that records which property was read last; the generated models read with [] and get()."""

    def __init__(self, document: dict[str, Any], pointer: str, trail: _Trail) -> None:
        super().__init__(document)
        self._pointer, self._trail = pointer, trail

    def __getitem__(self, key: str) -> Any:
        return self._read(key, super().__getitem__)

    def get(self, key: str, default: Any = None) -> Any:
        return self._read(key, super().get)

    def _read(self, key: str, read: Callable[[str], Any]) -> Any:
        pointer = f"{self._pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        self._trail.pointer, self._trail.value = pointer, super().get(key)
        return self._wrap(read(key), pointer)

    def _wrap(self, value: Any, pointer: str) -> Any:
        if isinstance(value, dict):
            return _Traced(value, pointer, self._trail)
        if isinstance(value, list):
            return _TracedList(self._wrap, value, pointer, self._trail)
        return value


class _TracedList(list[Any]):
    """A JSON array that records which item was read last."""

    def __init__(self, wrap: Callable[[Any, str], Any], items: list[Any], pointer: str, trail: _Trail) -> None:
        super().__init__(items)
        self._wrap, self._pointer, self._trail = wrap, pointer, trail

    def __iter__(self) -> Iterator[Any]:
        for position, item in enumerate(super().__iter__()):
            pointer = f"{self._pointer}/{position}"
            self._trail.pointer, self._trail.value = pointer, item
            yield self._wrap(item, pointer)
