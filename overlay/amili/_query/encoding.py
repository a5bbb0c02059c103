"""Conditions as JSON: one canonical form, and numbers and dates as the API reads them."""

import datetime
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from amili_api.codec import dump_datetime, dump_decimal

_LONE_SURROGATE = "[\ud800-\udfff]"

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical_json(document: Any) -> str:
    """Write JSON in one form only, so that recorded requests can be found again: sorted keys, no spaces, plain Unicode."""
    return sendable(_encode(document))


def sendable(text: str) -> str:
    """Return a string that can be sent; raises ValueError for half a character."""
    if not text.isascii() and re.search(_LONE_SURROGATE, text):
        raise ValueError("a text holds half a character (a lone surrogate), which can't be sent")
    return text


def json_number(amount: Decimal | float) -> int | float:
    """Write an amount as the JSON number that reads back as the same amount; raises ValueError if there is none."""
    try:
        return dump_decimal(amount)
    except (ValueError, ArithmeticError):
        raise ValueError("this is not an amount that can be sent: a finite one has at most 15 significant digits") from None


def to_wire(value: Any, key: str = "") -> Any:
    """Return a document of plain Python values with its dates and amounts in their wire form."""
    if isinstance(value, Mapping):
        return {str(key): to_wire(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, set | frozenset):  # which have another order in each process
        return sorted(map(to_wire, value), key=canonical_json)
    if isinstance(value, list | tuple):
        return [to_wire(inner) for inner in value]
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, datetime.date):
        if getattr(value, "microsecond", 0) and key not in ("$gt", "$lte"):
            hint = "the API knows whole seconds; write $gt, $lte or .replace(microsecond=0)"
            raise ValueError(f"{key or 'where='}: a moment with a fraction of a second: {hint}")
        return dump_datetime(value)
    return value
