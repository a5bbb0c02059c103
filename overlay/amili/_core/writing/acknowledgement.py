"""Reads acknowledgements, and builds the receipt of a write that was found by a lookup."""

from typing import Any, Literal

from amili_api.models.action_status import ActionStatus
from amili_api.models.case import Case

from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._core.writing.evidence import CreditingEvidence, Evidence, RegistrationEvidence
from amili._core.writing.verdict import Confirmed
from amili._errors import ActionFailedError, safe_name
from amili._query import is_identifier


def receipt_for(evidence: Evidence, found: Confirmed) -> Any:
    """Return the receipt of a write that was found by a lookup."""
    if isinstance(evidence, RegistrationEvidence):
        return receipt_for_registration(found)
    return receipt_for_crediting(found) if isinstance(evidence, CreditingEvidence) else receipt_for_cancellation(found)


def receipt_for_registration(found: Confirmed) -> InvoiceRegistrationReceipt:
    """Return the receipt of a registration that was found by a lookup."""
    case = found.found
    registration, invoice = getattr(case, "invoice_registration", None), getattr(case, "invoice", None)
    return InvoiceRegistrationReceipt(case=case.id, id=registration, invoice=invoice, outcome="reconciled")


def receipt_for_crediting(found: Confirmed) -> CreditorCreditingReceipt:
    """Return the receipt of a crediting that was found by a lookup."""
    return CreditorCreditingReceipt(settled_amount=found.settled, outcome="reconciled", **_numbers_of(found.found))


def receipt_for_cancellation(found: Confirmed) -> CreditorCancellationReceipt:
    """Return the receipt of a cancellation that was found by a lookup."""
    return CreditorCancellationReceipt(outcome="reconciled", **_numbers_of(found.found))


def _numbers_of(case: Case) -> dict[str, Any]:
    """Return the numbers of a case for a receipt, without one that can't be read: the write has happened all the same."""
    debt = getattr(case, "debt", None)
    return {
        "case_invoice_number": getattr(debt, "invoice_number", None),
        "case_reference_number": getattr(case, "reference_number", None),
    }


def is_acknowledgement(receipt: InvoiceRegistrationReceipt | CreditorCreditingReceipt | CreditorCancellationReceipt) -> bool:
    """Return whether this is the API's acknowledgement, rather than a 201 from a proxy."""
    return receipt.id is not None and receipt.eve_status in (None, "OK")


def is_registered(receipt: InvoiceRegistrationReceipt) -> bool:
    """Return whether an acknowledgement names the case of the invoice, which is what its receipt is for."""
    return is_acknowledgement(receipt) and is_identifier(receipt.case)


def is_completed(receipt: CreditorCreditingReceipt | CreditorCancellationReceipt) -> bool:
    """Return whether an acknowledgement confirms that the action was completed: a 201 alone does not mean success.

    Raises ActionFailedError if its status is `error`. Returns False if `status` contradicts the older property.
    """
    operation: Literal["credit_case", "cancel_case"]
    if isinstance(receipt, CreditorCreditingReceipt):
        operation, older = "credit_case", [receipt.crediting_status, receipt.payment_status]
    else:
        operation, older = "cancel_case", [receipt.cancellation_status]
    is_error = [str(status).lower() == ActionStatus.ERROR for status in (receipt.status, *older) if status is not None]
    if is_acknowledgement(receipt) and any(is_error) and (is_error[0] or receipt.status is None):
        reason = getattr(receipt, "status_reason_locale", None)
        message = f"{operation} was accepted but failed: {safe_name(reason) if reason else 'no reason given'}"
        raise ActionFailedError(message, operation=operation, reason=reason, receipt=receipt.without_unreadable())
    return is_acknowledgement(receipt) and not any(is_error)
