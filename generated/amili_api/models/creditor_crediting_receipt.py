from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, dump_decimal, parse_datetime, parse_decimal
from ..models.action_status import ActionStatus, read_action_status

T = TypeVar("T", bound="CreditorCreditingReceipt")
_KNOWN: frozenset[str] = frozenset(
    (
        "_created",
        "_crediting_status",
        "_etag",
        "_id",
        "_payment_status",
        "_status",
        "_updated",
        "case_invoice_number",
        "case_reference_number",
        "settled_amount",
        "status",
        "status_reason_locale",
    )
)


@_attrs_define
class CreditorCreditingReceipt:
    """The acknowledgement of a crediting.

    Attributes:
        created (datetime.datetime | None): When the crediting was stored. Example: Tue, 07 Oct 2025 07:41:01 GMT.
        crediting_status (ActionStatus | None): How an action ended. A cancellation never answers error. Example:
            completed.
        etag (str | None): Version of a document. Opaque; 24, 32 and 40 digits were seen. Example:
            8bfdf8614dc48aa763568c6e6a914e3f0503e18e.
        id (str | None): Identifier of the crediting. Example: 68e4c69c0da90297b3be0dfd.
        payment_status (ActionStatus | None): How an action ended. A cancellation never answers error. Example:
            completed.
        eve_status (str | None): The framework's own acknowledgement. Example: OK.
        updated (datetime.datetime | None): When the crediting was last changed. Example: Tue, 07 Oct 2025 07:41:01
            GMT.
        case_invoice_number (str | None): Invoice number of the case. Example: INV-2025-015.
        case_reference_number (str | None): Reference number of the case. Example: 49477.
        settled_amount (Decimal | None): Amount that was really settled; may be less than asked. Example: 100.0.
        status (ActionStatus | None): How an action ended. A cancellation never answers error. Example: completed.
        status_reason_locale (str | None): Key of the reason; no values were seen, the example is ours. Example:
            api.crediting.settled_in_part.
    """

    created: datetime.datetime | None = None
    crediting_status: ActionStatus | None = None
    etag: str | None = None
    id: str | None = None
    payment_status: ActionStatus | None = None
    eve_status: str | None = None
    updated: datetime.datetime | None = None
    case_invoice_number: str | None = None
    case_reference_number: str | None = None
    settled_amount: Decimal | None = None
    status: ActionStatus | None = None
    status_reason_locale: str | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        created: str | None = None
        if self.created is not None:
            created = dump_datetime(self.created)

        crediting_status: str | None = None
        if self.crediting_status is not None:
            crediting_status = self.crediting_status.value

        etag = self.etag

        id = self.id

        payment_status: str | None = None
        if self.payment_status is not None:
            payment_status = self.payment_status.value

        eve_status = self.eve_status

        updated: str | None = None
        if self.updated is not None:
            updated = dump_datetime(self.updated)

        case_invoice_number = self.case_invoice_number

        case_reference_number = self.case_reference_number

        settled_amount: int | float | None = None
        if self.settled_amount is not None:
            settled_amount = dump_decimal(self.settled_amount)

        status: str | None = None
        if self.status is not None:
            status = self.status.value

        status_reason_locale = self.status_reason_locale

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update({})
        if created is not None:
            field_dict["_created"] = created
        if crediting_status is not None:
            field_dict["_crediting_status"] = crediting_status
        if etag is not None:
            field_dict["_etag"] = etag
        if id is not None:
            field_dict["_id"] = id
        if payment_status is not None:
            field_dict["_payment_status"] = payment_status
        if eve_status is not None:
            field_dict["_status"] = eve_status
        if updated is not None:
            field_dict["_updated"] = updated
        if case_invoice_number is not None:
            field_dict["case_invoice_number"] = case_invoice_number
        if case_reference_number is not None:
            field_dict["case_reference_number"] = case_reference_number
        if settled_amount is not None:
            field_dict["settled_amount"] = settled_amount
        if status is not None:
            field_dict["status"] = status
        if status_reason_locale is not None:
            field_dict["status_reason_locale"] = status_reason_locale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        _created = d.get("_created", None)
        created: datetime.datetime | None
        if _created is None:
            created = None
        else:
            created = parse_datetime(_created)

        _crediting_status = d.get("_crediting_status", None)
        crediting_status: ActionStatus | None
        if _crediting_status is None:
            crediting_status = None
        else:
            crediting_status = read_action_status(_crediting_status)

        etag = d.get("_etag", None)

        id = d.get("_id", None)

        _payment_status = d.get("_payment_status", None)
        payment_status: ActionStatus | None
        if _payment_status is None:
            payment_status = None
        else:
            payment_status = read_action_status(_payment_status)

        eve_status = d.get("_status", None)

        _updated = d.get("_updated", None)
        updated: datetime.datetime | None
        if _updated is None:
            updated = None
        else:
            updated = parse_datetime(_updated)

        case_invoice_number = d.get("case_invoice_number", None)

        case_reference_number = d.get("case_reference_number", None)

        _settled_amount = d.get("settled_amount", None)
        settled_amount: Decimal | None
        if _settled_amount is None:
            settled_amount = None
        else:
            settled_amount = parse_decimal(_settled_amount)

        _status = d.get("status", None)
        status: ActionStatus | None
        if _status is None:
            status = None
        else:
            status = read_action_status(_status)

        status_reason_locale = d.get("status_reason_locale", None)

        creditor_crediting_receipt = cls(
            created,
            crediting_status,
            etag,
            id,
            payment_status,
            eve_status,
            updated,
            case_invoice_number,
            case_reference_number,
            settled_amount,
            status,
            status_reason_locale,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return creditor_crediting_receipt

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
