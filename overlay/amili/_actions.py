"""The three writes as plans: register, credit, cancel; and the look at one whose outcome was left open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from amili_api.models.case import Case
from amili_api.models.creditor_cancellation import CreditorCancellation
from amili_api.models.creditor_crediting import CreditorCrediting
from amili_api.models.invoice_registration import InvoiceRegistration

from amili._acknowledgements import (
    acknowledged,
    carried_out,
    reconciled,
    reconciled_cancellation,
    reconciled_crediting,
    reconciled_registration,
)
from amili._calls import cancellation_call, crediting_call, exact_amount, registration_call
from amili._context import Budget, Context
from amili._effects import Do, Plan
from amili._errors import OutcomeUnknownError, ValidationError
from amili._evidence import Absent, CancellationTrace, CreditingTrace, Present, RegistrationTrace
from amili._journal import Journal, Pending, Unreadable
from amili._reading import CaseLike, case_id, one_case
from amili._receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._turns import in_turn
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
    write = Write(call, RegistrationTrace.of(sent), reconciled_registration, acknowledged)
    budget = Budget(context, deadline)
    writing = exactly_once(context, write, budget, journal)
    return (yield from in_turn(context, call.operation, write.trace.key, budget, writing))


def credit(
    context: Context, case: CaseLike, crediting: Crediting, journal: Journal | None, deadline: float | None = None
) -> Plan[CreditorCreditingReceipt]:
    """Credit a case, exactly once; it is read first in any case, so that there is a before: one that was held may be old."""
    identifier, budget = case_id(case), Budget(context, deadline)
    crediting_it = _credit(context, identifier, crediting, journal, budget)
    return (yield from in_turn(context, "credit_case", f"case {identifier}", budget, crediting_it))


def _credit(
    context: Context, case: str, crediting: Crediting, journal: Journal | None, budget: Budget
) -> Plan[CreditorCreditingReceipt]:
    before: Case = yield from one_case(context, case, budget)
    request = crediting.of(before)
    trace = CreditingTrace.of(before, request.amount)
    write = Write(crediting_call(request), trace, reconciled_crediting, carried_out)
    try:
        return (yield from exactly_once(context, write, budget, journal))
    except ValidationError as problem:
        if crediting.account is None or not _only_account_is_read_only(problem):
            raise
    # The vendor's newer pages call `account` read-only. A 422 stored nothing, so it may be sent again without.
    request.account = None
    write = Write(crediting_call(request), trace, reconciled_crediting, carried_out)
    return (yield from exactly_once(context, write, budget, journal))


def cancel(
    context: Context, case: CaseLike, journal: Journal | None, deadline: float | None = None
) -> Plan[CreditorCancellationReceipt]:
    """Cancel a case, exactly once."""
    identifier, budget = case_id(case), Budget(context, deadline)
    return (yield from in_turn(context, "cancel_case", f"case {identifier}", budget, _cancel(context, case, journal, budget)))


def _cancel(context: Context, case: CaseLike, journal: Journal | None, budget: Budget) -> Plan[CreditorCancellationReceipt]:
    before: Case = case if isinstance(case, Case) else (yield from one_case(context, case_id(case), budget))
    call = cancellation_call(CreditorCancellation(creditor=before.creditor, case=before.id))
    write = Write(call, CancellationTrace(before.id, before.closed is not None), reconciled_cancellation, carried_out)
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
    with journal.holding(context.now, lambda: budget.patience) as hold:
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
    with journal.holding(context.now, lambda: whole.patience) as hold:
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
        return reconciled(trace, verdict)
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


def _only_account_is_read_only(problem: ValidationError) -> bool:
    return problem.issues.keys() == {"account"} and "read-only" in problem.issues["account"]
