from __future__ import annotations

from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any
from ..models.eve_error_error_details import EveErrorErrorDetails

T = TypeVar("T", bound="EveErrorError")
_KNOWN: frozenset[str] = frozenset(
    (
        "code",
        "message",
        "details",
    )
)


@_attrs_define
class EveErrorError:
    """Code and message.

    Attributes:
        code (int): The HTTP status again. Example: 422.
        message (str): One sentence; generic in the framework's form. Example: Validation failed.
        details (EveErrorErrorDetails | None): Documented form: dotted property path to text. Example:
            {'customer.name': 'Name is required'}.
    """

    code: int
    message: str
    details: EveErrorErrorDetails | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        message = self.message

        details: dict[str, Any] | None = None
        if self.details is not None:
            details = self.details.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "code": code,
                "message": message,
            }
        )
        if details is not None:
            field_dict["details"] = details

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        code = d["code"]

        message = d["message"]

        _details = d.get("details", None)
        details: EveErrorErrorDetails | None
        if _details is None:
            details = None
        else:
            details = EveErrorErrorDetails.from_dict(_details)

        eve_error_error = cls(
            code,
            message,
            details,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return eve_error_error

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
