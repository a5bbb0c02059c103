"""The three writes as plans: register, credit, cancel; and the look at one whose outcome was left open."""

from collections.abc import Iterable, Mapping
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
from amili._journal import Journal, Pending, Unreadable
from amili._reading import CaseLike, case_id, one_case
from amili._receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._writing import NOTHING_WRITTEN, Write, exactly_once, longest, settle, unknown

_LONG = 900.0  # seconds by which clocks of several machines, or one that was set, may differ


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
    write = Write(call, RegistrationTrace.of(sent), reconciled_registration, _acknowledged)
    return (yield from exactly_once(context, write, Budget(context, deadline), journal))


def credit(
    context: Context, case: CaseLike, crediting: Crediting, journal: Journal | None, deadline: float | None = None
) -> Plan[CreditorCreditingReceipt]:
    """Credit a case, exactly once; it is read first in any case, so that there is a before: one that was held may be old."""
    budget = Budget(context, deadline)
    before: Case = yield from one_case(context, case_id(case), budget)
    request = crediting.of(before)
    trace = CreditingTrace.of(before, request.amount)
    write = Write(crediting_call(request), trace, reconciled_crediting, _carried_out)
    try:
        return (yield from exactly_once(context, write, budget, journal))
    except ValidationError as problem:
        if crediting.account is None or not _only_account_is_read_only(problem):
            raise
    # The vendor's newer pages call `account` read-only. A 422 stored nothing, so it may be sent again without.
    request.account = None
    write = Write(crediting_call(request), trace, reconciled_crediting, _carried_out)
    return (yield from exactly_once(context, write, budget, journal))


def cancel(
    context: Context, case: CaseLike, journal: Journal | None, deadline: float | None = None
) -> Plan[CreditorCancellationReceipt]:
    """Cancel a case, exactly once."""
    budget = Budget(context, deadline)
    before: Case = case if isinstance(case, Case) else (yield from one_case(context, case_id(case), budget))
    call = cancellation_call(CreditorCancellation(creditor=before.creditor, case=before.id))
    write = Write(call, CancellationTrace(before.id, before.closed is not None), reconciled_cancellation, _carried_out)
    return (yield from exactly_once(context, write, budget, journal))


def resolve(
    context: Context, write: OutcomeUnknownError | Pending, journal: Journal | None = None, deadline: float | None = None
) -> Plan[Any]:
    """Look whether a write happened: gives back its receipt, or None if it surely did not; else raises OutcomeUnknownError.

    Ends its entry in the journal. What another is busy with can't be told; what has an outcome is only looked at.
    """
    budget = Budget(context, deadline)
    if journal is None or write.entry is None:
        return (yield from _found(context, write, budget))
    with journal.holding(context.now) as hold:
        seconds = longest(context, budget.total)
        held = yield Do(partial(journal.claim, hold, context.now(), seconds, write.entry))
        if not held and (yield Do(partial(journal.is_open, write.entry))):
            raise _unknown(write, "another process or task is busy with it")
        receipt = yield from _found(context, write, budget)
        yield Do(partial(journal.end, hold, _outcomes((entry, receipt) for entry in held), context.now()))
        return receipt


def resolve_pending(context: Context, journal: Journal, deadline: float | None = None) -> Plan[list[tuple[Pending, Any]]]:
    """Look at every pending write that no other process takes on; what stays unknown stays pending.

    What is found is noted at the end, when all of it can be told: before that, whoever comes next is to be told it.
    """
    whole = Budget(context, deadline)
    with journal.holding(context.now) as hold:
        results: list[tuple[Pending, Any]] = []
        for write in (yield Do(partial(journal.claim, hold, context.now(), longest(context, whole.total)))):
            try:
                results.append((write, (yield from _found(context, write, whole if whole.strict else Budget(context)))))
            except Exception as problem:  # told in its place; it must not keep the others from being told
                results.append((write, problem))
        yield Do(partial(journal.end, hold, _outcomes(results), context.now()))
        return results


def _found(context: Context, write: OutcomeUnknownError | Pending, budget: Budget) -> Plan[Any]:
    """Look for what a write leaves to be found."""
    trace = write.trace
    if isinstance(trace, Unreadable):
        raise trace.problem
    # Other clocks may have told these times: what is not long ago is taken to have been lost just now.
    lost = context.monotonic() if context.now() - write.lost_at < _LONG else float("-inf")
    verdict = yield from settle(context, trace, lambda: context.now() - write.sent_at, lost, budget)
    if isinstance(verdict, Present):
        return _reconciled(trace, verdict)
    if isinstance(verdict, Absent):
        return None
    raise budget.spent(_unknown(write, verdict.why))


def _unknown(write: OutcomeUnknownError | Pending, why: str) -> OutcomeUnknownError:
    trace: Any = write.trace
    problem = unknown(trace, write.sent_at, write.lost_at, why)
    problem.entry = write.entry
    return problem


def _outcomes(results: Iterable[tuple[Pending, Any]]) -> dict[int, str]:
    """Return what to note of each write whose fate is known."""
    known = ((write.entry, found) for write, found in results if not isinstance(found, Exception))
    return {entry: NOTHING_WRITTEN if receipt is None else receipt.outcome for entry, receipt in known}


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


def _acknowledged(receipt: InvoiceRegistrationReceipt | CreditorCreditingReceipt | CreditorCancellationReceipt) -> bool:
    """Tell whether a reply is the framework's acknowledgement, and not the 201 of something in between."""
    return receipt.id is not None and receipt.eve_status in (None, "OK")


def _carried_out(receipt: CreditorCreditingReceipt | CreditorCancellationReceipt) -> bool:
    """Tell whether an acknowledgement says that the action was carried out: a 201 is not yet success.

    Raises RefusedError if it says that it failed. If `status` says one thing and the older name another, it is none.
    """
    operation: Literal["credit_case", "cancel_case"]
    if isinstance(receipt, CreditorCreditingReceipt):
        operation, older = "credit_case", [receipt.crediting_status, receipt.payment_status]
    else:
        operation, older = "cancel_case", [receipt.cancellation_status]
    says_error = [str(status).lower() == ActionStatus.ERROR for status in (receipt.status, *older) if status is not None]
    if _acknowledged(receipt) and any(says_error) and (says_error[0] or receipt.status is None):
        reason = receipt.status_reason_locale
        message = f"{operation} was accepted and then refused: {as_key(reason) if reason else 'no reason given'}"
        raise RefusedError(message, operation=operation, reason=reason, receipt=receipt)
    return _acknowledged(receipt) and not any(says_error)


def _only_account_is_read_only(problem: ValidationError) -> bool:
    return problem.issues.keys() == {"account"} and "read-only" in problem.issues["account"]
