"""The kinds of field that conditions are made of; a comparison with a wrong type of value raises and says what to write.

The framework behind the API casts by the look of a text: what looks like an RFC 1123 date becomes a date and 24
hexadecimal digits become an identifier, so such a text can't be searched in a text field. It would silently match nothing;
here it raises.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from string import hexdigits
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeVar

from amili_api.codec import dump_datetime

from amili._query.condition import Condition, comparison
from amili._query.encoding import canonical_json, json_number, sendable

V = TypeVar("V")
Date = datetime.date  # a datetime is a date, too

_PATH = r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*"


class FieldGroup:
    """A group of fields, or a field of which only the existence can be asked."""

    def __init__(self, path: str = "") -> None:
        self._path = path

    def exists(self, present: bool = True) -> Condition:
        """Match cases that have this property (or, with False, that lack it)."""
        if not self._path:
            raise TypeError("ask one property whether it exists, such as where.closed.exists()")
        return comparison(self._path, bool(present), "$exists")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(f"{self._path} holds several properties; compare one of them, or ask .exists()")

    __hash__: ClassVar[None]  # type: ignore[assignment]

    if TYPE_CHECKING:
        pass  # a type checker shall see that an attribute does not exist
    else:

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):  # copy and pickle ask for such names, before there is a path
                raise AttributeError(name)
            known = ", ".join(sorted(key for key in dir(type(self)) if not key.startswith("_")))
            raise AttributeError(f"no field {name!r} below {self._path or 'where'}; there are: {known}")

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"a field is neither true nor false: compare {self._path or 'one'} or ask .exists(), and combine with (a) & (b), "
            "(a) | (b), ~(a) instead of 'and', 'or', 'not'"
        )

    def __contains__(self, value: object) -> NoReturn:
        raise TypeError(f"write where.{self._path or 'state'}.in_([...]) instead of 'in'")

    def __repr__(self) -> str:
        return f"<field {self._path}>"


class Field(FieldGroup, Generic[V]):
    """One property; a comparison gives a `Condition`."""

    _expected: ClassVar[str]

    def __eq__(self, other: V) -> Condition:  # type: ignore[override]
        return comparison(self._path, self._wire(other))

    def __ne__(self, other: V) -> Condition:  # type: ignore[override]
        return self._compared("$ne", other)

    def __lt__(self, other: V) -> Condition:
        return self._compared("$lt", other)

    def __le__(self, other: V) -> Condition:
        return self._compared("$lte", other)

    def __gt__(self, other: V) -> Condition:
        return self._compared("$gt", other)

    def __ge__(self, other: V) -> Condition:
        return self._compared("$gte", other)

    __hash__: ClassVar[None]

    def in_(self, values: Iterable[V]) -> Condition:
        """Match cases whose property is one of `values`."""
        return self._listed("$in", values)

    def not_in(self, values: Iterable[V]) -> Condition:
        """Match cases whose property is none of `values`, or is missing."""
        return self._listed("$nin", values)

    def _compared(self, operator: str, value: V) -> Condition:
        return comparison(self._path, self._wire(value), operator)

    def _listed(self, operator: str, values: Iterable[V]) -> Condition:
        if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
            raise TypeError(f"{self._path}: give a list of values, not {type(values).__name__}")
        listed = [self._wire(value) for value in values]
        if not listed:
            raise ValueError(f"{self._path}: the list is empty: in_ would match nothing, and not_in everything")
        if isinstance(values, set | frozenset):  # which have another order in each process
            listed.sort(key=canonical_json)
        return comparison(self._path, listed, operator)

    def _wire(self, value: V) -> Any:
        raise NotImplementedError

    def _type_error(self, value: object) -> TypeError:
        found = "None; to find a missing property write .exists(False)" if value is None else type(value).__name__
        return TypeError(f"{self._path} is compared with {self._expected}, not {found}")


class StringField(Field[str]):
    """A text."""

    _expected = "a text"

    def _wire(self, value: str) -> str:
        if not isinstance(value, str):
            raise self._type_error(value)
        text = sendable(str.__str__(value))
        if is_identifier(text) or looks_like_date(text):
            shape = "an identifier" if is_identifier(text) else "a date"
            raise ValueError(f"{self._path}: the API takes this text for {shape}, so it would match nothing")
        return text


class IdentifierField(Field[str]):
    """An identifier: 24 hexadecimal digits."""

    _expected = "an identifier of 24 hexadecimal digits"

    def _wire(self, value: str) -> str:
        if not isinstance(value, str):
            raise self._type_error(value)
        if not is_identifier(value):
            raise ValueError(f"{self._path} is compared with {self._expected}; another text would match nothing")
        return value.lower()


class BooleanField(Field[bool]):
    """True or false."""

    _expected = "True or False"

    def _wire(self, value: bool) -> bool:
        if not isinstance(value, bool):
            raise self._type_error(value)
        return value


class IntegerField(Field[int]):
    """A whole number."""

    _expected = "a whole number"

    def _wire(self, value: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._type_error(value)
        return value


class AmountField(Field[Decimal | int]):
    """An amount of money, in SEK."""

    _expected = "a Decimal or a whole number (a float is not exact: write Decimal('100.50'))"

    def _wire(self, value: Decimal | int) -> int | float:
        if not isinstance(value, Decimal | int) or isinstance(value, bool):
            raise self._type_error(value)
        return json_number(value)


class DateTimeField(Field[Date]):
    """A moment; sent as RFC 1123 in GMT, since an ISO 8601 date silently matches nothing. A date means its midnight in GMT.

    The API knows whole seconds. What is at or after a fraction of a second is what is after the second that it is a part of.
    """

    _expected = "a datetime with a time zone, or a date"

    def _wire(self, value: Date) -> str:
        if not isinstance(value, datetime.date):
            raise self._type_error(value)
        if isinstance(value, datetime.datetime) and value.microsecond:
            hint = "the API knows whole seconds, so no moment is this one; write .replace(microsecond=0)"
            raise ValueError(f"{self._path}: {hint}")
        return dump_datetime(value)

    def _compared(self, operator: str, value: Date) -> Condition:
        if operator != "$ne" and isinstance(value, datetime.datetime) and value.microsecond:
            operator = {"$gte": "$gt", "$lt": "$lte"}.get(operator, operator)
            value = value.replace(microsecond=0)
        return super()._compared(operator, value)


class AnyField(Field[Any]):
    """A property that the contract does not list; the type of the value decides how it is written."""

    _expected = "a text, True or False, a number, a date or an identifier"

    def __init__(self, path: str) -> None:
        if not isinstance(path, str) or not re.fullmatch(_PATH, path):
            raise ValueError(f"{path!r} is not the dotted path of a property, such as 'debt.invoice_number'")
        super().__init__(path)

    def _compared(self, operator: str, value: Any) -> Condition:
        if isinstance(value, Date):
            return DateTimeField(self._path)._compared(operator, value)
        return super()._compared(operator, value)

    def _wire(self, value: Any) -> Any:
        kinds: tuple[tuple[type, Any], ...] = (
            (bool, BooleanField),
            (str, None),
            (int, IntegerField),
            (Decimal, AmountField),
            (Date, DateTimeField),
        )
        for kind, field in kinds:
            if isinstance(value, kind):
                return sendable(str.__str__(value)) if field is None else field(self._path)._wire(value)
        raise self._type_error(value)


# Compiled when first used: that takes as long as all else that conditions are made of.
_DATE = r"[A-Za-z]{3},\s+\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{1,2}:\d{1,2}:\d{1,2}\s+GMT"


def is_identifier(text: str) -> bool:
    """Tell whether a text is 24 hexadecimal digits."""
    return len(text) == 24 and not text.strip(hexdigits)


def looks_like_date(text: str) -> bool:
    """Tell whether a text has the form of RFC 1123, leniently, as the framework reads it."""
    return text[3:4] == "," and re.fullmatch(_DATE, text, re.IGNORECASE) is not None
