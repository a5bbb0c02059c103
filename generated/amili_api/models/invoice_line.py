from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_decimal, parse_decimal

T = TypeVar("T", bound="InvoiceLine")
_KNOWN: frozenset[str] = frozenset(
    (
        "article_description",
        "total_price_excluding_vat",
        "unit_price",
        "unit_vat_percent",
        "article_number",
        "number_of_units",
    )
)


@_attrs_define
class InvoiceLine:
    """One line of an invoice.

    Attributes:
        article_description (str): What was sold. Example: Consulting hours.
        total_price_excluding_vat (Decimal): Price of the line without tax; unit_price times number_of_units in all
            examples. Example: 500.0.
        unit_price (Decimal): Price of one unit without tax. Example: 500.0.
        unit_vat_percent (str): Rate of value added tax as text with a percent sign. Seen are 0% and 25%; Sweden also
            has 12% and 6%. Example: 25%.
        article_number (str | None): Number of the article. Example: 123.
        number_of_units (Decimal | None): Units sold; one if left out (inferred). Example: 1.
    """

    article_description: str
    total_price_excluding_vat: Decimal
    unit_price: Decimal
    unit_vat_percent: str
    article_number: str | None = None
    number_of_units: Decimal | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        article_description = self.article_description

        total_price_excluding_vat = dump_decimal(self.total_price_excluding_vat)

        unit_price = dump_decimal(self.unit_price)

        unit_vat_percent = self.unit_vat_percent

        article_number = self.article_number

        number_of_units: int | float | None = None
        if self.number_of_units is not None:
            number_of_units = dump_decimal(self.number_of_units)

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "article_description": article_description,
                "total_price_excluding_vat": total_price_excluding_vat,
                "unit_price": unit_price,
                "unit_vat_percent": unit_vat_percent,
            }
        )
        if article_number is not None:
            field_dict["article_number"] = article_number
        if number_of_units is not None:
            field_dict["number_of_units"] = number_of_units

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        article_description = d["article_description"]

        total_price_excluding_vat = parse_decimal(d["total_price_excluding_vat"])

        unit_price = parse_decimal(d["unit_price"])

        unit_vat_percent = d["unit_vat_percent"]

        article_number = d.get("article_number", None)

        _number_of_units = d.get("number_of_units", None)
        number_of_units: Decimal | None
        if _number_of_units is None:
            number_of_units = None
        else:
            number_of_units = parse_decimal(_number_of_units)

        invoice_line = cls(
            article_description,
            total_price_excluding_vat,
            unit_price,
            unit_vat_percent,
            article_number,
            number_of_units,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return invoice_line

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
