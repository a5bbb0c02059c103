from __future__ import annotations

import datetime
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, parse_datetime
from ..models.case_status import CaseStatus, read_case_status

T = TypeVar("T", bound="PartialStatusChange")
_KNOWN: frozenset[str] = frozenset(
    (
        "status",
        "status_date",
    )
)


@_attrs_define
class PartialStatusChange:
    """When a case came into a status.

    Attributes:
        status (CaseStatus | None): How the case stands within its state. Example: initializing.
        status_date (datetime.datetime | None): When it began. Example: Tue, 07 Oct 2025 07:41:01 GMT.
    """

    status: CaseStatus | None = None
    status_date: datetime.datetime | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        status: str | None = None
        if self.status is not None:
            status = self.status.value

        status_date: str | None = None
        if self.status_date is not None:
            status_date = dump_datetime(self.status_date)

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update({})
        if status is not None:
            field_dict["status"] = status
        if status_date is not None:
            field_dict["status_date"] = status_date

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        _status = d.get("status", None)
        status: CaseStatus | None
        if _status is None:
            status = None
        else:
            status = read_case_status(_status)

        _status_date = d.get("status_date", None)
        status_date: datetime.datetime | None
        if _status_date is None:
            status_date = None
        else:
            status_date = parse_datetime(_status_date)

        partial_status_change = cls(
            status,
            status_date,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return partial_status_change

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
