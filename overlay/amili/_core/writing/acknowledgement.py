"""Reads acknowledgements, and builds the receipt of a write that was found by a lookup."""

from typing import Any, Literal

from amili_api.models.action_status import ActionStatus

from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._core.writing.case_evidence import CreditingEvidence
from amili._core.writing.evidence import Evidence, RegistrationEvidence
from amili._core.writing.verdict import Confirmed
from amili._errors import ActionFailedError, safe_name


def receipt_for(evidence: Evidence, found: Confirmed) -> Any:
    """Return the receipt of a write that was found by a lookup."""
    if isinstance(evidence, RegistrationEvidence):
        return receipt_for_registration(found)
    return receipt_for_crediting(found) if isinstance(evidence, CreditingEvidence) else receipt_for_cancellation(found)


def receipt_for_registration(found: Confirmed) -> InvoiceRegistrationReceipt:
    """Return the receipt of a registration that was found by a lookup."""
    case = found.case
    return InvoiceRegistrationReceipt(case=case.id, id=case.invoice_registration, invoice=case.invoice, outcome="reconciled")


def receipt_for_crediting(found: Confirmed) -> CreditorCreditingReceipt:
    """Return the receipt of a crediting that was found by a lookup."""
    case = found.case
    return CreditorCreditingReceipt(
        settled_amount=found.settled,
        case_invoice_number=case.debt.invoice_number,
        case_reference_number=case.reference_number,
        outcome="reconciled",
    )


def receipt_for_cancellation(found: Confirmed) -> CreditorCancellationReceipt:
    """Return the receipt of a cancellation that was found by a lookup."""
    case = found.case
    return CreditorCancellationReceipt(
        case_invoice_number=case.debt.invoice_number, case_reference_number=case.reference_number, outcome="reconciled"
    )


def is_acknowledgement(receipt: InvoiceRegistrationReceipt | CreditorCreditingReceipt | CreditorCancellationReceipt) -> bool:
    """Return whether this is the API's acknowledgement, rather than a 201 from a proxy."""
    return receipt.id is not None and receipt.eve_status in (None, "OK")


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
        reason = receipt.status_reason_locale
        message = f"{operation} was accepted but failed: {safe_name(reason) if reason else 'no reason given'}"
        raise ActionFailedError(message, operation=operation, reason=reason, receipt=receipt)
    return is_acknowledgement(receipt) and not any(is_error)
