from __future__ import annotations

from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any

T = TypeVar("T", bound="CreditorCancellation")
_KNOWN: frozenset[str] = frozenset(
    (
        "creditor",
        "origin",
        "case",
        "file_import_report",
        "invoice_number",
    )
)


@_attrs_define
class CreditorCancellation:
    """Stop the processing of a case. Exactly one of case and invoice_number.

    Attributes:
        creditor (str): Creditor who cancels. Example: 674dbeb208847b9501cc9138.
        origin (Literal['creditor_system']): The only value a creditor may send. Default: 'creditor_system'.
        case (str | None): Case to cancel. Example: 68e4c40d93ee14723d28fa95.
        file_import_report (str | None): Set by the vendor for files. Example: 68e4c69c0da90297b3be0dfd.
        invoice_number (str | None): Invoice to cancel, found together with creditor. Example: INV-2025-015.
    """

    creditor: str
    origin: Literal["creditor_system"] = "creditor_system"
    case: str | None = None
    file_import_report: str | None = None
    invoice_number: str | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        creditor = self.creditor

        origin = self.origin

        case = self.case

        file_import_report = self.file_import_report

        invoice_number = self.invoice_number

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "creditor": creditor,
                "origin": origin,
            }
        )
        if case is not None:
            field_dict["case"] = case
        if file_import_report is not None:
            field_dict["file_import_report"] = file_import_report
        if invoice_number is not None:
            field_dict["invoice_number"] = invoice_number

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        creditor = d["creditor"]

        origin = cast(Literal["creditor_system"], d["origin"])
        if origin != "creditor_system":
            raise ValueError(f"origin must match const 'creditor_system', got '{origin}'")

        case = d.get("case", None)

        file_import_report = d.get("file_import_report", None)

        invoice_number = d.get("invoice_number", None)

        creditor_cancellation = cls(
            creditor,
            origin,
            case,
            file_import_report,
            invoice_number,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return creditor_cancellation

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
