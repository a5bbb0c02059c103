"""The four operations of the contract: requests built and checked, replies decoded, receipts."""

from amili._core.operations.decoding import decode
from amili._core.operations.fetch import read
from amili._core.operations.money import EXACT, comes_to, exact_amount, total_with_vat
from amili._core.operations.receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._core.operations.requests import (
    MAX_PAGE,
    Projection,
    cancellation_call,
    check_length,
    crediting_call,
    list_call,
    registration_call,
)

__all__ = [
    "EXACT",
    "MAX_PAGE",
    "CreditorCancellationReceipt",
    "CreditorCreditingReceipt",
    "InvoiceRegistrationReceipt",
    "Projection",
    "cancellation_call",
    "check_length",
    "comes_to",
    "crediting_call",
    "decode",
    "exact_amount",
    "list_call",
    "read",
    "registration_call",
    "total_with_vat",
]
