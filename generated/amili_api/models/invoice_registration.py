from __future__ import annotations

import datetime
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..codec import dump_any, dump_datetime, parse_datetime
from ..models.customer import Customer
from ..models.invoice_line import InvoiceLine

T = TypeVar("T", bound="InvoiceRegistration")
_KNOWN: frozenset[str] = frozenset(
    (
        "account",
        "creditor",
        "currency",
        "customer",
        "invoice_date",
        "invoice_due_date",
        "invoice_number",
        "invoice_type",
        "matrix",
        "debt_description",
        "increment_invoice_number",
        "invoice_body_text",
        "invoice_delivery_date",
        "invoice_headline",
        "letter_template",
        "our_reference",
        "payout_reference",
        "reference_number",
        "your_contact",
        "your_reference",
    )
)


@_attrs_define
class InvoiceRegistration:
    """An invoice that the vendor shall distribute.

    Attributes:
        account (str): Account that owns the creditor. Example: 674dbeaf08847b9501cc9132.
        creditor (str): Creditor who claims the money; must be active. Example: 674dbeb208847b9501cc9138.
        currency (Literal['SEK']): Only Swedish kronor are supported. Default: 'SEK'.
        customer (Customer): The debtor. Customers are matched by id_number, not duplicated (inferred).
        invoice_date (datetime.datetime): Date of the invoice. Example: Tue, 07 Oct 2025 00:00:00 GMT.
        invoice_due_date (datetime.datetime): Last day to pay. Example: Fri, 17 Oct 2025 00:00:00 GMT.
        invoice_number (str): The creditor's own number of the invoice. Whether it must be unique is not documented.
            Example: INV-2025-015.
        invoice_type (str): Kind of document. Only invoice was seen. Default: 'invoice'. Example: invoice.
        matrix (list[InvoiceLine]): Lines of the invoice.
        debt_description (str | None): What the debt is for. Example: Professional consulting services.
        increment_invoice_number (bool | None): Let the vendor number the invoice. Seen on stored invoices only.
            Example: False.
        invoice_body_text (str | None): Text on the invoice. Example: Thank you for your business.
        invoice_delivery_date (datetime.datetime | None): Day of delivery of the goods or services. Example: Fri, 17
            Oct 2025 00:00:00 GMT.
        invoice_headline (str | None): Headline on the invoice. Example: Consulting Services.
        letter_template (str | None): Template of the letter. Seen on stored invoices only. Example: invoices.
        our_reference (str | None): Reference at the creditor. Example: REF-OUR-1.
        payout_reference (str | None): Reference by which the creditor tracks the payout. Example: PAY002.
        reference_number (str | None): Reference of the creditor. Example: REF002.
        your_contact (str | None): Contact person at the debtor. Example: Jane Smith.
        your_reference (str | None): Reference of the debtor. Example: REF-YOUR-1.
    """

    account: str
    creditor: str
    customer: Customer
    invoice_date: datetime.datetime
    invoice_due_date: datetime.datetime
    invoice_number: str
    matrix: list[InvoiceLine]
    currency: Literal["SEK"] = "SEK"
    invoice_type: str = "invoice"
    debt_description: str | None = None
    increment_invoice_number: bool | None = None
    invoice_body_text: str | None = None
    invoice_delivery_date: datetime.datetime | None = None
    invoice_headline: str | None = None
    letter_template: str | None = None
    our_reference: str | None = None
    payout_reference: str | None = None
    reference_number: str | None = None
    your_contact: str | None = None
    your_reference: str | None = None
    _additional_properties: dict[str, Any] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )

    def to_dict(self) -> dict[str, Any]:
        account = self.account

        creditor = self.creditor

        currency = self.currency

        customer = self.customer.to_dict()

        invoice_date = dump_datetime(self.invoice_date)

        invoice_due_date = dump_datetime(self.invoice_due_date)

        invoice_number = self.invoice_number

        invoice_type = self.invoice_type

        matrix = []
        for matrix_item_data in self.matrix:
            matrix_item = matrix_item_data.to_dict()
            matrix.append(matrix_item)

        debt_description = self.debt_description

        increment_invoice_number = self.increment_invoice_number

        invoice_body_text = self.invoice_body_text

        invoice_delivery_date: str | None = None
        if self.invoice_delivery_date is not None:
            invoice_delivery_date = dump_datetime(self.invoice_delivery_date)

        invoice_headline = self.invoice_headline

        letter_template = self.letter_template

        our_reference = self.our_reference

        payout_reference = self.payout_reference

        reference_number = self.reference_number

        your_contact = self.your_contact

        your_reference = self.your_reference

        field_dict: dict[str, Any] = {}
        field_dict.update(dump_any(self._additional_properties or {}))
        field_dict.update(
            {
                "account": account,
                "creditor": creditor,
                "currency": currency,
                "customer": customer,
                "invoice_date": invoice_date,
                "invoice_due_date": invoice_due_date,
                "invoice_number": invoice_number,
                "invoice_type": invoice_type,
                "matrix": matrix,
            }
        )
        if debt_description is not None:
            field_dict["debt_description"] = debt_description
        if increment_invoice_number is not None:
            field_dict["increment_invoice_number"] = increment_invoice_number
        if invoice_body_text is not None:
            field_dict["invoice_body_text"] = invoice_body_text
        if invoice_delivery_date is not None:
            field_dict["invoice_delivery_date"] = invoice_delivery_date
        if invoice_headline is not None:
            field_dict["invoice_headline"] = invoice_headline
        if letter_template is not None:
            field_dict["letter_template"] = letter_template
        if our_reference is not None:
            field_dict["our_reference"] = our_reference
        if payout_reference is not None:
            field_dict["payout_reference"] = payout_reference
        if reference_number is not None:
            field_dict["reference_number"] = reference_number
        if your_contact is not None:
            field_dict["your_contact"] = your_contact
        if your_reference is not None:
            field_dict["your_reference"] = your_reference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: dict[str, Any]) -> T:
        d = src_dict
        account = d["account"]

        creditor = d["creditor"]

        currency = cast(Literal["SEK"], d["currency"])
        if currency != "SEK":
            raise ValueError(f"currency must match const 'SEK', got '{currency}'")

        customer = Customer.from_dict(d["customer"])

        invoice_date = parse_datetime(d["invoice_date"])

        invoice_due_date = parse_datetime(d["invoice_due_date"])

        invoice_number = d["invoice_number"]

        invoice_type = d["invoice_type"]

        matrix = []
        _matrix = d["matrix"]
        for matrix_item_data in _matrix:
            matrix_item = InvoiceLine.from_dict(matrix_item_data)

            matrix.append(matrix_item)

        debt_description = d.get("debt_description", None)

        increment_invoice_number = d.get("increment_invoice_number", None)

        invoice_body_text = d.get("invoice_body_text", None)

        _invoice_delivery_date = d.get("invoice_delivery_date", None)
        invoice_delivery_date: datetime.datetime | None
        if _invoice_delivery_date is None:
            invoice_delivery_date = None
        else:
            invoice_delivery_date = parse_datetime(_invoice_delivery_date)

        invoice_headline = d.get("invoice_headline", None)

        letter_template = d.get("letter_template", None)

        our_reference = d.get("our_reference", None)

        payout_reference = d.get("payout_reference", None)

        reference_number = d.get("reference_number", None)

        your_contact = d.get("your_contact", None)

        your_reference = d.get("your_reference", None)

        invoice_registration = cls(
            account,
            creditor,
            customer,
            invoice_date,
            invoice_due_date,
            invoice_number,
            matrix,
            currency,
            invoice_type,
            debt_description,
            increment_invoice_number,
            invoice_body_text,
            invoice_delivery_date,
            invoice_headline,
            letter_template,
            our_reference,
            payout_reference,
            reference_number,
            your_contact,
            your_reference,
            None if _KNOWN.issuperset(d.keys()) else {k: v for k, v in d.items() if k not in _KNOWN},
        )

        return invoice_registration

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
