"""Reads a cell as a value: exact, or refused with a sentence that quotes nothing from the cell."""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unicodedata import category

from amili_api.codec import parse_amount, parse_day

from amili._errors import InvalidInputError
from amili._query import is_identifier
from amili.bulk.mapping.map import Column
from amili.bulk.mapping.properties import Kind

_ERRORS = r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SAKNAS!|REFERENS!|VÄRDEFEL!|DIVISION/0!|NAMN\?|OGILTIGT!|SKÄRNING!|#+)"
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " ") | {"\u2212": "-"})  # no-break, narrow and thin; the sign minus
_AMOUNT = re.compile(r"(-? ?(?:\d{1,3}(?: \d{3})+|\d+))(?:([.,])(\d+))?", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MIDNIGHT = re.compile(r"[ T]00:00(:00([.,]0+)?)?", re.ASCII)
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_TOTAL = re.compile(r"(del|slut|grand )?(summa|sum|total|totalt|totalsumma|totals|subtotal)[ :]*", re.IGNORECASE)
_YES, _NO = {"ja", "j", "yes", "y", "true", "sant", "1", "x"}, {"nej", "n", "no", "false", "falskt", "0"}
_FIRST_DAY = {"excel": datetime.date(1899, 12, 30), "excel-1904": datetime.date(1904, 1, 1)}
_FIRST_OF_MARCH = 61  # Excel counts a 29 February 1900, so that numbers below are one day off
_MOST_DIGITS = 15


class Values:
    """Reads the cells of one file, which has one decimal sign: the one that the map declares, or the first that was found."""

    def __init__(self, decimal: str | None = None, grouping: str | None = None) -> None:
        self._decimal, self._grouping = decimal, grouping
        self._declared = decimal is not None
        self._readers: dict[Kind, Callable[[Any, Column], Any]] = {
            "text": _text,
            "identifier": _identifier,
            "country": _country,
            "amount": self._amount,
            "number": self._amount,
            "percent": self._percent,
            "day": _day,
            "boolean": _boolean,
        }

    def read(self, cell: Any, kind: Kind, column: Column) -> Any:
        """Return the value of a cell that is not blank; raises ValueError with a sentence that quotes nothing from the cell."""
        if isinstance(cell, str):
            cell = cell.strip()
            if cell[:1] == "#" and re.fullmatch(_ERRORS, cell):
                raise ValueError("the formula in it has an error: correct it")
        if column.values:
            if str(cell) not in column.values:
                raise ValueError(f"it is not among the {len(column.values)} values of the map")
            return column.values[str(cell)]
        return self._readers[kind](cell, column)

    def _amount(self, cell: Any, column: Column) -> Decimal:
        if not isinstance(cell, str):
            if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
                raise ValueError("it is a date or a time where a number is meant")
            return parse_amount(cell)
        text = cell.translate(_SPACES)
        if self._grouping and self._grouping in text:
            text = _ungrouped(text, self._grouping)
        if "," in text and "." in text:
            raise ValueError('it has a comma and a point: declare in the map which is which: decimal = "," and grouping = "."')
        found = _AMOUNT.fullmatch(text)
        if found is None:
            raise ValueError("it is not a number such as 1234.50 or 1 234,50")
        whole, sign, fraction = found.groups()
        if sign is None:
            return Decimal(whole.replace(" ", ""))
        if sign != (column.decimal or self._decimal):
            self._check_sign(sign, column.decimal or self._decimal, declared=self._declared or column.decimal is not None)
        return Decimal(f"{whole.replace(' ', '')}.{fraction}")

    def _check_sign(self, sign: str, wanted: str | None, *, declared: bool) -> None:
        if wanted is None:
            self._decimal = sign
            return
        here, there = ("a comma", "a point") if sign == "," else ("a point", "a comma")
        if declared:
            raise ValueError(f"it has {here}, but the map says that decimals follow {there}")
        raise ValueError(f'it has {here}, but amounts above have {there}: declare in the map which is right: decimal = "{sign}"')

    def _percent(self, cell: Any, column: Column) -> str:
        text = cell.translate(_SPACES) if isinstance(cell, str) else cell
        if isinstance(text, str) and text.endswith("%"):
            rate = self._amount(text[:-1].rstrip(), column)
            if 0 < rate < 1:
                raise ValueError("it is less than one percent: write 25%, 0,25 or 25")
        else:
            rate = self._amount(text, column)
            rate = rate * 100 if 0 < rate < 1 else rate
        if rate not in _RATES:
            raise ValueError("Sweden has only the VAT rates 0, 6, 12 and 25 %")
        return f"{int(rate)}%"


_RATES = tuple(map(Decimal, (0, 6, 12, 25)))


def _ungrouped(text: str, grouping: str) -> str:
    sign = re.escape(grouping)
    if not re.fullmatch(rf"-?\d{{1,3}}({sign}\d{{3}})+([^{sign}]\d+)?", text, re.ASCII):
        raise ValueError("the groups of its digits are not of three")
    return text.replace(grouping, "")


def _text(cell: Any, column: Column) -> str:
    if isinstance(cell, bool) or not isinstance(cell, str | int | Decimal):
        raise ValueError(f"it is {_named(cell)} where text is meant: format the column as text")
    text = cell if isinstance(cell, str) else _digits(cell)
    if not text.isprintable():
        text = _printable(text)
    if _SHORTENED.fullmatch(text):
        raise ValueError("a spreadsheet has shortened the number, such as 2E+11: format the column as text and enter it again")
    return text.zfill(column.pad) if column.pad and text.isdecimal() else text


def _printable(text: str) -> str:
    """Return text with plain spaces; raises ValueError for a character that can't be seen, such as a zero-width space."""
    plain = text.translate(_SPACES)
    unseen = next((each for each in plain if category(each) in ("Cc", "Cf") and each not in "\n\r\t"), None)
    if unseen is not None:
        raise ValueError(f"it has a character that can't be seen (U+{ord(unseen):04X}): enter it again")
    return plain


def _digits(number: int | Decimal) -> str:
    if isinstance(number, Decimal) and not (number.is_finite() and number.adjusted() < _MOST_DIGITS):
        raise ValueError("it has more digits than a spreadsheet keeps (15), so the last are lost: format the column as text")
    if number != int(number):
        raise ValueError("it is a number with decimals where text is meant: format the column as text")
    return str(int(number))


def _named(cell: Any) -> str:
    if isinstance(cell, datetime.date):
        return "a date"
    return "a number with a rounding error" if isinstance(cell, float) else f"of the type {type(cell).__name__}"


def _identifier(cell: Any, _: Column) -> str:
    if not isinstance(cell, str) or not is_identifier(cell.lower()):
        raise ValueError("it is not an identifier of 24 hexadecimal digits")
    return cell.lower()


def _country(cell: Any, _: Column) -> str:
    if not isinstance(cell, str) or not re.fullmatch("[A-Z]{2}", cell):
        raise ValueError("it is not a country of two capital letters, such as SE")
    return cell


def _boolean(cell: Any, _: Column) -> bool:
    if isinstance(cell, bool):
        return cell
    text = str(cell).casefold()
    if text not in _YES | _NO:
        raise ValueError("it is neither yes (ja, yes, true, 1, x) nor no (nej, no, false, 0)")
    return text in _YES


def _day(cell: Any, column: Column) -> datetime.date:
    if isinstance(cell, datetime.datetime):
        return cell.date() if cell.utcoffset() is None else parse_day(cell)
    if isinstance(cell, datetime.date):
        return cell
    if column.format in _FIRST_DAY:
        return _numbered_day(cell, column.format)
    text = _digits(cell) if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else cell
    if column.format is not None:
        try:
            return datetime.datetime.strptime(text, column.format).date()
        except (ValueError, TypeError):
            raise ValueError("it is not a day in the format that the map declares") from None
    if not isinstance(text, str) or not _ISO_DAY.match(text):
        hint = "declare in the map how days are written, such as format = '%d/%m/%Y', or 'excel' for numbers of days"
        raise ValueError(f"it is not a day such as 2025-10-17: {hint}")
    try:
        rest = text[10:]
        return datetime.date.fromisoformat(text[:10]) if not rest or _MIDNIGHT.fullmatch(rest) else parse_day(text)
    except ValueError:
        raise ValueError("there is no such day, or it is a time without a time zone: write it as 2025-10-17") from None


def _numbered_day(cell: Any, form: str) -> datetime.date:
    try:
        number = int(parse_amount(cell))
        if form == "excel" and number < _FIRST_OF_MARCH:
            raise ValueError
        return _FIRST_DAY[form] + datetime.timedelta(days=number)
    except (ValueError, OverflowError, InvalidInputError):
        raise ValueError("it is not a number of days as spreadsheets count them") from None


def looks_like_total(cell: Any) -> bool:
    """Return whether a cell says that its row is a total, such as `Summa:`."""
    return isinstance(cell, str) and _TOTAL.fullmatch(cell.strip()) is not None
