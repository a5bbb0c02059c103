"""From the bytes of a success reply to a typed model, or to an error that points to the place that does not fit."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeVar

from amili_api.codec import parse_json

from amili._errors import DecodeError, safe_name

T = TypeVar("T")
_UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, ArithmeticError)


def decode(operation: str, content: bytes, parse: Callable[[dict[str, Any]], T]) -> T:
    """Read a reply; raises DecodeError with a JSON pointer and without the value, which may be a debtor's."""
    try:
        document = parse_json(content)
    except (ValueError, RecursionError):
        document = None
    pointer, problem = "", ""
    if not isinstance(document, dict):
        place = no_number(content)
        if place is None:
            message = f"the reply to {operation} is not a JSON object"
            raise DecodeError(message, operation=operation, is_json=False)
        pointer, problem = place, "it is NaN, or beyond any number"
    else:
        try:
            return parse(document)
        except _UNREADABLE:
            pointer, problem = locate(document, parse)
    message = f"the reply to {operation} does not fit the contract at {pointer or '/'}: {problem}"
    raise DecodeError(message, operation=operation, path=pointer)


def no_number(content: bytes) -> str | None:
    """Return the JSON pointer to the first number that is none, or None if a reply is no JSON object for another reason.

    A key that does not look like a property may be data, and is left out.
    """
    marker = object()

    def fraction(text: str) -> Any:
        try:
            return Decimal(text)
        except ArithmeticError:
            return marker

    def places(value: Any, pointer: str) -> Iterator[str]:
        if value is marker:
            yield pointer
        for key, below in value.items() if isinstance(value, dict) else ():
            yield from places(below, f"{pointer}/{safe_name(key)}")
        for position, below in enumerate(value) if isinstance(value, list) else ():
            yield from places(below, f"{pointer}/{position}")

    try:
        document = json.loads(content, parse_constant=lambda _: marker, parse_float=fraction)
        return next(places(document, ""), None) if isinstance(document, dict) else None
    except (ValueError, RecursionError):
        return None


def locate(document: dict[str, Any], parse: Callable[[dict[str, Any]], Any]) -> tuple[str, str]:
    """Return the JSON pointer where `parse` stumbles over `document`, and in words what is wrong there."""
    trail = _Trail()
    try:
        parse(_Traced(document, "", trail))
    except KeyError:
        return trail.pointer, "it is missing"
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        return trail.pointer, f"its value is not what is expected ({_kind(trail.value)})"
    return "", "it could be read the second time"


def _kind(value: Any) -> str:
    names = {
        "dict": "object",
        "list": "array",
        "str": "text",
        "NoneType": "null",
        "bool": "boolean",
    }
    return names.get(type(value).__name__, "number")


class _Trail:
    pointer: str = ""
    value: Any = None


class _Traced(dict[str, Any]):
    """A JSON object that notes which of its properties was read last; the generated models read by key and by get()."""

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
    """A JSON array that notes which of its items was read last."""

    def __init__(self, wrap: Callable[[Any, str], Any], items: list[Any], pointer: str, trail: _Trail) -> None:
        super().__init__(items)
        self._wrap, self._pointer, self._trail = wrap, pointer, trail

    def __iter__(self) -> Iterator[Any]:
        for position, item in enumerate(super().__iter__()):
            pointer = f"{self._pointer}/{position}"
            self._trail.pointer, self._trail.value = pointer, item
            yield self._wrap(item, pointer)
