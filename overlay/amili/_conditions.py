"""Conditions on cases as values: a `Condition` knows its wire form, combines, and refuses to be true or false."""

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn, cast

from amili_api.wire import dump_datetime, dump_decimal

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(document: Any) -> str:
    """Write JSON in one form only, so that recorded requests can be found again: sorted keys, no spaces, plain Unicode."""
    text = _encode(document)
    if not text.isascii() and _LONE_SURROGATE.search(text):
        raise ValueError("a text holds half a character (a lone surrogate), which can't be sent")
    return text


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
        return condition_of({"$nor": [self.document]})

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


def condition_of(document: Mapping[str, Any]) -> Condition:
    """Make a condition in canonical form, and note that it is, so that combining it need not read it again."""
    return _canonical(canonical(document))


def _canonical(wire: str) -> Condition:
    condition = Condition(wire)
    condition.__dict__["_is_canonical"] = True
    return condition


def _combined(operator: str, *conditions: Condition) -> Condition:
    opening, parts = f'{{"{operator}":[', list[str]()
    for condition in conditions:
        if not isinstance(condition, Condition):
            raise TypeError(f"only conditions can be combined, not {type(condition).__name__}; write (a == 1) & (b == 2)")
        wire = condition.wire if "_is_canonical" in condition.__dict__ else canonical(condition.document)
        document = condition.document if wire.startswith(opening) else {}
        parts += map(canonical, document[operator]) if document.keys() == {operator} else [wire]
    return _canonical(f"{opening}{','.join(parts)}]}}")


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


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return dump_decimal(value)
    if isinstance(value, datetime.date):
        return dump_datetime(value)
    return value
