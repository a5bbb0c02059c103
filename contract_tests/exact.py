"""JSON as it was written: fractions as exact decimals, no repeated keys, and JSON Schema rules that reckon in them."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
_PYTHON_COMPARISON = re.compile(r"""^[A-Za-z_][\w.]*\s*==\s*(["'])[^"']*\1$""")
FORMATS = FormatChecker(formats=())


class NotStrictJson(ValueError):
    """Text that a careful reader does not take for JSON; the message says why."""


def loads(text: bytes | str) -> Any:
    """Read JSON with fractions as Decimal; NaN, Infinity and repeated keys are NotStrictJson."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_object)
    except NotStrictJson:
        raise
    except ValueError as error:
        raise NotStrictJson(f"not JSON: {error}") from None


def dumps(document: Any) -> str:
    """Write JSON with Decimals as they are, digit by digit."""
    if isinstance(document, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{dumps(value)}" for key, value in document.items()) + "}"
    if isinstance(document, list | tuple):
        return "[" + ",".join(dumps(value) for value in document) + "]"
    if isinstance(document, Decimal):
        return format(document, "f")
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def escaped(text: str) -> str:
    """Return JSON with every letter beyond ASCII as an escape, which means the same."""
    return re.sub(r"[^\x00-\x7f]+", lambda letters: json.dumps(letters.group())[1:-1], text)


def _refuse(constant: str) -> Any:
    raise NotStrictJson(f"{constant} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise NotStrictJson(f"the key {', '.join(twice)} stands twice in one object")
    return document


class _ExactLoader(yaml.SafeLoader):
    pass


def _exact_number(_: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(node.value).replace("_", ""))


_ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact_number)


def load_yaml(text: str) -> Any:
    """Read YAML with fractions as Decimal, so that `multipleOf: 0.01` is one hundredth and not nearly one."""
    return yaml.load(text, Loader=_ExactLoader)  # noqa: S506 - derived from SafeLoader


def _multiple_of(validator: Any, divisor: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "number") and _fraction(instance) % _fraction(divisor):
        yield ValidationError(f"{instance} is not a multiple of {divisor}")


def _enum(validator: Any, values: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Take any value where the contract says that the list is open; the drift report tells of values that are not on it."""
    if instance not in values and "x-open-enum" not in schema:
        yield ValidationError(f"{instance!r} is not one of {values!r}")


def _fraction(number: Any) -> Fraction:
    decimal = number if isinstance(number, Decimal) else Decimal(repr(number))
    return Fraction(0) if not decimal.is_finite() or decimal.adjusted() > 400 else Fraction(decimal)  # beyond: no öre in it


def _is_number(_: Any, instance: Any) -> bool:
    return isinstance(instance, int | float | Decimal) and not isinstance(instance, bool)


def _is_integer(_: Any, instance: Any) -> bool:
    return _is_number(_, instance) and (not isinstance(instance, Decimal | float) or instance == int(instance))


@FORMATS.checks("http-date", raises=ValueError)
def _http_date(value: object) -> bool:
    """Check that such a day exists; the weekday is not looked at, since the vendor's own examples have it wrong."""
    return not isinstance(value, str) or bool(datetime.strptime("Mon" + value[3:], _HTTP_DATE))


@FORMATS.checks("request-date", raises=ValueError)
def _request_date(value: object) -> bool:
    if isinstance(value, str) and value[3:4] != ",":
        return bool(datetime.fromisoformat(value))
    return _http_date(value)


@FORMATS.checks("eve-where")
def _where(value: object) -> bool:
    return not isinstance(value, str) or _is_object(value) or bool(_PYTHON_COMPARISON.match(value))


@FORMATS.checks("eve-projection")
def _projection(value: object) -> bool:
    return not isinstance(value, str) or _is_object(value)


@FORMATS.checks("uri-reference")
def _uri_reference(value: object) -> bool:
    return not isinstance(value, str) or not re.search(r"[\s<>\"{}|\\^`]", value)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


_TYPES = Draft202012Validator.TYPE_CHECKER.redefine_many({"number": _is_number, "integer": _is_integer})
ExactValidator: type[Validator] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"multipleOf": _multiple_of, "enum": _enum}, type_checker=_TYPES
)
