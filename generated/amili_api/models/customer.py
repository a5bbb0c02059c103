from __future__ import annotations

from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any
from ..models.address import Address

T = TypeVar("T", bound="Customer")
_KNOWN: frozenset[str] = frozenset(
    (
        "address",
        "id_number",
        "name",
        "customer_number",
        "email",
        "is_company",
        "is_foreign",
        "is_person",
        "mobile_number",
    )
)


@_attrs_define
class Customer:
    """The debtor. Customers are matched by id_number, not duplicated (inferred).

    Attributes:
        address (Address): Postal address.
        id_number (str): Personal or organisation number, with or without hyphen and century. Not checked by its check
            digit. Example: 556789-1234.
        name (str): Name of the debtor. Example: Jane Smith.
        customer_number (str | None): Number of the debtor at the creditor. Example: 12345.
        email (str | None): Address for e-mail. Example: jane.smith@domain.se.
        is_company (bool | None): The debtor is a company. Example: False.
        is_foreign (bool | None): The debtor is foreign. Example: False.
        is_person (bool | None): The debtor is a person. Exactly one of the three kinds is true. Example: True.
        mobile_number (str | None): Mobile telephone as E.164. Example: +46709876543.
    """

    address: Address
    id_number: str
    name: str
    customer_number: str | None = None
    email: str | None = None
    is_company: bool | None = None
    is_foreign: bool | None = None
    is_person: bool | None = None
    mobile_number: str | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        address = self.address.to_dict()

        id_number = self.id_number

        name = self.name

        customer_number = self.customer_number

        email = self.email

        is_company = self.is_company

        is_foreign = self.is_foreign

        is_person = self.is_person

        mobile_number = self.mobile_number

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "address": address,
                "id_number": id_number,
                "name": name,
            }
        )
        if customer_number is not None:
            field_dict["customer_number"] = customer_number
        if email is not None:
            field_dict["email"] = email
        if is_company is not None:
            field_dict["is_company"] = is_company
        if is_foreign is not None:
            field_dict["is_foreign"] = is_foreign
        if is_person is not None:
            field_dict["is_person"] = is_person
        if mobile_number is not None:
            field_dict["mobile_number"] = mobile_number

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        address = Address.from_dict(d["address"])

        id_number = d["id_number"]

        name = d["name"]

        customer_number = d.get("customer_number", None)

        email = d.get("email", None)

        is_company = d.get("is_company", None)

        is_foreign = d.get("is_foreign", None)

        is_person = d.get("is_person", None)

        mobile_number = d.get("mobile_number", None)

        customer = cls(
            address,
            id_number,
            name,
            customer_number,
            email,
            is_company,
            is_foreign,
            is_person,
            mobile_number,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return customer

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
