from __future__ import annotations

from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any
from ..models.case import Case
from ..models.page_meta import PageMeta

T = TypeVar("T", bound="CasePage")
_KNOWN: frozenset[str] = frozenset(
    (
        "_items",
        "_meta",
    )
)


@_attrs_define
class CasePage:
    """One page of cases.

    Attributes:
        items (list[Case]): The cases of this page.
        meta (PageMeta): Where in the list this page is.
    """

    items: list[Case]
    meta: PageMeta
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        meta = self.meta.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "_items": items,
                "_meta": meta,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        items = []
        _items = d["_items"]
        for items_item_data in _items:
            items_item = Case.from_dict(items_item_data)

            items.append(items_item)

        meta = PageMeta.from_dict(d["_meta"])

        case_page = cls(
            items,
            meta,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return case_page

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
