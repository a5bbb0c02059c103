"""The operations of the contract: builds and checks requests, decodes responses, has the receipts."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from amili._core.operations.decoding import check_identifiers, decode, needed_for
from amili._core.operations.fetch import read
from amili._core.operations.money import EXACT_CONTEXT, check_amount, matches_capital, total_with_vat
from amili._core.operations.requests import (
    MAX_PAGE,
    RecordList,
    cancellation_request,
    check_length,
    crediting_request,
    list_request,
    records_request,
    registration_request,
)

if TYPE_CHECKING:
    from amili._core.operations.receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
    from amili._core.operations.requests import Invoice
    from amili._core.operations.review import InvoiceProblem, check

__all__ = [
    "EXACT_CONTEXT",
    "MAX_PAGE",
    "CreditorCancellationReceipt",
    "CreditorCreditingReceipt",
    "Invoice",
    "InvoiceProblem",
    "InvoiceRegistrationReceipt",
    "RecordList",
    "cancellation_request",
    "check",
    "check_amount",
    "check_identifiers",
    "check_length",
    "crediting_request",
    "decode",
    "list_request",
    "matches_capital",
    "needed_for",
    "read",
    "records_request",
    "registration_request",
    "total_with_vat",
]


def __getattr__(name: str) -> Any:
    """Import the receipts and the review of invoices when first used: they bring models that no read needs."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "review" if name in ("InvoiceProblem", "check") else "receipts"
    return getattr(import_module(f"{__name__}.{module}"), name)
