"""The four operations of the contract: builds and checks requests, decodes responses, has the receipts."""

from amili._core.operations.decoding import decode
from amili._core.operations.fetch import read
from amili._core.operations.money import EXACT_CONTEXT, check_amount, matches_capital, total_with_vat
from amili._core.operations.receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._core.operations.requests import (
    MAX_PAGE,
    Projection,
    cancellation_request,
    check_length,
    crediting_request,
    list_request,
    registration_request,
)

__all__ = [
    "EXACT_CONTEXT",
    "MAX_PAGE",
    "CreditorCancellationReceipt",
    "CreditorCreditingReceipt",
    "InvoiceRegistrationReceipt",
    "Projection",
    "cancellation_request",
    "check_amount",
    "check_length",
    "crediting_request",
    "decode",
    "list_request",
    "matches_capital",
    "read",
    "registration_request",
    "total_with_vat",
]
