from __future__ import annotations

from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..wire import dump_any

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
    additional_properties: dict[str, Any] = _attrs_field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        max_results = self.max_results

        page = self.page

        total = self.total

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self.additional_properties))
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
            {} if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return page_meta

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
