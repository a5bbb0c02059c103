"""The three writes as plans: register, credit, cancel; and the look at one whose outcome was left open."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from amili_api.models.action_status import ActionStatus
from amili_api.models.case import Case
from amili_api.models.creditor_cancellation import CreditorCancellation
from amili_api.models.creditor_crediting import CreditorCrediting
from amili_api.models.invoice_registration import InvoiceRegistration

from amili._calls import cancellation_call, crediting_call, exact_amount, registration_call
from amili._context import Budget, Context
from amili._effects import Do, Plan
from amili._envelope import as_key
from amili._errors import OutcomeUnknownError, RefusedError, ValidationError
from amili._evidence import Absent, CancellationTrace, CreditingTrace, Present, RegistrationTrace, Trace
from amili._journal import Journal, Pending
from amili._reading import CaseLike, case_id, one_case
from amili._receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._writing import Write, exactly_once, settle, unknown


@dataclass(frozen=True)
class Crediting:
    """What is to be credited: an amount in SEK, and what goes with it.

    Raises TypeError or ValueError for an amount or a currency that the API does not take.
    """

    amount: Decimal | int
    currency: str = "SEK"
    account: str | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        exact_amount(self.amount)
        if self.currency != "SEK":
            raise ValueError("currency: the API takes only SEK")
        for name, text in (("account", self.account), ("reference", self.reference)):
            if text is not None and not isinstance(text, str):
                raise TypeError(f"{name}= takes a text, not {type(text).__name__}")

    def of(self, before: Case) -> CreditorCrediting:
        """Make the request for a case."""
        request = CreditorCrediting(
            amount=exact_amount(self.amount), creditor=before.creditor, case=before.id, account=self.account
        )
        request.creditor_reference = self.reference
        return request


def register(
    context: Context, invoice: InvoiceRegistration | Mapping[str, Any], journal: Journal | None, deadline: float | None = None
) -> Plan[InvoiceRegistrationReceipt]:
    """Register one invoice, exactly once."""
    call, sent = registration_call(invoice)
    write = Write(call, RegistrationTrace.of(sent), reconciled_registration)
    return (yield from exactly_once(context, write, Budget(context, deadline), journal))


def credit(
    context: Context, case: CaseLike, crediting: Crediting, journal: Journal | None, deadline: float | None = None
) -> Plan[CreditorCreditingReceipt]:
    """Credit a case, exactly once; a case given by its identifier is read first, so that there is a before."""
    budget = Budget(context, deadline)
    before, fresh = yield from _before(context, case, budget)
    request = crediting.of(before)
    trace = CreditingTrace.of(before, request.amount, fresh=fresh)
    write = Write(crediting_call(request), trace, reconciled_crediting, _refused)
    try:
        return (yield from exactly_once(context, write, budget, journal))
    except ValidationError as problem:
        if crediting.account is None or not _only_account_is_read_only(problem):
            raise
    # The vendor's newer pages call `account` read-only. A 422 stored nothing, so it may be sent again without.
    request.account = None
    write = Write(crediting_call(request), trace, reconciled_crediting, _refused)
    return (yield from exactly_once(context, write, budget, journal))


def cancel(
    context: Context, case: CaseLike, journal: Journal | None, deadline: float | None = None
) -> Plan[CreditorCancellationReceipt]:
    """Cancel a case, exactly once."""
    budget = Budget(context, deadline)
    before, _ = yield from _before(context, case, budget)
    call = cancellation_call(CreditorCancellation(creditor=before.creditor, case=before.id))
    write = Write(call, CancellationTrace(before.id), reconciled_cancellation, _refused)
    return (yield from exactly_once(context, write, budget, journal))


def resolve(context: Context, write: OutcomeUnknownError | Pending) -> Plan[Any]:
    """Look whether a write happened: gives back its receipt, or None if it surely did not; else raises OutcomeUnknownError."""
    budget, trace = Budget(context), write.trace
    verdict = yield from settle(context, trace, write.sent_at, write.lost_at, budget)
    if isinstance(verdict, Present):
        return _reconciled(trace, verdict)
    if isinstance(verdict, Absent):
        return None
    raise budget.spent(unknown(trace, write.sent_at, write.lost_at, verdict.why))


def resolve_pending(context: Context, journal: Journal) -> Plan[list[tuple[Pending, Any]]]:
    """Look at every pending write that no other process takes on, and note what is found; what stays unknown stays pending."""
    pending: list[Pending] = yield Do(lambda: journal.pending(context.now()))
    results: list[tuple[Pending, Any]] = []
    for write in pending:
        held_until = context.now() + 4 * context.retry.settle + 2 * context.timeout + 60
        if not (yield Do(partial(journal.claim, write, held_until))):
            continue
        try:
            receipt = yield from resolve(context, write)
        except OutcomeUnknownError as problem:
            yield Do(partial(journal.release, write.entry, write.lost_at))
            results.append((write, problem))
            continue
        outcome = "nothing written" if receipt is None else "reconciled"
        yield Do(partial(journal.end, write.entry, outcome, context.now()))
        results.append((write, receipt))
    return results


def _before(context: Context, case: CaseLike, budget: Budget) -> Plan[tuple[Case, bool]]:
    """Return the case as it was before the write, and whether it was read just now."""
    identifier = case_id(case)  # not a condition or a dict: what is written to must be named
    if isinstance(case, Case):
        return case, False
    read: Case = yield from one_case(context, identifier, budget)
    return read, True


def _reconciled(trace: Trace, found: Present) -> Any:
    if isinstance(trace, RegistrationTrace):
        return reconciled_registration(found)
    return reconciled_crediting(found) if isinstance(trace, CreditingTrace) else reconciled_cancellation(found)


def reconciled_registration(found: Present) -> InvoiceRegistrationReceipt:
    """Return the receipt of a registration that was found by looking for its case."""
    case = found.case
    return InvoiceRegistrationReceipt(case=case.id, id=case.invoice_registration, invoice=case.invoice, outcome="reconciled")


def reconciled_crediting(found: Present) -> CreditorCreditingReceipt:
    """Return the receipt of a crediting that was found by looking at the case."""
    case = found.case
    return CreditorCreditingReceipt(
        settled_amount=found.settled,
        case_invoice_number=case.debt.invoice_number,
        case_reference_number=case.reference_number,
        outcome="reconciled",
    )


def reconciled_cancellation(found: Present) -> CreditorCancellationReceipt:
    """Return the receipt of a cancellation that was found by looking at the case."""
    case = found.case
    return CreditorCancellationReceipt(
        case_invoice_number=case.debt.invoice_number, case_reference_number=case.reference_number, outcome="reconciled"
    )


def _refused(receipt: CreditorCreditingReceipt | CreditorCancellationReceipt) -> None:
    """Raise RefusedError for an acknowledgement that says the action failed: a 201 is not yet success."""
    if receipt.result == ActionStatus.ERROR:
        operation: Literal["credit_case", "cancel_case"]
        operation = "credit_case" if isinstance(receipt, CreditorCreditingReceipt) else "cancel_case"
        reason = receipt.status_reason_locale
        message = f"{operation} was accepted and then refused: {as_key(reason) if reason else 'no reason given'}"
        raise RefusedError(message, operation=operation, reason=reason, receipt=receipt)


def _only_account_is_read_only(problem: ValidationError) -> bool:
    return problem.issues.keys() == {"account"} and "read-only" in problem.issues["account"]
