from __future__ import annotations

import datetime
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.case_status import CaseStatus, read_case_status
from ..wire import dump_any, dump_datetime, parse_datetime

T = TypeVar("T", bound="StatusChange")
_KNOWN: frozenset[str] = frozenset(
    (
        "status",
        "status_date",
    )
)


@_attrs_define
class StatusChange:
    """When a case came into a status.

    Attributes:
        status (CaseStatus): How the case stands within its state. Example: initializing.
        status_date (datetime.datetime): When it began. Example: Tue, 07 Oct 2025 07:41:01 GMT.
    """

    status: CaseStatus
    status_date: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        status_date = dump_datetime(self.status_date)

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self.additional_properties))
        field_dict.update(
            {
                "status": status,
                "status_date": status_date,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        status = read_case_status(d["status"])

        status_date = parse_datetime(d["status_date"])

        status_change = cls(
            status,
            status_date,
            {} if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return status_change

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
