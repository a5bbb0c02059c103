"""JSON Schema as the contract uses it: exact amounts, the contract's own formats, and lists of values that may be open."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from contract_tests.messages import pointer_of, shown

_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
_PYTHON_COMPARISON = re.compile(r"""^[A-Za-z_][\w.]*\s*==\s*(["'])[^"']*\1$""")


@dataclass(frozen=True)
class Violation:
    """One place of a document that breaks a schema: the keyword, the JSON pointer, what was expected and what was seen."""

    keyword: str
    pointer: str
    expected: str
    seen: str


def compiled(schema: dict[str, Any]) -> Draft202012Validator:
    """Return a validator for a schema with its components. Values beyond an open list pass: coverage reports them."""
    return Draft202012Validator(_without_open_lists(schema), formats=_FORMATS, validate_formats=True)


def violations(validator: Draft202012Validator, document: Any) -> Iterator[Violation]:
    """Return every place where a document breaks a schema; a required property that is missing is a place of its own."""
    for error in validator.iter_errors(document):
        keyword = error.kind.name
        if keyword == "required":
            pointer = pointer_of([*error.instance_path, error.kind.value])
            yield Violation(keyword, pointer, "the property, which is required", "nothing")
        else:
            yield Violation(keyword, pointer_of(error.instance_path), _expected(keyword, error), shown(error.instance))


_EXPECTED = {
    "type": "{}",
    "pattern": "text like {}",
    "const": "{} and nothing else",
    "enum": "one of {}",
    "format": "a value of format {}",
    "multipleOf": "a multiple of {}",
    "oneOf": "a match with exactly one alternative",
    "anyOf": "a match with one of the alternatives",
}


def _expected(keyword: str, error: ValidationError) -> str:
    value = " or ".join(error.kind.value) if keyword == "type" else error.kind.value
    text = value if isinstance(value, str) and keyword != "const" else shown(value)
    return _EXPECTED.get(keyword, f"{keyword} {{}}").format(text)


def _without_open_lists(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_open_lists(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    hidden = ("enum",) if "x-open-enum" in node else ()
    return {key: _without_open_lists(inner) for key, inner in node.items() if key not in hidden}


def _http_date(text: str) -> bool:
    """Check that such a day exists; the weekday is not checked, since the vendor's own examples have it wrong."""
    return bool(datetime.strptime("Mon" + text[3:], _HTTP_DATE))


def _request_date(text: str) -> bool:
    return _http_date(text) if text[3:4] == "," else bool(datetime.fromisoformat(text))


def _is_object(text: str) -> bool:
    return isinstance(json.loads(text), dict)


def _checked(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return a format check that fails on a ValueError."""

    def passes(text: str) -> bool:
        try:
            return check(text)
        except ValueError:
            return False

    return passes


_FORMATS = {
    "http-date": _checked(_http_date),
    "request-date": _checked(_request_date),
    "request-day": _checked(_request_date),
    "eve-where": lambda text: bool(_PYTHON_COMPARISON.match(text)) or _checked(_is_object)(text),
    "eve-projection": _checked(_is_object),
    "uri-reference": lambda text: not re.search(r"[\s<>\"{}|\\^`]", text),
}
