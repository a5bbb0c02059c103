from __future__ import annotations

from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any
from ..models.eve_error_error import EveErrorError
from ..models.issue_tree import IssueTree

T = TypeVar("T", bound="EveError")
_KNOWN: frozenset[str] = frozenset(
    (
        "_status",
        "_error",
        "_issues",
    )
)


@_attrs_define
class EveError:
    """What an error looks like, in the documented and in the framework's form.

    Attributes:
        status (Literal['ERR']): Marks an error.
        error (EveErrorError | None): Code and message.
        issues (IssueTree | None): Property to a text, a list of texts, or again such a tree. Example: {'invoice_date':
            'must be of datetime type', 'matrix': {'0': {'unit_price': 'required field'}}}.
    """

    status: Literal["ERR"]
    error: EveErrorError | None = None
    issues: IssueTree | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        error: dict[str, Any] | None = None
        if self.error is not None:
            error = self.error.to_dict()

        issues: dict[str, Any] | None = None
        if self.issues is not None:
            issues = self.issues.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "_status": status,
            }
        )
        if error is not None:
            field_dict["_error"] = error
        if issues is not None:
            field_dict["_issues"] = issues

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        status = cast(Literal["ERR"], d["_status"])
        if status != "ERR":
            raise ValueError(f"_status must match const 'ERR', got '{status}'")

        _error = d.get("_error", None)
        error: EveErrorError | None
        if _error is None:
            error = None
        else:
            error = EveErrorError.from_dict(_error)

        _issues = d.get("_issues", None)
        issues: IssueTree | None
        if _issues is None:
            issues = None
        else:
            issues = IssueTree.from_dict(_issues)

        eve_error = cls(
            status,
            error,
            issues,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return eve_error

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
