from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, dump_decimal, parse_datetime, parse_decimal

T = TypeVar("T", bound="PartialTransaction")
_KNOWN: frozenset[str] = frozenset(
    (
        "amount",
        "bank_transaction_date",
        "description_locale_tag",
        "origin",
        "registration_date",
        "type",
    )
)


@_attrs_define
class PartialTransaction:
    """Something added to or taken from a debt.

    Attributes:
        amount (Decimal | None): Its amount. The sign of a crediting is not documented. Example: 500.0.
        bank_transaction_date (datetime.datetime | None): Day at the bank. Example: Tue, 07 Oct 2025 00:00:00 GMT.
        description_locale_tag (str | None): Key of its description. Example: api.transaction.case_registration.
        origin (str | None): Who caused it. Example: creditor_system.
        registration_date (datetime.datetime | None): When it was booked. Example: Tue, 07 Oct 2025 00:27:01 GMT.
        type_ (str | None): What it concerns. Example: capital.
    """

    amount: Decimal | None = None
    bank_transaction_date: datetime.datetime | None = None
    description_locale_tag: str | None = None
    origin: str | None = None
    registration_date: datetime.datetime | None = None
    type_: str | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        amount: int | float | None = None
        if self.amount is not None:
            amount = dump_decimal(self.amount)

        bank_transaction_date: str | None = None
        if self.bank_transaction_date is not None:
            bank_transaction_date = dump_datetime(self.bank_transaction_date)

        description_locale_tag = self.description_locale_tag

        origin = self.origin

        registration_date: str | None = None
        if self.registration_date is not None:
            registration_date = dump_datetime(self.registration_date)

        type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update({})
        if amount is not None:
            field_dict["amount"] = amount
        if bank_transaction_date is not None:
            field_dict["bank_transaction_date"] = bank_transaction_date
        if description_locale_tag is not None:
            field_dict["description_locale_tag"] = description_locale_tag
        if origin is not None:
            field_dict["origin"] = origin
        if registration_date is not None:
            field_dict["registration_date"] = registration_date
        if type_ is not None:
            field_dict["type"] = type_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        _amount = d.get("amount", None)
        amount: Decimal | None
        if _amount is None:
            amount = None
        else:
            amount = parse_decimal(_amount)

        _bank_transaction_date = d.get("bank_transaction_date", None)
        bank_transaction_date: datetime.datetime | None
        if _bank_transaction_date is None:
            bank_transaction_date = None
        else:
            bank_transaction_date = parse_datetime(_bank_transaction_date)

        description_locale_tag = d.get("description_locale_tag", None)

        origin = d.get("origin", None)

        _registration_date = d.get("registration_date", None)
        registration_date: datetime.datetime | None
        if _registration_date is None:
            registration_date = None
        else:
            registration_date = parse_datetime(_registration_date)

        type_ = d.get("type", None)

        partial_transaction = cls(
            amount,
            bank_transaction_date,
            description_locale_tag,
            origin,
            registration_date,
            type_,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return partial_transaction

    @property
    def additional_properties(self) -> dict[str, Any]:
        if self._additional_properties is None:
            self._additional_properties = {}
        return self._additional_properties

    @additional_properties.setter
    def additional_properties(self, value: dict[str, Any]) -> None:
        self._additional_properties = value

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
