from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, dump_decimal, parse_datetime, parse_decimal

T = TypeVar("T", bound="CreditorCrediting")
_KNOWN: frozenset[str] = frozenset(
    (
        "amount",
        "creditor",
        "currency",
        "origin",
        "account",
        "case",
        "client_registration_date",
        "credit_invoice",
        "creditor_reference",
        "file_import_report",
        "invoice_number",
    )
)


@_attrs_define
class CreditorCrediting:
    """Lower the debt of a case. Exactly one of case and invoice_number.

    Attributes:
        amount (Decimal): Amount to credit. Example: 100.0.
        creditor (str): Creditor who credits. Example: 674dbeb208847b9501cc9138.
        currency (Literal['SEK']): Only Swedish kronor are supported. Default: 'SEK'.
        origin (Literal['creditor_system']): The only value a creditor may send. Default: 'creditor_system'.
        account (str | None): Account of the creditor. Required by the older pages and read-only in the newer; sent
            only if given. Example: 674dbeaf08847b9501cc9132.
        case (str | None): Case to credit. Example: 68e4c40d93ee14723d28fa95.
        client_registration_date (datetime.datetime | None): When the creditor registered it; now if left out. Example:
            Fri, 17 Oct 2025 00:00:00 GMT.
        credit_invoice (str | None): Identifier of the credit invoice. Example: CRE-1.
        creditor_reference (str | None): Reference by which the creditor knows this crediting again. Example:
            CRED-2025-001.
        file_import_report (str | None): Set by the vendor for files. Example: 68e4c69c0da90297b3be0dfd.
        invoice_number (str | None): Invoice to credit, found together with creditor. Example: INV-2025-015.
    """

    amount: Decimal
    creditor: str
    currency: Literal["SEK"] = "SEK"
    origin: Literal["creditor_system"] = "creditor_system"
    account: str | None = None
    case: str | None = None
    client_registration_date: datetime.datetime | None = None
    credit_invoice: str | None = None
    creditor_reference: str | None = None
    file_import_report: str | None = None
    invoice_number: str | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        amount = dump_decimal(self.amount)

        creditor = self.creditor

        currency = self.currency

        origin = self.origin

        account = self.account

        case = self.case

        client_registration_date: str | None = None
        if self.client_registration_date is not None:
            client_registration_date = dump_datetime(self.client_registration_date)

        credit_invoice = self.credit_invoice

        creditor_reference = self.creditor_reference

        file_import_report = self.file_import_report

        invoice_number = self.invoice_number

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "amount": amount,
                "creditor": creditor,
                "currency": currency,
                "origin": origin,
            }
        )
        if account is not None:
            field_dict["account"] = account
        if case is not None:
            field_dict["case"] = case
        if client_registration_date is not None:
            field_dict["client_registration_date"] = client_registration_date
        if credit_invoice is not None:
            field_dict["credit_invoice"] = credit_invoice
        if creditor_reference is not None:
            field_dict["creditor_reference"] = creditor_reference
        if file_import_report is not None:
            field_dict["file_import_report"] = file_import_report
        if invoice_number is not None:
            field_dict["invoice_number"] = invoice_number

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        amount = parse_decimal(d["amount"])

        creditor = d["creditor"]

        currency = cast(Literal["SEK"], d["currency"])
        if currency != "SEK":
            raise ValueError(f"currency must match const 'SEK', got '{currency}'")

        origin = cast(Literal["creditor_system"], d["origin"])
        if origin != "creditor_system":
            raise ValueError(f"origin must match const 'creditor_system', got '{origin}'")

        account = d.get("account", None)

        case = d.get("case", None)

        _client_registration_date = d.get("client_registration_date", None)
        client_registration_date: datetime.datetime | None
        if _client_registration_date is None:
            client_registration_date = None
        else:
            client_registration_date = parse_datetime(_client_registration_date)

        credit_invoice = d.get("credit_invoice", None)

        creditor_reference = d.get("creditor_reference", None)

        file_import_report = d.get("file_import_report", None)

        invoice_number = d.get("invoice_number", None)

        creditor_crediting = cls(
            amount,
            creditor,
            currency,
            origin,
            account,
            case,
            client_registration_date,
            credit_invoice,
            creditor_reference,
            file_import_report,
            invoice_number,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return creditor_crediting

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
