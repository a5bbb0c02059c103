"""Conditions as JSON: one canonical form, and numbers that read back as the same amount."""

import json
import re
from decimal import Decimal
from typing import Any

from amili_api.wire import dump_decimal

_LONE_SURROGATE = "[\ud800-\udfff]"

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(document: Any) -> str:
    """Write JSON in one form only, so that recorded requests can be found again: sorted keys, no spaces, plain Unicode."""
    return sendable(_encode(document))


quoted = json.encoder.encode_basestring


def scalar(value: str | float) -> str:
    """Write a text, a number or a truth value as `canonical` does, which takes several times as long to begin."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return int.__repr__(value) if isinstance(value, int) else float.__repr__(value)


def sendable(text: str) -> str:
    """Return a text that can be sent; raises ValueError for half a character."""
    if not text.isascii() and re.search(_LONE_SURROGATE, text):
        raise ValueError("a text holds half a character (a lone surrogate), which can't be sent")
    return text


def json_number(amount: Decimal | float) -> int | float:
    """Write an amount as the JSON number that reads back as the same amount; raises ValueError if there is none."""
    try:
        return dump_decimal(amount)
    except (ValueError, ArithmeticError):
        raise ValueError("this is not an amount that can be sent: a finite one has at most 15 significant digits") from None
