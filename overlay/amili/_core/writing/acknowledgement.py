"""Reads acknowledgements, and builds the receipt of a write that was found by a lookup."""

from typing import Any

from amili_api.models.case import Case

from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._core.writing.evidence import CreditingEvidence, Evidence, RegistrationEvidence
from amili._core.writing.status import reports_error
from amili._core.writing.verdict import Confirmed
from amili._errors import ActionFailedError, safe_name
from amili._query import is_identifier


def receipt_for(evidence: Evidence, confirmed: Confirmed) -> Any:
    """Return the receipt of a write that was found by a lookup; raises ActionFailedError if it is stored as failed."""
    if isinstance(evidence, RegistrationEvidence):
        return receipt_for_registration(confirmed)
    is_crediting = isinstance(evidence, CreditingEvidence)
    return receipt_for_crediting(confirmed) if is_crediting else receipt_for_cancellation(confirmed)


def receipt_for_registration(confirmed: Confirmed) -> InvoiceRegistrationReceipt:
    """Return the receipt of a registration that was found by a lookup."""
    found = confirmed.found
    if not isinstance(found, Case):
        return InvoiceRegistrationReceipt(outcome="reconciled", **_copied(found, InvoiceRegistrationReceipt))
    registration, invoice = getattr(found, "invoice_registration", None), getattr(found, "invoice", None)
    return InvoiceRegistrationReceipt(case=found.id, id=registration, invoice=invoice, outcome="reconciled")


def receipt_for_crediting(confirmed: Confirmed) -> CreditorCreditingReceipt:
    """Return the receipt of a crediting that was found by a lookup; raises ActionFailedError if it is stored as failed."""
    found = confirmed.found
    if isinstance(found, Case):
        return CreditorCreditingReceipt(settled_amount=confirmed.settled, outcome="reconciled", **_numbers_of(found))
    receipt = CreditorCreditingReceipt(outcome="reconciled", **_copied(found, CreditorCreditingReceipt))
    is_completed(receipt)
    return receipt


def receipt_for_cancellation(confirmed: Confirmed) -> CreditorCancellationReceipt:
    """Return the receipt of a cancellation that was found by a lookup."""
    found = confirmed.found
    known = _numbers_of(found) if isinstance(found, Case) else _copied(found, CreditorCancellationReceipt)
    return CreditorCancellationReceipt(outcome="reconciled", **known)


def _copied(record: Any, receipt: Any) -> dict[str, Any]:
    """Return what a record has of the properties of a receipt, without one that can't be read."""
    names = {each.name for each in receipt.__attrs_attrs__} - {"outcome", "eve_status", "additional_properties"}
    return {name: getattr(record, name, None) for name in names}


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
    failed = reports_error(receipt)
    if is_acknowledgement(receipt) and failed:
        operation = "credit_case" if isinstance(receipt, CreditorCreditingReceipt) else "cancel_case"
        reason = getattr(receipt, "status_reason_locale", None)
        message = f"{operation} was accepted but failed: {safe_name(reason) if reason else 'no reason given'}"
        raise ActionFailedError(message, operation=operation, reason=reason, receipt=receipt.without_unreadable())
    return is_acknowledgement(receipt) and failed is False
