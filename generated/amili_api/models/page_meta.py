from __future__ import annotations

from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any

T = TypeVar("T", bound="PageMeta")
_KNOWN: frozenset[str] = frozenset(
    (
        "max_results",
        "page",
        "total",
    )
)


@_attrs_define
class PageMeta:
    """Where in the list this page is.

    Attributes:
        max_results (int): Cases on a page as applied by the server. Example: 25.
        page (int): Number of this page. Example: 1.
        total (int): Cases that match in all. Example: 1.
    """

    max_results: int
    page: int
    total: int
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        max_results = self.max_results

        page = self.page

        total = self.total

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "max_results": max_results,
                "page": page,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        max_results = d["max_results"]

        page = d["page"]

        total = d["total"]

        page_meta = cls(
            max_results,
            page,
            total,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return page_meta

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
