from __future__ import annotations

import datetime
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, parse_datetime

T = TypeVar("T", bound="InvoiceRegistrationReceipt")
_KNOWN: frozenset[str] = frozenset(
    (
        "_case",
        "_created",
        "_etag",
        "_id",
        "_invoice",
        "_ocr_number",
        "_status",
        "_updated",
        "ocr_number_ocr",
    )
)


@_attrs_define
class InvoiceRegistrationReceipt:
    """The acknowledgement of a registration.

    Attributes:
        case (str): Identifier of the case: the one to keep. Example: 68e4c40d93ee14723d28fa95.
        created (datetime.datetime | None): When the registration was stored. Example: Tue, 07 Oct 2025 07:41:01 GMT.
        etag (str | None): Version of a document. Opaque; 24, 32 and 40 digits were seen. Example:
            8bfdf8614dc48aa763568c6e6a914e3f0503e18e.
        id (str | None): Identifier of the registration. Example: 68e4c40d7fcb697a78cb1a32.
        invoice (str | None): Identifier of the invoice; may or may not equal _id. Example: 68e4c40d7fcb697a78cb1a32.
        ocr_record (str | None): Identifier of the record of the OCR number; not the number a payer types. Example:
            68e4c40e7fcb697a78cb1a36.
        eve_status (str | None): The framework's own acknowledgement. Example: OK.
        updated (datetime.datetime | None): When the registration was last changed. Example: Tue, 07 Oct 2025 07:41:01
            GMT.
        ocr_number (str | None): The OCR number that a payer types: 20 digits, a text. Example: 20252806663259506081.
    """

    case: str
    created: datetime.datetime | None = None
    etag: str | None = None
    id: str | None = None
    invoice: str | None = None
    ocr_record: str | None = None
    eve_status: str | None = None
    updated: datetime.datetime | None = None
    ocr_number: str | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        case = self.case

        created: str | None = None
        if self.created is not None:
            created = dump_datetime(self.created)

        etag = self.etag

        id = self.id

        invoice = self.invoice

        ocr_record = self.ocr_record

        eve_status = self.eve_status

        updated: str | None = None
        if self.updated is not None:
            updated = dump_datetime(self.updated)

        ocr_number = self.ocr_number

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "_case": case,
            }
        )
        if created is not None:
            field_dict["_created"] = created
        if etag is not None:
            field_dict["_etag"] = etag
        if id is not None:
            field_dict["_id"] = id
        if invoice is not None:
            field_dict["_invoice"] = invoice
        if ocr_record is not None:
            field_dict["_ocr_number"] = ocr_record
        if eve_status is not None:
            field_dict["_status"] = eve_status
        if updated is not None:
            field_dict["_updated"] = updated
        if ocr_number is not None:
            field_dict["ocr_number_ocr"] = ocr_number

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        case = d["_case"]

        _created = d.get("_created", None)
        created: datetime.datetime | None
        if _created is None:
            created = None
        else:
            created = parse_datetime(_created)

        etag = d.get("_etag", None)

        id = d.get("_id", None)

        invoice = d.get("_invoice", None)

        ocr_record = d.get("_ocr_number", None)

        eve_status = d.get("_status", None)

        _updated = d.get("_updated", None)
        updated: datetime.datetime | None
        if _updated is None:
            updated = None
        else:
            updated = parse_datetime(_updated)

        ocr_number = d.get("ocr_number_ocr", None)

        invoice_registration_receipt = cls(
            case,
            created,
            etag,
            id,
            invoice,
            ocr_record,
            eve_status,
            updated,
            ocr_number,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return invoice_registration_receipt

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
