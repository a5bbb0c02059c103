from __future__ import annotations

from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..wire import dump_any

T = TypeVar("T", bound="CaseSettingsInterestRate")
_KNOWN: frozenset[str] = frozenset(("reference_rate",))


@_attrs_define
class CaseSettingsInterestRate:
    """How interest is computed.

    Attributes:
        reference_rate (bool | None): Interest follows the reference rate. Example: True.
    """

    reference_rate: bool | None = None
    additional_properties: dict[str, Any] = _attrs_field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reference_rate = self.reference_rate

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self.additional_properties))
        field_dict.update({})
        if reference_rate is not None:
            field_dict["reference_rate"] = reference_rate

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        reference_rate = d.get("reference_rate", None)

        case_settings_interest_rate = cls(
            reference_rate,
            {} if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return case_settings_interest_rate

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
