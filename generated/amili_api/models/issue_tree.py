from __future__ import annotations

from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="IssueTree")
_KNOWN: frozenset[str] = frozenset(())


@_attrs_define
class IssueTree:
    """Property to a text, a list of texts, or again such a tree.

    Example:
        {'invoice_date': 'must be of datetime type', 'matrix': {'0': {'unit_price': 'required field'}}}

    """

    _additional_properties: dict[str, IssueTree | list[IssueTree | str] | str] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            if isinstance(prop, list):
                field_dict[prop_name] = []
                for additional_property_type_1_item_data in prop:
                    additional_property_type_1_item: dict[str, Any] | str
                    if isinstance(additional_property_type_1_item_data, IssueTree):
                        additional_property_type_1_item = additional_property_type_1_item_data.to_dict()
                    else:
                        additional_property_type_1_item = additional_property_type_1_item_data
                    field_dict[prop_name].append(additional_property_type_1_item)

            elif isinstance(prop, IssueTree):
                field_dict[prop_name] = prop.to_dict()
            else:
                field_dict[prop_name] = prop

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        issue_tree = cls()

        additional_properties = {}
        for prop_name, prop_dict in d.items():
            if prop_name in _KNOWN:
                continue

            def _parse_additional_property(data: object) -> IssueTree | list[IssueTree | str] | str:
                try:
                    if not isinstance(data, list):
                        raise TypeError()
                    additional_property_type_1 = []
                    _additional_property_type_1 = data
                    for additional_property_type_1_item_data in _additional_property_type_1:

                        def _parse_additional_property_type_1_item(data: object) -> IssueTree | str:
                            try:
                                if not isinstance(data, dict):
                                    raise TypeError()
                                additional_property_type_1_item_type_1 = IssueTree.from_dict(data)

                                return additional_property_type_1_item_type_1
                            except (TypeError, ValueError, AttributeError, KeyError):
                                pass
                            return cast(IssueTree | str, data)

                        additional_property_type_1_item = _parse_additional_property_type_1_item(
                            additional_property_type_1_item_data
                        )

                        additional_property_type_1.append(additional_property_type_1_item)

                    return additional_property_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    additional_property_type_2 = IssueTree.from_dict(data)

                    return additional_property_type_2
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                return cast(IssueTree | list[IssueTree | str] | str, data)

            additional_property = _parse_additional_property(prop_dict)

            additional_properties[prop_name] = additional_property

        issue_tree.additional_properties = additional_properties
        return issue_tree

    @property
    def additional_properties(self) -> dict[str, IssueTree | list[IssueTree | str] | str]:
        if self._additional_properties is None:
            self._additional_properties = {}
        return self._additional_properties

    @additional_properties.setter
    def additional_properties(self, value: dict[str, IssueTree | list[IssueTree | str] | str]) -> None:
        self._additional_properties = value

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> IssueTree | list[IssueTree | str] | str:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: IssueTree | list[IssueTree | str] | str) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
