from __future__ import annotations

from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any

T = TypeVar("T", bound="EveErrorErrorDetails")
_KNOWN: frozenset[str] = frozenset(())


@_attrs_define
class EveErrorErrorDetails:
    """Documented form: dotted property path to text.

    Example:
        {'customer.name': 'Name is required'}

    """

    _additional_properties: dict[str, str] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        eve_error_error_details = cls()

        eve_error_error_details.additional_properties = {k: v for k, v in d.items() if k not in _KNOWN}
        return eve_error_error_details

    @property
    def additional_properties(self) -> dict[str, str]:
        if self._additional_properties is None:
            self._additional_properties = {}
        return self._additional_properties

    @additional_properties.setter
    def additional_properties(self, value: dict[str, str]) -> None:
        self._additional_properties = value

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> str:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: str) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
