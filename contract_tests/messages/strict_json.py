"""JSON as it was written: fractions as exact decimals, and no repeated keys."""

import json
import re
from decimal import Decimal
from typing import Any

import yaml

_LONGEST = 160  # characters of a value that is shown


class NotStrictJson(ValueError):
    """Text that is not strict JSON; the message has the reason."""


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


YAML_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick, where it was built in


class _ExactLoader(YAML_LOADER):  # type: ignore[misc] # which of the two it is, depends on the machine
    pass


def _exact_number(_: Any, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(node.value).replace("_", ""))


_ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact_number)


def load_yaml(text: str) -> Any:
    """Read YAML with fractions as Decimal, so that `multipleOf: 0.01` is one hundredth and not nearly one."""
    return yaml.load(text, Loader=_ExactLoader)  # noqa: S506 - derived from SafeLoader


def shown(value: Any) -> str:
    """Return a value as short text."""
    try:
        text = dumps(value)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
