from __future__ import annotations

from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any

T = TypeVar("T", bound="Address")
_KNOWN: frozenset[str] = frozenset(
    (
        "address_line_1",
        "city",
        "zip_code",
        "country",
    )
)


@_attrs_define
class Address:
    """Postal address.

    Attributes:
        address_line_1 (str): Street and number. Example: Business Street 456.
        city (str): Town. Example: Gothenburg.
        zip_code (str): Postal code. Example: 54321.
        country (str | None): Country as ISO 3166 alpha-2. Newer pages always send it. Example: SE.
    """

    address_line_1: str
    city: str
    zip_code: str
    country: str | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        address_line_1 = self.address_line_1

        city = self.city

        zip_code = self.zip_code

        country = self.country

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "address_line_1": address_line_1,
                "city": city,
                "zip_code": zip_code,
            }
        )
        if country is not None:
            field_dict["country"] = country

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        address_line_1 = d["address_line_1"]

        city = d["city"]

        zip_code = d["zip_code"]

        country = d.get("country", None)

        address = cls(
            address_line_1,
            city,
            zip_code,
            country,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return address

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
