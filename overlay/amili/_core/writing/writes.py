"""The three writes as plans: register, credit, cancel; and the look at one whose outcome was left open."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from amili_api.models.case import Case
from amili_api.models.creditor_cancellation import CreditorCancellation
from amili_api.models.creditor_crediting import CreditorCrediting
from amili_api.models.invoice_registration import InvoiceRegistration

from amili._core.engine import Budget, Context, Plan
from amili._core.operations import (
    CreditorCancellationReceipt,
    CreditorCreditingReceipt,
    InvoiceRegistrationReceipt,
    cancellation_call,
    crediting_call,
    exact_amount,
    registration_call,
)
from amili._core.reading import CaseLike, case_id, one_case
from amili._core.writing.acknowledgement import (
    acknowledged,
    carried_out,
    reconciled_cancellation,
    reconciled_crediting,
    reconciled_registration,
)
from amili._core.writing.evidence import CancellationTrace, CreditingTrace, RegistrationTrace
from amili._core.writing.exactly_once import Write, exactly_once
from amili._core.writing.journal import Journal
from amili._core.writing.key_lock import in_turn
from amili._errors import ValidationError


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
    budget = context.budget(deadline)
    writing = exactly_once(context, write, budget, journal)
    return (yield from in_turn(context, call.operation, write.trace.key, budget, writing))


def credit(
    context: Context, case: CaseLike, crediting: Crediting, journal: Journal | None, deadline: float | None = None
) -> Plan[CreditorCreditingReceipt]:
    """Credit a case, exactly once; it is read first in any case, so that there is a before: one that was held may be old."""
    identifier, budget = case_id(case), context.budget(deadline)
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
    identifier, budget = case_id(case), context.budget(deadline)
    return (yield from in_turn(context, "cancel_case", f"case {identifier}", budget, _cancel(context, case, journal, budget)))


def _cancel(context: Context, case: CaseLike, journal: Journal | None, budget: Budget) -> Plan[CreditorCancellationReceipt]:
    before: Case = case if isinstance(case, Case) else (yield from one_case(context, case_id(case), budget))
    call = cancellation_call(CreditorCancellation(creditor=before.creditor, case=before.id))
    write = Write(call, CancellationTrace(before.id, before.closed is not None), reconciled_cancellation, carried_out)
    return (yield from exactly_once(context, write, budget, journal))


def _only_account_is_read_only(problem: ValidationError) -> bool:
    return problem.issues.keys() == {"account"} and "read-only" in problem.issues["account"]
