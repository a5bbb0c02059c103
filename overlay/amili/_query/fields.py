"""The field classes that conditions are built from; a comparison with a value of the wrong type raises and says what to write.

The framework behind the API converts strings by their form: an RFC 1123 date becomes a date and 24 hexadecimal digits become an
identifier. Such a string would silently match nothing in a string field, so it raises here.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeVar

from amili_api.codec import Amount

from amili._errors import InvalidInputError
from amili._query.condition import Condition, comparison
from amili._query.encoding import canonical_json, check_encodable, is_identifier, json_number, looks_like_date, rfc_1123

V = TypeVar("V")
Date = datetime.date  # the base class of datetime

_PATH = r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*"


class FieldGroup:
    """A group of fields, or a field that only supports `exists()`."""

    def __init__(self, path: str = "") -> None:
        self._path = path

    def exists(self, present: bool = True) -> Condition:
        """Match cases that have this property (or, with False, that do not)."""
        if not self._path:
            raise TypeError("exists() needs one property, such as where.closed.exists()")
        return comparison(self._path, bool(present), "$exists")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(f"{self._path} has several properties; compare one of them, or use .exists()")

    __hash__: ClassVar[None]  # type: ignore[assignment]

    if TYPE_CHECKING:
        pass  # so that a type checker reports an unknown attribute
    else:

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):  # copy and pickle read such names before _path is set
                raise AttributeError(name)
            known = ", ".join(sorted(key for key in dir(type(self)) if not key.startswith("_")))
            raise AttributeError(f"{self._path or 'where'} has no field {name!r}; it has: {known}")

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"a field can't be used as a boolean: compare {self._path or 'one'} or use .exists(), and combine with (a) & (b), "
            "(a) | (b), ~(a) instead of 'and', 'or', 'not'"
        )

    def __contains__(self, value: object) -> NoReturn:
        raise TypeError(f"write where.{self._path or 'state'}.in_([...]) instead of 'in'")

    def __repr__(self) -> str:
        return f"<field {self._path}>"


class Descending:
    """A field by which a list is sorted in descending order, as `-where.created`."""

    def __init__(self, path: str) -> None:
        self._path = f"-{path}"


class Field(FieldGroup, Generic[V]):
    """One property; a comparison returns a `Condition`."""

    _expected: ClassVar[str]

    def __eq__(self, other: V) -> Condition:  # type: ignore[override]
        return comparison(self._path, self._wire(other))

    def __ne__(self, other: V) -> Condition:  # type: ignore[override]
        return self._compare("$ne", other)

    def __lt__(self, other: V) -> Condition:
        return self._compare("$lt", other)

    def __le__(self, other: V) -> Condition:
        return self._compare("$lte", other)

    def __gt__(self, other: V) -> Condition:
        return self._compare("$gt", other)

    def __ge__(self, other: V) -> Condition:
        return self._compare("$gte", other)

    __hash__: ClassVar[None]

    def __neg__(self) -> "Descending":
        return Descending(self._path)

    def in_(self, values: Iterable[V]) -> Condition:
        """Match cases whose property is one of `values`."""
        return self._compare_list("$in", values)

    def not_in(self, values: Iterable[V]) -> Condition:
        """Match cases whose property is none of `values`, or is missing."""
        return self._compare_list("$nin", values)

    def _compare(self, operator: str, value: V) -> Condition:
        return comparison(self._path, self._wire(value), operator)

    def _compare_list(self, operator: str, values: Iterable[V]) -> Condition:
        if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
            raise InvalidInputError(f"{self._path}: a list of values is needed, not {type(values).__name__}")
        listed = [self._wire(value) for value in values]
        if not listed:
            raise InvalidInputError(f"{self._path}: the list is empty: in_ would match nothing, and not_in everything")
        if isinstance(values, set | frozenset):  # their order differs between processes
            listed.sort(key=canonical_json)
        return comparison(self._path, listed, operator)

    def _wire(self, value: V) -> Any:
        raise NotImplementedError

    def _wrong_type(self, value: object) -> InvalidInputError:
        found = "None; to find a missing property write .exists(False)" if value is None else type(value).__name__
        return InvalidInputError(f"{self._path} must be compared with {self._expected}, not {found}")


class StringField(Field[str]):
    """A string."""

    _expected = "a string"

    def _wire(self, value: str) -> str:
        if not isinstance(value, str):
            raise self._wrong_type(value)
        text = check_encodable(str.__str__(value))
        if is_identifier(text) or looks_like_date(text):
            shape = "an identifier" if is_identifier(text) else "a date"
            raise InvalidInputError(f"{self._path}: the API converts this string to {shape}, so it would match nothing")
        return text


class IdentifierField(Field[str]):
    """An identifier: 24 hexadecimal digits."""

    _expected = "an identifier of 24 hexadecimal digits"

    def _wire(self, value: str) -> str:
        if not isinstance(value, str):
            raise self._wrong_type(value)
        if not is_identifier(value):
            raise InvalidInputError(f"{self._path} must be compared with {self._expected}; another string would match nothing")
        return value.lower()


class BooleanField(Field[bool]):
    """True or false."""

    _expected = "True or False"

    def _wire(self, value: bool) -> bool:
        if not isinstance(value, bool):
            raise self._wrong_type(value)
        return value


class IntegerField(Field[int]):
    """An integer."""

    _expected = "an integer"

    def _wire(self, value: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong_type(value)
        return value


class AmountField(Field[Amount]):
    """An amount of money, in SEK: a Decimal, an int, or text of plain digits; a float only if it has no rounding error."""

    _expected = "an amount such as Decimal('100.50')"

    def _wire(self, value: Amount) -> int | float:
        if not isinstance(value, Amount | float) or isinstance(value, bool):
            raise self._wrong_type(value)
        return json_number(value)


class DateTimeField(Field[Date]):
    """A datetime, sent as RFC 1123 in GMT, since an ISO 8601 date silently matches nothing. A date means its midnight in GMT.

    The API has whole seconds only, so `>=` a fraction of a second is sent as `>` its whole second, and `<` as `<=`.
    """

    _expected = "a datetime with a time zone, or a date"

    def _wire(self, value: Date) -> str:
        if not isinstance(value, datetime.date):
            raise self._wrong_type(value)
        if isinstance(value, datetime.datetime) and value.microsecond:
            hint = "the API has whole seconds only, so this would match nothing; use .replace(microsecond=0)"
            raise InvalidInputError(f"{self._path}: {hint}")
        return rfc_1123(value, self._path)

    def _compare(self, operator: str, value: Date) -> Condition:
        if operator != "$ne" and isinstance(value, datetime.datetime) and value.microsecond:
            operator = {"$gte": "$gt", "$lt": "$lte"}.get(operator, operator)
            value = value.replace(microsecond=0)
        return super()._compare(operator, value)


class AnyField(Field[Any]):
    """A property that the contract does not list; the type of the value decides how it is sent."""

    _expected = "a string, True or False, a number, a date or an identifier"

    def __init__(self, path: str) -> None:
        if not isinstance(path, str) or not re.fullmatch(_PATH, path):
            raise InvalidInputError(f"{path!r} is not the dotted path of a property, such as 'debt.invoice_number'")
        super().__init__(path)

    def _compare(self, operator: str, value: Any) -> Condition:
        if isinstance(value, Date):
            return DateTimeField(self._path)._compare(operator, value)
        return super()._compare(operator, value)

    def _wire(self, value: Any) -> Any:
        kinds: tuple[tuple[type, Any], ...] = (
            (bool, BooleanField),
            (str, None),
            (int, IntegerField),
            (Decimal, AmountField),
            (float, AmountField),
            (Date, DateTimeField),
        )
        for kind, field in kinds:
            if isinstance(value, kind):
                return check_encodable(str.__str__(value)) if field is None else field(self._path)._wire(value)
        raise self._wrong_type(value)
