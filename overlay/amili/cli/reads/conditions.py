"""Conditions as text, such as `state=invoice` and `total_remaining_capital_amount>0`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any

from amili._errors import InvalidInputError, safe_name
from amili._query import Condition, field_named, where
from amili._query import Field as QueryField

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge, "<=": operator.le, "!=": operator.ne, "=": operator.eq, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_CONDITION = re.compile(r"([^<>=!\s]+)\s*(>=|<=|!=|==?|>|<)\s*(.*)", re.DOTALL)
_AGO = re.compile(r"(\d{1,5})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_MOMENTS = {"_created", "_updated"}


def condition_of(texts: Iterable[str], since: str | None, now: datetime) -> Condition | None:
    """Return the condition that all texts and `--since` make; None without any. Raises InvalidInputError for a wrong one."""
    parts = [_condition(text) for text in texts]
    if since is not None:
        parts.append(where.updated >= moment(since, now))
    return reduce(operator.and_, parts) if parts else None


def _condition(text: str) -> Condition:
    found = _CONDITION.fullmatch(text.strip())
    if found is None:
        return _presence(text.strip())
    name, sign, value = found.groups()
    field = field_named(name)
    if not isinstance(field, QueryField):
        raise InvalidInputError(f"{name} has several properties or none; compare one of them, or write has:{name} or no:{name}")
    kind = type(field).__name__
    if sign in ("=", "==") and field._path in _MOMENTS:
        raise InvalidInputError(f"{name}= would match nothing: the API has hidden milliseconds; write {name}>=DAY and {name}<DAY")
    result: Condition = _OPERATORS[sign.replace("==", "=")](field, _value(kind, value.strip(), name + sign))
    return result


def _presence(text: str) -> Condition:
    """Return the condition of `has:closed` or `no:closed`."""
    verb, colon, name = text.partition(":")
    if not colon or verb not in ("has", "no"):
        message = "is not a condition, such as state=invoice, 'total_remaining_capital_amount>0', has:closed or no:closed"
        raise InvalidInputError(f"{safe_name(text)!r} {message}; put quotes around < and >, which a shell takes for files")
    return field_named(name).exists(verb == "has")


def _value(kind: str, text: str, whole: str) -> Any:
    """Return the text of a condition as the value that its property is compared with."""
    if kind == "BooleanField":
        if text not in ("true", "false"):
            raise InvalidInputError(f"{whole}: write true or false")
        return text == "true"
    if kind == "IntegerField":
        if not re.fullmatch(r"-?\d{1,15}", text):
            raise InvalidInputError(f"{whole}: a whole number is needed")
        return int(text)
    if kind == "DateTimeField":
        return _date(text, whole)
    if kind == "AmountField" and not re.fullmatch(r"-?\d{1,15}(\.\d+)?", text):
        raise InvalidInputError(f"{whole}: an amount is written in plain digits, such as 1234.50")
    return text


def _date(text: str, whole: str) -> date:
    """Return a day, which stands for its midnight in UTC, or a moment with a time zone."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text) if re.match(r"\d{4}-\d\d-\d\d[T ]", text) else None
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        hint = "a day is written as 2025-10-07 (its midnight in UTC), a moment as 2025-10-07T08:30Z or with +02:00"
        raise InvalidInputError(f"{whole}: {hint}")
    return found


def moment(text: str, now: datetime) -> datetime:
    """Return the moment that `--since` names: a day (its midnight in UTC), a moment, or 7d, 12h or 30m before now."""
    ago = _AGO.fullmatch(text)
    if ago is not None:
        return (now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})).replace(microsecond=0)
    try:
        found = _date(text, "--since")
    except InvalidInputError as problem:
        raise InvalidInputError(f"{problem}; or 7d, 12h, 30m for so long ago") from None
    return found if isinstance(found, datetime) else datetime(found.year, found.month, found.day, tzinfo=UTC)
