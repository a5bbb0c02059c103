"""Encodes conditions as canonical JSON, with numbers and dates in the form that the API expects."""

import datetime
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from string import hexdigits
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


def json_number(amount: object) -> int | float:
    """Return an amount as the JSON number that reads back as the same amount.

    Takes a Decimal, an int, text of plain digits such as "500.00", and a float whose digits have no rounding error. Raises
    InvalidInputError if it is none of these, or there is no such number.
    """
    try:
        exact = parse_amount(amount)
    except ValueError as problem:
        raise InvalidInputError(str(problem)) from None
    try:
        return dump_decimal(exact)
    except (ValueError, ArithmeticError):
        raise InvalidInputError("this amount can't be sent: it must be finite and have at most 15 significant digits") from None


def exact_amount(amount: object) -> Decimal:
    """Return an amount in any form that `json_number` takes as a Decimal; raises InvalidInputError as it does."""
    json_number(amount)
    return parse_amount(amount)


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


# Compiled on first use: that takes as long as the rest of this module.
_DATE = r"[A-Za-z]{3},\s+\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{1,2}:\d{1,2}:\d{1,2}\s+GMT"


def is_identifier(text: str) -> bool:
    """Return whether a string is 24 hexadecimal digits."""
    return len(text) == 24 and not text.strip(hexdigits)


def looks_like_date(text: str) -> bool:
    """Return whether the framework would read a string as an RFC 1123 date; it is lenient."""
    return text[3:4] == "," and re.fullmatch(_DATE, text, re.IGNORECASE) is not None
