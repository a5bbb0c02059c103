"""What an acknowledgement says, and the receipt that stands for it when the write was found by looking."""

from typing import Any, Literal

from amili_api.models.action_status import ActionStatus

from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._core.writing.evidence import Confirmed, CreditingEvidence, Evidence, RegistrationEvidence
from amili._errors import ActionFailedError, safe_name


def receipt_for(evidence: Evidence, found: Confirmed) -> Any:
    """Return the receipt of a write that was found by looking for what it leaves."""
    if isinstance(evidence, RegistrationEvidence):
        return receipt_for_registration(found)
    return receipt_for_crediting(found) if isinstance(evidence, CreditingEvidence) else receipt_for_cancellation(found)


def receipt_for_registration(found: Confirmed) -> InvoiceRegistrationReceipt:
    """Return the receipt of a registration that was found by looking for its case."""
    case = found.case
    return InvoiceRegistrationReceipt(case=case.id, id=case.invoice_registration, invoice=case.invoice, outcome="reconciled")


def receipt_for_crediting(found: Confirmed) -> CreditorCreditingReceipt:
    """Return the receipt of a crediting that was found by looking at the case."""
    case = found.case
    return CreditorCreditingReceipt(
        settled_amount=found.settled,
        case_invoice_number=case.debt.invoice_number,
        case_reference_number=case.reference_number,
        outcome="reconciled",
    )


def receipt_for_cancellation(found: Confirmed) -> CreditorCancellationReceipt:
    """Return the receipt of a cancellation that was found by looking at the case."""
    case = found.case
    return CreditorCancellationReceipt(
        case_invoice_number=case.debt.invoice_number, case_reference_number=case.reference_number, outcome="reconciled"
    )


def is_acknowledgement(receipt: InvoiceRegistrationReceipt | CreditorCreditingReceipt | CreditorCancellationReceipt) -> bool:
    """Tell whether a reply is the framework's acknowledgement, and not the 201 of something in between."""
    return receipt.id is not None and receipt.eve_status in (None, "OK")


def is_completed(receipt: CreditorCreditingReceipt | CreditorCancellationReceipt) -> bool:
    """Tell whether an acknowledgement says that the action was carried out: a 201 is not yet success.

    Raises ActionFailedError if it says that it failed. If `status` says one thing and the older name another, it is none.
    """
    operation: Literal["credit_case", "cancel_case"]
    if isinstance(receipt, CreditorCreditingReceipt):
        operation, older = "credit_case", [receipt.crediting_status, receipt.payment_status]
    else:
        operation, older = "cancel_case", [receipt.cancellation_status]
    says_error = [str(status).lower() == ActionStatus.ERROR for status in (receipt.status, *older) if status is not None]
    if is_acknowledgement(receipt) and any(says_error) and (says_error[0] or receipt.status is None):
        reason = receipt.status_reason_locale
        message = f"{operation} was accepted and then refused: {safe_name(reason) if reason else 'no reason given'}"
        raise ActionFailedError(message, operation=operation, reason=reason, receipt=receipt)
    return is_acknowledgement(receipt) and not any(says_error)
