from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, dump_decimal, parse_datetime, parse_decimal

T = TypeVar("T", bound="PartialDebt")
_KNOWN: frozenset[str] = frozenset(
    (
        "capital_to_claim",
        "debt_description",
        "debt_reference",
        "initial_capital",
        "interest_days_after_invoice_date",
        "invoice_date",
        "invoice_due_days_after_invoice_date",
        "invoice_number",
        "payout_reference",
    )
)


@_attrs_define
class PartialDebt:
    """What is claimed.

    Attributes:
        capital_to_claim (Decimal | None): Capital that is claimed. Example: 500.0.
        debt_description (str | None): What the debt is for. Example: Professional consulting services.
        debt_reference (str | None): Reference of the debt. Example: REF-1.
        initial_capital (Decimal | None): Capital at the start: the total of the invoice with tax. Example: 500.0.
        interest_days_after_invoice_date (int | None): Days from the invoice date to the first day of interest.
            Example: 8.
        invoice_date (datetime.datetime | None): Date of the invoice. Example: Tue, 07 Oct 2025 10:11:22 GMT.
        invoice_due_days_after_invoice_date (int | None): Days from the invoice date to the due date. Example: 8.
        invoice_number (str | None): The creditor's own number of the invoice. Whether it must be unique is not
            documented. Example: INV-2025-015.
        payout_reference (str | None): Reference by which the creditor tracks the payout. Example: INV-2025-015.
    """

    capital_to_claim: Decimal | None = None
    debt_description: str | None = None
    debt_reference: str | None = None
    initial_capital: Decimal | None = None
    interest_days_after_invoice_date: int | None = None
    invoice_date: datetime.datetime | None = None
    invoice_due_days_after_invoice_date: int | None = None
    invoice_number: str | None = None
    payout_reference: str | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        capital_to_claim: int | float | None = None
        if self.capital_to_claim is not None:
            capital_to_claim = dump_decimal(self.capital_to_claim)

        debt_description = self.debt_description

        debt_reference = self.debt_reference

        initial_capital: int | float | None = None
        if self.initial_capital is not None:
            initial_capital = dump_decimal(self.initial_capital)

        interest_days_after_invoice_date = self.interest_days_after_invoice_date

        invoice_date: str | None = None
        if self.invoice_date is not None:
            invoice_date = dump_datetime(self.invoice_date)

        invoice_due_days_after_invoice_date = self.invoice_due_days_after_invoice_date

        invoice_number = self.invoice_number

        payout_reference = self.payout_reference

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update({})
        if capital_to_claim is not None:
            field_dict["capital_to_claim"] = capital_to_claim
        if debt_description is not None:
            field_dict["debt_description"] = debt_description
        if debt_reference is not None:
            field_dict["debt_reference"] = debt_reference
        if initial_capital is not None:
            field_dict["initial_capital"] = initial_capital
        if interest_days_after_invoice_date is not None:
            field_dict["interest_days_after_invoice_date"] = interest_days_after_invoice_date
        if invoice_date is not None:
            field_dict["invoice_date"] = invoice_date
        if invoice_due_days_after_invoice_date is not None:
            field_dict["invoice_due_days_after_invoice_date"] = invoice_due_days_after_invoice_date
        if invoice_number is not None:
            field_dict["invoice_number"] = invoice_number
        if payout_reference is not None:
            field_dict["payout_reference"] = payout_reference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        _capital_to_claim = d.get("capital_to_claim", None)
        capital_to_claim: Decimal | None
        if _capital_to_claim is None:
            capital_to_claim = None
        else:
            capital_to_claim = parse_decimal(_capital_to_claim)

        debt_description = d.get("debt_description", None)

        debt_reference = d.get("debt_reference", None)

        _initial_capital = d.get("initial_capital", None)
        initial_capital: Decimal | None
        if _initial_capital is None:
            initial_capital = None
        else:
            initial_capital = parse_decimal(_initial_capital)

        interest_days_after_invoice_date = d.get("interest_days_after_invoice_date", None)

        _invoice_date = d.get("invoice_date", None)
        invoice_date: datetime.datetime | None
        if _invoice_date is None:
            invoice_date = None
        else:
            invoice_date = parse_datetime(_invoice_date)

        invoice_due_days_after_invoice_date = d.get("invoice_due_days_after_invoice_date", None)

        invoice_number = d.get("invoice_number", None)

        payout_reference = d.get("payout_reference", None)

        partial_debt = cls(
            capital_to_claim,
            debt_description,
            debt_reference,
            initial_capital,
            interest_days_after_invoice_date,
            invoice_date,
            invoice_due_days_after_invoice_date,
            invoice_number,
            payout_reference,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return partial_debt

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
