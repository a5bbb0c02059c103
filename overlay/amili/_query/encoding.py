"""Encodes conditions as canonical JSON, with numbers and dates in the form that the API expects."""

import datetime
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from amili_api.codec import dump_datetime, dump_decimal, parse_amount

from amili._errors import InvalidInputError

_LONE_SURROGATE = "[\ud800-\udfff]"

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical_json(document: Any) -> str:
    """Return canonical JSON, so that equal requests are equal strings: sorted keys, no spaces, unescaped Unicode.

    Raises InvalidInputError for what JSON has no form of.
    """
    try:
        text = _encode(document)
    except (TypeError, ValueError):
        raise InvalidInputError("a value has no form in JSON: use strings, numbers, booleans, None, lists and dicts") from None
    return check_encodable(text)


def check_encodable(text: str) -> str:
    """Return the string; raises InvalidInputError if it has a lone surrogate, which can't be encoded."""
    if not text.isascii() and re.search(_LONE_SURROGATE, text):
        raise InvalidInputError("a string has a lone surrogate (half of a character), which can't be sent")
    return text


def text_problem(text: Any) -> str | None:
    """Return why this can't be sent as a string, or None if it can."""
    if not isinstance(text, str):
        return f"a string is needed, not {type(text).__name__}"
    try:
        check_encodable(text)
    except InvalidInputError as problem:
        return str(problem)
    return None


def rfc_1123(moment: datetime.date, name: str) -> str:
    """Return a datetime or date as RFC 1123 in GMT; raises InvalidInputError naming the property if it has no time zone."""
    try:
        return dump_datetime(moment)
    except (ValueError, TypeError) as problem:
        raise InvalidInputError(f"{name}: {problem}") from None


def json_number(amount: Decimal) -> int | float:
    """Return an amount as the JSON number that reads back as the same amount; raises InvalidInputError if there is none."""
    try:
        return dump_decimal(amount)
    except (ValueError, ArithmeticError):
        raise InvalidInputError("this amount can't be sent: it must be finite and have at most 15 significant digits") from None


def exact_amount(value: object) -> Decimal:
    """Return an amount that a person gave; raises InvalidInputError if it is not exact or can't be sent.

    Takes a Decimal, an int, text of plain digits such as "500.00", and a float whose digits have no rounding error.
    """
    try:
        amount = parse_amount(value)
    except ValueError as problem:
        raise InvalidInputError(str(problem)) from None
    json_number(amount)
    return amount


def to_wire(value: Any, key: str = "") -> Any:
    """Return a document with its dates and amounts in their JSON form."""
    if isinstance(value, Mapping):
        return {str(key): to_wire(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, set | frozenset):  # their order differs between processes
        return sorted(map(to_wire, value), key=canonical_json)
    if isinstance(value, list | tuple):
        return [to_wire(inner) for inner in value]
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, datetime.date):
        if getattr(value, "microsecond", 0) and key not in ("$gt", "$lte"):
            hint = "the API has whole seconds only; use $gt, $lte or .replace(microsecond=0)"
            raise InvalidInputError(f"{key or 'where='}: the datetime has a fraction of a second: {hint}")
        return rfc_1123(value, key or "where=")
    return value
