"""The three writes as flows: register, credit, cancel."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from amili_api.models.case import Case
from amili_api.models.creditor_cancellation import CreditorCancellation
from amili_api.models.invoice_registration import InvoiceRegistration

from amili._core.engine import Budget, Context, Flow
from amili._core.operations import (
    CreditorCancellationReceipt,
    CreditorCreditingReceipt,
    InvoiceRegistrationReceipt,
    cancellation_request,
    crediting_request,
    needed_for,
    registration_request,
)
from amili._core.reading import CaseRef, case_id, look_up, one_case
from amili._core.writing.acknowledgement import (
    is_completed,
    is_registered,
    receipt_for_cancellation,
    receipt_for_crediting,
    receipt_for_registration,
)
from amili._core.writing.crediting import Crediting, creditor_of, new_reference, refused_properties
from amili._core.writing.evidence import CancellationEvidence, CreditingEvidence, RegistrationEvidence
from amili._core.writing.exactly_once import Write, exactly_once
from amili._core.writing.journal import WriteJournal
from amili._core.writing.key_lock import run_exclusively
from amili._core.writing.verdict import Confirmed
from amili._errors import AlreadyRegisteredError, InvalidInputError, ValidationError

# Returns the case of an identifier if it was read just now. Called when no other write on the case is in progress.
ReadBefore = Callable[[str], Case | None]


def _not_read(_: str) -> None:
    return None


def register(
    context: Context,
    invoice: InvoiceRegistration | Mapping[str, Any],
    journal: WriteJournal | None,
    deadline: float | None = None,
    unless_registered: bool = False,
    *,
    found: list[Case] | None = None,
) -> Flow[InvoiceRegistrationReceipt]:
    """Register one invoice exactly once; not at all if `unless_registered` and it is registered already.

    `found` are the cases of its number, if they were looked up before.
    """
    request, sent = registration_request(invoice)
    write = Write(request, RegistrationEvidence.of(sent), receipt_for_registration, is_registered)
    budget = context.budget(deadline)
    flow = exactly_once(context, write, budget, journal)
    if unless_registered:
        flow = _unless_registered(context, write, budget, flow, found)
    return (yield from run_exclusively(context, request.operation, write.evidence.key, budget, flow))


def _unless_registered(
    context: Context,
    write: Write[InvoiceRegistrationReceipt],
    budget: Budget,
    writing: Flow[InvoiceRegistrationReceipt],
    found: list[Case] | None,
) -> Flow[InvoiceRegistrationReceipt]:
    """Look first, and return the receipt of the case that is there; raises AlreadyRegisteredError if it is another invoice."""
    evidence = write.evidence
    assert isinstance(evidence, RegistrationEvidence)
    wanted = evidence.lookup()
    if wanted is None:
        raise InvalidInputError("unless_registered: the API can't search for this invoice number")
    if found is None:
        lookup, number = wanted
        found = (yield from look_up(context, lookup, [number], budget))[number]
    if not found:
        return (yield from writing)
    writing.close()
    with needed_for(write.request.operation, budget):
        is_other = len(found) > 1 or not evidence.is_same(found[0])
    if is_other:
        cases = tuple(case.id for case in found)
        message = (
            f"the invoice number is registered already, {'more than once' if len(cases) > 1 else 'for another amount or debtor'}"
        )
        problem = AlreadyRegisteredError(f"{message}; nothing was sent", operation=write.request.operation, cases=cases)
        raise budget.annotate(problem)
    receipt = receipt_for_registration(Confirmed(found[0]))
    receipt.outcome = "existing"
    return receipt


def credit(
    context: Context,
    case: CaseRef,
    crediting: Crediting,
    journal: WriteJournal | None,
    deadline: float | None = None,
    *,
    read_before: ReadBefore = _not_read,
) -> Flow[CreditorCreditingReceipt]:
    """Credit a case exactly once. It is read first, if it was not read just now: the caller's copy may be outdated."""
    identifier, budget = crediting.check(case), context.budget(deadline)
    flow = _credit(context, identifier, crediting, journal, budget, read_before=read_before)
    return (yield from run_exclusively(context, "credit_case", f"case {identifier}", budget, flow))


def _credit(
    context: Context, case: str, crediting: Crediting, journal: WriteJournal | None, budget: Budget, *, read_before: ReadBefore
) -> Flow[CreditorCreditingReceipt]:
    before: Case = read_before(case) or (yield from one_case(context, case, budget))
    made = new_reference(context, crediting)
    with needed_for("credit_case", budget):  # nothing is sent that could not be looked up later
        request = crediting.of(before, made)
        evidence = CreditingEvidence.of(before, request.amount, made=made, given=crediting.reference)
    write = Write(crediting_request(request), evidence, receipt_for_crediting, is_completed)
    try:
        return (yield from exactly_once(context, write, budget, journal))
    except ValidationError as problem:
        refused = refused_properties(context, problem, crediting, made)
        if not refused:
            raise
    # A 422 stored nothing, so it is safe to send again.
    if "account" in refused:
        request.account = None
    if "creditor_reference" in refused:
        request.creditor_reference, evidence = None, replace(evidence, reference=None)
    write = Write(crediting_request(request), evidence, receipt_for_crediting, is_completed)
    return (yield from exactly_once(context, write, budget, journal))


def cancel(
    context: Context,
    case: CaseRef,
    journal: WriteJournal | None,
    deadline: float | None = None,
    *,
    read_before: ReadBefore = _not_read,
) -> Flow[CreditorCancellationReceipt]:
    """Cancel a case exactly once. It is read first, unless the caller gives it or it was read just now."""
    identifier, budget = case_id(case), context.budget(deadline)
    flow = _cancel(context, case, journal, budget, read_before=read_before)
    return (yield from run_exclusively(context, "cancel_case", f"case {identifier}", budget, flow))


def _cancel(
    context: Context, case: CaseRef, journal: WriteJournal | None, budget: Budget, *, read_before: ReadBefore
) -> Flow[CreditorCancellationReceipt]:
    identifier, given = case_id(case), case if isinstance(case, Case) else None
    before: Case = read_before(identifier) or given or (yield from one_case(context, identifier, budget))
    with needed_for("cancel_case", budget):
        request = cancellation_request(CreditorCancellation(creditor=creditor_of(before), case=before.id))
        evidence = CancellationEvidence(before.id, before.closed is not None)
    write = Write(request, evidence, receipt_for_cancellation, is_completed)
    return (yield from exactly_once(context, write, budget, journal))
