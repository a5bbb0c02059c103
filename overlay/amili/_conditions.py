"""Conditions on cases as values: a `Condition` knows its wire form, combines, and refuses to be true or false."""

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn, cast

from amili_api.codec import dump_datetime, dump_decimal

_LONE_SURROGATE = "[\ud800-\udfff]"

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(document: Any) -> str:
    """Write JSON in one form only, so that recorded requests can be found again: sorted keys, no spaces, plain Unicode."""
    return _sendable(_encode(document))


quoted = json.encoder.encode_basestring


def scalar(value: str | float) -> str:
    """Write a text, a number or a truth value as `canonical` does, which takes several times as long to begin."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return int.__repr__(value) if isinstance(value, int) else float.__repr__(value)


def _sendable(text: str) -> str:
    if not text.isascii() and re.search(_LONE_SURROGATE, text):
        raise ValueError("a text holds half a character (a lone surrogate), which can't be sent")
    return text


def json_number(amount: Decimal | float) -> int | float:
    """Write an amount as the JSON number that reads back as the same amount; raises ValueError if there is none."""
    try:
        return dump_decimal(amount)
    except (ValueError, ArithmeticError):
        raise ValueError("this is not an amount that can be sent: a finite one has at most 15 significant digits") from None


@dataclass(frozen=True, repr=False)
class Condition:
    """A condition in its wire form; combine with `&`, `|` and `~`. Its truth is known to the API only."""

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    wire: str

    def __and__(self, other: "Condition") -> "Condition":
        return _combined("$and", self, other)

    def __or__(self, other: "Condition") -> "Condition":
        return _combined("$or", self, other)

    def __invert__(self) -> "Condition":
        wire, _ = _canonical_form(self)
        return condition_of(f'{{"$nor":[{wire}]}}')

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a condition is neither true nor false here: write (a) & (b) instead of 'and', (a) | (b) instead of 'or', ~(a) "
            "instead of 'not', (1 < a) & (a < 5) instead of 1 < a < 5, and field.in_([...]) instead of 'in'"
        )

    def __repr__(self) -> str:
        return f"Condition({self.wire})"

    @property
    def document(self) -> dict[str, Any]:
        """The condition as the JSON object that is sent."""
        return cast(dict[str, Any], json.loads(self.wire))


def condition_of(wire: str) -> Condition:
    """Make a condition of its canonical form with one key, and note that it is, so that combining it need not read it."""
    condition = object.__new__(Condition)
    condition.__dict__.update(wire=_sendable(wire), _is_canonical=True)
    return condition


def comparison(key: str, value: str, operator: str = "") -> Condition:
    """Make the condition on one property; `key` and `value` are JSON already."""
    return condition_of(f'{{{key}:{{"{operator}":{value}}}}}' if operator else f"{{{key}:{value}}}")


def _canonical_form(condition: Condition) -> tuple[str, bool]:
    """Return the canonical form of a condition, and whether it has one key."""
    if not isinstance(condition, Condition):
        raise TypeError(f"only conditions can be combined, not {type(condition).__name__}; write (a == 1) & (b == 2)")
    if "_is_canonical" in condition.__dict__:
        return condition.wire, True
    document = condition.document
    return canonical(document), len(document) == 1


def _combined(operator: str, *conditions: Condition) -> Condition:
    """Join conditions; what is already a list of this operator is taken into the new one."""
    opening, parts = f'{{"{operator}":[', list[str]()
    for condition in conditions:
        wire, is_alone = _canonical_form(condition)
        parts.append(wire[len(opening) : -2] if is_alone and wire.startswith(opening) else wire)
    return condition_of(f"{opening}{','.join(filter(None, parts))}]}}")


def where_text(where: Condition | Mapping[str, Any] | None) -> str | None:
    """Return the wire form of a condition or of a plain dict, whose dates and amounts are written as the API reads them."""
    if where is None:
        return None
    if isinstance(where, Condition):
        return where.wire
    if isinstance(where, Mapping):
        return canonical(_plain(where))
    raise TypeError(
        f"where= takes a condition such as where.state == 'invoice', or a dict, not {type(where).__name__}; "
        "to find a case by its id write amili.case(id)"
    )


def _plain(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, set | frozenset):  # which have another order in each process
        return sorted(map(_plain, value), key=canonical)
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, datetime.date):
        if getattr(value, "microsecond", 0) and key not in ("$gt", "$lte"):
            hint = "the API knows whole seconds; write $gt, $lte or .replace(microsecond=0)"
            raise ValueError(f"{key or 'where='}: a moment with a fraction of a second: {hint}")
        return dump_datetime(value)
    return value
