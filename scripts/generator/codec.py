"""Convert JSON to Python values and back: money as Decimal, dates as aware datetimes."""

import datetime
import json
import re
from collections.abc import Callable, Mapping
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
Amount = Decimal | int | str  # what an amount of a request is given as; see `parse_amount`, which also takes some floats

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name: f"{number:02}" for number, name in enumerate(_MONTHS, 1)}
_RFC_1123 = re.compile(rf"(?:{'|'.join(_DAYS)}), (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d:\d\d:\d\d) GMT", re.ASCII)
# The extended form only: datetime.fromisoformat() would also take a personal number, 19900101-0017, for a date.
_ISO_8601 = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?"  # compiled when first used
_DOUBLE_DIGITS = 15  # a decimal of up to 15 digits is unchanged after conversion to a binary double and back
_FIFTEEN = 10**_DOUBLE_DIGITS
_DOUBLE = Context(prec=_DOUBLE_DIGITS, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
_require_exact = Context(prec=_DOUBLE_DIGITS, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[Inexact]).plus
_NOISE = Decimal("0.00001")  # far below one öre; digits that a double adds after its 15th are smaller than this
_PLAIN_DIGITS = r"-?\d+(\.\d+)?"
_TOO_LARGE = 28  # digits before the decimal point; Decimal's default precision


# The same amounts, dates and states recur within a case and within a list: equal strings share one object. The key is the
# string, so that 500.0 and 500.00 stay distinct.
_decimal = lru_cache(512)(Decimal)


@lru_cache(1024)
def parse_once(parse: Callable[[str], Any], text: str) -> Any:
    """Return `parse(text)`, cached, such as a member of an enum; raises what `parse` raises, and TypeError for a list or dict."""
    return parse(text)


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a JSON number")


_reader = json.JSONDecoder(parse_float=_decimal, parse_constant=_refuse_constant)


def parse_json(content: bytes | str) -> Any:
    """Read JSON with every fraction as an exact Decimal; raises ValueError for NaN, Infinity and numbers that are too large."""
    if isinstance(content, bytes):
        content = content.decode(json.detect_encoding(content), "surrogatepass")
    elif content.startswith("\ufeff"):
        raise ValueError("JSON does not begin with a byte order mark")
    try:
        return _reader.decode(content)
    except ArithmeticError:
        raise ValueError("the JSON holds a number that is too large") from None


def parse_decimal(value: Any) -> Decimal:
    """Read a JSON number exactly as it is written; digits that come only from a binary double (0.30000000000000004) are dropped.

    Raises ValueError for anything that is not a finite number: a string, true, NaN.
    """
    if type(value) is Decimal:
        number = value
    elif type(value) is int and -_FIFTEEN < value < _FIFTEEN:
        return _decimal(str(value))
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        number = Decimal(str(value))
    else:
        raise ValueError(f"{value!r} is not a number; write an int or a Decimal such as Decimal('100.00')")
    if not number.is_finite():
        raise ValueError(f"{value!r} is not an amount")
    try:
        _require_exact(number)
    except Inexact:
        return _without_noise(number)
    return number


def _without_noise(number: Decimal) -> Decimal:
    rounded = _DOUBLE.plus(number)
    if abs(rounded - number) >= _NOISE:
        return number
    plain = rounded.normalize(_DOUBLE)
    exponent = plain.as_tuple().exponent
    return plain.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else plain


def parse_amount(value: Any) -> Decimal:
    """Read an amount that a person gave: a Decimal, an int, text of plain digits ("500.00") or a float without rounding error.

    A float stands for its shortest digits, as 99.5 or 0.1648; if these are more than 15, a calculation added some. Raises
    ValueError, without the value, that says what to write instead.
    """
    if isinstance(value, str):
        if not re.fullmatch(_PLAIN_DIGITS, value, re.ASCII):
            raise ValueError("text must be plain digits such as '500.00', without spaces, commas or exponents")
        return Decimal(str.__str__(value))
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError(f"a Decimal, an int or text such as '500.00' is needed, not {type(value).__name__}")
    number = Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise ValueError("NaN and Infinity are no amounts")
    if isinstance(value, float) and _DOUBLE.plus(number) != number:
        raise ValueError("this float has a rounding error: round it, or use a Decimal such as Decimal('500.00')")
    return number


def dump_decimal(value: Any) -> int | float:
    """Write an amount as the JSON number that reads back as the same amount.

    Raises ValueError, rather than change the amount, if there is no such number, which can happen above 15 significant digits.
    """
    number = parse_decimal(value)
    is_short = number == number.to_integral_value() and abs(number) < _FIFTEEN
    written = int(number) if is_short else float(number)
    changed = isinstance(value, Decimal) and number != value
    if changed or number.adjusted() >= _TOO_LARGE or Decimal(repr(written)) != number:
        raise ValueError(f"{value} can't be sent exactly: JSON numbers carry {_DOUBLE_DIGITS} significant digits")
    return written


def parse_datetime(value: Any) -> datetime.datetime:
    """Read RFC 1123 or ISO 8601 as an aware datetime; a string without a time zone is UTC, a date is its midnight in GMT.

    The weekday of RFC 1123 is not checked, since it is wrong in the vendor's own examples. Raises ValueError with the value.
    """
    if isinstance(value, str):
        return _datetime(value)
    if isinstance(value, datetime.datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone; write datetime(..., tzinfo=timezone.utc)")
        return value
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    raise ValueError(f"{value!r} is not a date")


@lru_cache(1024)
def _datetime(text: str) -> datetime.datetime:
    read = _as_written(text)
    return read if read.tzinfo else read.replace(tzinfo=datetime.UTC)


def _as_written(text: str) -> datetime.datetime:
    """Read RFC 1123 or ISO 8601; without a time zone if none is written."""
    http_date = _RFC_1123.fullmatch(text)
    try:
        if http_date is not None:
            day, month, year, time = http_date.groups()
            return datetime.datetime.fromisoformat(f"{year}-{_MONTH_NUMBERS[month]}-{day}T{time}+00:00")
        if re.fullmatch(_ISO_8601, text, re.ASCII):
            return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass  # no such day or time
    raise ValueError(f"{text!r} is neither an RFC 1123 nor an ISO 8601 date")


def dump_datetime(value: Any) -> str:
    """Write a datetime or date as RFC 1123 in GMT, in whole seconds and with English names in any locale.

    Raises ValueError for a datetime without a time zone: it could mean local time or UTC.
    """
    try:
        gmt = parse_datetime(value).astimezone(datetime.UTC)
    except OverflowError:
        raise ValueError(f"{value!r} is outside the years 1 to 9999 in GMT") from None
    return f"{_DAYS[gmt.weekday()]}, {gmt.day:02} {_MONTHS[gmt.month - 1]} {gmt.year:04} {gmt:%H:%M:%S} GMT"


def parse_day(value: Any) -> datetime.date:
    """Read a day: a date is that day, and a moment is its calendar day in Sweden, in whichever time zone it is told.

    A string may be either, in RFC 1123 or ISO 8601. Raises ValueError for a time without a time zone: its day is not certain.
    """
    if isinstance(value, str):
        value = parse_once(_day_or_moment, value)
    if isinstance(value, datetime.datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has a time but no time zone; pass a date, or add the time zone")
        try:
            value = value.astimezone(_sweden()).date()
        except OverflowError:
            raise ValueError(f"{value!r} is outside the years 1 to 9999 in Sweden") from None
    if isinstance(value, datetime.date):
        return datetime.date(value.year, value.month, value.day)
    raise ValueError(f"{value!r} is not a date")


def _day_or_moment(text: str) -> datetime.date:
    read = _as_written(text)
    return read.date() if len(text) == len("2025-10-17") else read


@lru_cache(1)
def _sweden() -> datetime.tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - needed for a moment that stands for a day only

    return ZoneInfo("Europe/Stockholm")


def dump_day(value: Any) -> str:
    """Write a day as its midnight in GMT, in RFC 1123; raises ValueError for what `parse_day` can't read."""
    return dump_datetime(parse_day(value))


def parse_const(value: Any, constant: T) -> T:
    """Return the only value that the contract allows; raises ValueError for any other."""
    if value != constant:
        raise ValueError(f"{value!r} is not {constant!r}, the only value that the contract allows")
    return constant


def dump_any(value: Any) -> Any:
    """Write a property of any type: unchanged, except that Decimals and dates become JSON."""
    if isinstance(value, Mapping):
        return {key: dump_any(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [dump_any(inner) for inner in value]
    if isinstance(value, Decimal):
        return dump_decimal(value)
    if isinstance(value, datetime.date):
        return dump_datetime(value)
    return value
