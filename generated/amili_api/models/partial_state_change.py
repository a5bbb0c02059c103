from __future__ import annotations

import datetime
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, parse_datetime
from ..models.case_state import CaseState, read_case_state

T = TypeVar("T", bound="PartialStateChange")
_KNOWN: frozenset[str] = frozenset(
    (
        "state",
        "state_date",
    )
)


@_attrs_define
class PartialStateChange:
    """When a case came into a state.

    Attributes:
        state (CaseState | None): Where in the process the case is. Example: initializing.
        state_date (datetime.datetime | None): When it began. Example: Tue, 07 Oct 2025 07:41:01 GMT.
    """

    state: CaseState | None = None
    state_date: datetime.datetime | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        state: str | None = None
        if self.state is not None:
            state = self.state.value

        state_date: str | None = None
        if self.state_date is not None:
            state_date = dump_datetime(self.state_date)

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update({})
        if state is not None:
            field_dict["state"] = state
        if state_date is not None:
            field_dict["state_date"] = state_date

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        _state = d.get("state", None)
        state: CaseState | None
        if _state is None:
            state = None
        else:
            state = read_case_state(_state)

        _state_date = d.get("state_date", None)
        state_date: datetime.datetime | None
        if _state_date is None:
            state_date = None
        else:
            state_date = parse_datetime(_state_date)

        partial_state_change = cls(
            state,
            state_date,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return partial_state_change

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
