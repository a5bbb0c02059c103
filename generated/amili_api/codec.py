"""How JSON becomes Python values and back: money as Decimal, moments as aware datetimes. Copied into the client as it is."""

import datetime
import json
import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from functools import lru_cache
from types import ModuleType
from typing import Any

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name: f"{number:02}" for number, name in enumerate(_MONTHS, 1)}
# The extended form only: datetime.fromisoformat() would also take a personal number, 19900101-0017, for a date.
_ISO_8601 = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?"  # compiled when first used
_DOUBLE_DIGITS = 15  # any decimal of so many digits survives a trip through a binary double
_FIFTEEN = 10**_DOUBLE_DIGITS
_NOISE = Decimal("0.00001")  # far below an öre; what a double adds beyond its 15th digit is smaller than this
_FIFTEEN_DIGITS = Context(prec=_DOUBLE_DIGITS)


# The same dates and amounts come again and again, within a case and over a list. What was read is remembered by its text,
# so that 500.0 and 500.00 stay two things, and forgotten when there is too much of it.
_REMEMBERED = 2048
_amounts: dict[int, Decimal] = {}  # by id(): those that parse_decimal() need not look at again


class _Fractions(dict[str, Decimal]):
    """Fractions by their text; one of more digits than a double carries is looked at each time."""

    def __missing__(self, text: str) -> Decimal:
        """Read a number of JSON that has a fraction or an exponent, exactly; raises ValueError if it is beyond any number."""
        try:
            number = Decimal(text)
        except ArithmeticError:
            raise ValueError(f"{text} is beyond any number") from None
        if len(text) <= _DOUBLE_DIGITS and number.is_finite():
            if len(self) >= _REMEMBERED:
                self.clear()
                _amounts.clear()
            self[text] = _amounts[id(number)] = number
        return number


parse_fraction = _Fractions().__getitem__


class _ShortFractions(dict[str, Decimal]):
    """Fractions that are amounts as they stand, by their text; any other is a ValueError."""

    def __missing__(self, text: str) -> Decimal:
        number = parse_fraction(text)
        if _amounts.get(id(number)) is not number:
            raise ValueError(f"{text} has more digits than an amount")
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = number
        return number


parse_short_fraction = _ShortFractions().__getitem__


class _Wholes(dict[int, Decimal]):
    """Amounts by the whole number that they were written as."""

    def __missing__(self, number: int) -> Decimal:
        if not -_FIFTEEN < number < _FIFTEEN:
            return _checked(Decimal(number), number)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[number] = amount = Decimal(number)
        return amount


_wholes = _Wholes()


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a number that JSON knows")


_plain_reader = json.JSONDecoder(parse_float=parse_fraction, parse_constant=_refuse_constant)


def parse_json(content: bytes | str) -> Any:
    """Read JSON with every fraction as an exact Decimal; NaN and Infinity are a ValueError. Quicker if msgspec is installed."""
    quick = _quick_reader()
    if quick is not None:
        try:
            return quick(content)
        except (ValueError, RecursionError):
            pass  # what it refuses is read, or refused, in the one way that is always there
    return parse_json_plainly(content)


def parse_json_plainly(content: bytes | str) -> Any:
    """Read JSON as `parse_json` does, with the standard library alone."""
    if isinstance(content, str):
        if content.startswith("\ufeff"):
            raise ValueError("JSON does not begin with a byte order mark")
        return _plain_reader.decode(content)
    return _plain_reader.decode(content.decode(json.detect_encoding(content), "surrogatepass"))


def usable_msgspec() -> ModuleType | None:
    """Return msgspec if the extra `fast` is installed; one before 0.21 is of no use, as its errors are no ValueError."""
    try:
        import msgspec  # noqa: PLC0415 - an extra, looked for when first wanted
    except ImportError:
        return None
    return msgspec if issubclass(msgspec.DecodeError, ValueError) else None


@lru_cache(1)
def _quick_reader() -> Callable[[bytes | str], Any] | None:
    """Return msgspec's reader, which hands over each fraction as text, so that nothing is rounded."""
    msgspec = usable_msgspec()
    return None if msgspec is None else msgspec.json.Decoder(float_hook=parse_fraction).decode


def parse_decimal(value: Any) -> Decimal:
    """Read a JSON number as it was written; digits that only a binary double adds (0.30000000000000004) are dropped.

    Raises ValueError for anything that is not a finite number: text, true, NaN.
    """
    if type(value) is int:
        return _wholes[value]
    known = _amounts.get(id(value))
    if known is not None and known is value:
        return known
    if type(value) is Decimal:
        number = value
    elif isinstance(value, float):
        number = Decimal(repr(value))
    elif isinstance(value, Decimal):
        number = Decimal(value)
    else:
        raise ValueError(f"{value!r} is not a number; write an int or a Decimal such as Decimal('100.00')")
    return _checked(number, value)


def _checked(number: Decimal, value: Any) -> Decimal:
    if not number.is_finite():
        raise ValueError(f"{value!r} is not an amount")
    if len(str(number)) <= _DOUBLE_DIGITS:  # quicker than counting digits, and true for every amount there is
        return number
    return number if len(number.as_tuple().digits) <= _DOUBLE_DIGITS else _without_noise(number)


def _without_noise(number: Decimal) -> Decimal:
    rounded = _FIFTEEN_DIGITS.plus(number)
    if abs(rounded - number) >= _NOISE:
        return number
    plain = rounded.normalize(_FIFTEEN_DIGITS)
    exponent = plain.as_tuple().exponent
    return plain.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else plain


def parse_amount(value: Any) -> Decimal:
    """Read what a JSON reader with `parse_short_fraction` has read, as `parse_decimal` does."""
    return value if type(value) is Decimal else parse_decimal(value)


def dump_decimal(value: Any) -> int | float:
    """Write an amount as the JSON number that reads back as the same amount.

    Raises ValueError if there is none, which can happen above 15 significant digits, rather than change the amount.
    """
    number = parse_decimal(value)
    if isinstance(value, Decimal) and number != value:
        raise ValueError(f"{value} can't be sent exactly: JSON numbers carry {_DOUBLE_DIGITS} significant digits")
    if number == number.to_integral_value() and abs(number) < 10**_DOUBLE_DIGITS:
        return int(number)
    written = float(number)
    if Decimal(repr(written)) != number:
        raise ValueError(f"{value} can't be sent exactly: JSON numbers carry {_DOUBLE_DIGITS} significant digits")
    return written


_from_iso = datetime.datetime.fromisoformat


class _Moments(dict[Any, datetime.datetime]):
    """Moments by their text; what is not a text is looked at each time."""

    def __missing__(self, value: Any) -> datetime.datetime:
        """Read RFC 1123 or ISO 8601 as an aware datetime; without a zone UTC is meant, a date is its midnight in GMT.

        The weekday of RFC 1123 is not looked at, since the vendor's own examples have it wrong. Raises ValueError naming the
        value.
        """
        if not isinstance(value, str):
            return _from_date(value)
        try:
            moment = _from_iso(_iso(value))
        except (ValueError, KeyError):
            raise ValueError(f"{value!r} is neither an RFC 1123 nor an ISO 8601 date") from None
        if len(self) >= _REMEMBERED:
            self.clear()
        self[value] = moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        return moment


parse_datetime = _Moments().__getitem__


def _from_date(value: Any) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return _aware(value)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    raise ValueError(f"{value!r} is not a date")


def _iso(text: str) -> str:
    """Turn 'Tue, 07 Oct 2025 07:41:01 GMT' into ISO 8601; anything that is neither of the two shapes is a ValueError."""
    day = text[:17]
    if day[3:5] == ", ":
        if text[25:] != " GMT" or text[19] != ":" or text[22] != ":":
            raise ValueError(text)
        return f"{_days[day]}{text[17:25]}+00:00"
    if not re.fullmatch(_ISO_8601, text, re.ASCII):
        raise ValueError(text)
    return text


class _Days(dict[str, str]):
    """'2025-10-07T' by 'Tue, 07 Oct 2025 '."""

    def __missing__(self, text: str) -> str:
        day, month, year = text[5:7], text[8:11], text[12:16]
        if text[:3] not in _DAYS or f"{text[:3]}, {day} {month} {year} " != text:
            raise ValueError(text)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = iso = f"{year}-{_MONTH_NUMBERS[month]}-{day}T"
        return iso


_days = _Days()


def dump_datetime(value: Any) -> str:
    """Write a moment as RFC 1123 in GMT, whole seconds, English names whatever the locale.

    Raises ValueError for a datetime without a zone: it could mean local time or UTC.
    """
    try:
        moment = parse_datetime(value).astimezone(datetime.UTC)
    except OverflowError:
        raise ValueError(f"{value!r} is outside the years 1 to 9999 in GMT") from None
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S} GMT"


def _aware(moment: datetime.datetime) -> datetime.datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone; write datetime(..., tzinfo=timezone.utc)")
    return moment


def dump_any(value: Any) -> Any:
    """Write a property that the contract does not know: kept as it came, with Decimal and dates in their wire form."""
    if isinstance(value, Mapping):
        return {key: dump_any(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [dump_any(inner) for inner in value]
    if isinstance(value, Decimal):
        return dump_decimal(value)
    if isinstance(value, datetime.date):
        return dump_datetime(value)
    return value
