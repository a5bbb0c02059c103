"""Plans that write, exactly once: send, and after a lost reply look before anything is sent again.

The API has no idempotency key. A failure that surely processed nothing is retried below, in `attempt`. After any other the
case is looked up: found, the receipt says `reconciled`; proven absent, the write is sent again; else `OutcomeUnknownError`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from amili._core.engine import (
    Answer,
    Budget,
    Call,
    Context,
    Do,
    Lost,
    Plan,
    attempt,
    failure,
    gave_up,
    logger,
    may_have_happened,
)
from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt, decode
from amili._core.writing.evidence import Present, Trace, Unclear
from amili._core.writing.journal import Journal
from amili._core.writing.reconcile import settle, unknown
from amili._errors import ActionFailedError, AmiliError, DecodeError, NoResponseError, OutcomeUnknownError

R = TypeVar("R", InvoiceRegistrationReceipt, CreditorCreditingReceipt, CreditorCancellationReceipt)

NOTHING_WRITTEN = "nothing written"  # as the journal notes it


@dataclass(frozen=True)
class Write(Generic[R]):
    """One write: its call, what it leaves to be found, and the receipt to give when it was found instead of acknowledged.

    `check` tells whether a receipt really acknowledges the write, and raises if it says that it was refused after all.
    """

    call: Call
    trace: Trace
    reconciled: Callable[[Present], R]
    check: Callable[[R], bool]


def exactly_once(context: Context, write: Write[R], budget: Budget, journal: Journal | None) -> Plan[R]:
    """Carry out a write and give back its receipt; never sends again what may have happened."""
    if journal is None:
        return (yield from _until_known(context, write, budget))
    with journal.holding(context.now, lambda: budget.patience) as hold:
        now = context.now()
        entry = yield Do(lambda: journal.begin(hold, write.trace, now, now + longest(context, budget.total)))
        try:
            receipt = yield from _until_known(context, write, budget)
        except OutcomeUnknownError as problem:
            problem.entry = entry
            raise
        except AmiliError:
            yield Do(lambda: journal.end(hold, {entry: NOTHING_WRITTEN}, context.now()))
            raise
        yield Do(lambda: journal.end(hold, {entry: receipt.outcome}, context.now()))
        return receipt


def longest(context: Context, total: float) -> float:
    """Return a number of seconds that is well beyond the last thing that a call with this budget may do."""
    return total + 4 * context.retry.settle + 2 * context.timeout + 60


def _until_known(context: Context, write: Write[R], budget: Budget) -> Plan[R]:
    """Send, look, send again if nothing happened: until there is a receipt, a refusal, or nothing more to be known."""
    call, trace, first, rounds, begun = write.call, write.trace, context.monotonic(), 0, budget.attempts
    while True:
        rounds += 1
        outcome: Answer | Lost = yield from attempt(context, call, budget, begun)
        accepted = isinstance(outcome, Answer) and outcome.success
        receipt = _receipt(write, outcome, budget) if accepted else None
        if receipt is not None:
            return receipt
        refused = not accepted and not may_have_happened(outcome)
        if refused and rounds == 1:
            raise failure(context, call, outcome, budget)
        # A refusal after a lost reply may be our own first try speaking: "this number is taken".
        logger.info("%s: no usable acknowledgement, looking whether it happened", call.operation)
        lost = context.monotonic()
        verdict = yield from settle(context, trace, lambda: context.monotonic() - first, lost, budget)
        if isinstance(verdict, Present):
            logger.info("%s: it happened", call.operation)
            return write.reconciled(verdict)
        if isinstance(verdict, Unclear) or accepted:
            why = verdict.why if isinstance(verdict, Unclear) else "the API accepted it in a reply that can't be read"
            ago = context.now() - context.monotonic()
            raise budget.spent(unknown(trace, first + ago, lost + ago, why))
        if isinstance(outcome, Answer) and not gave_up(outcome):  # refused, or redirected: it would be so again
            raise failure(context, call, outcome, budget)
        if budget.attempts - begun >= context.retry.attempts or budget.left <= 0:
            raise _given_up(context, call, outcome, budget)
        logger.info("%s: it surely did not happen, sending it again", call.operation)


def _receipt(write: Write[R], outcome: Answer | Lost, budget: Budget) -> R | None:
    """Read the receipt, or return None if it can't be read, as if it were lost; raises if it says that it was refused."""
    assert isinstance(outcome, Answer)
    try:
        receipt: R = decode(write.call.operation, outcome.content, write.call.build)
    except DecodeError as problem:
        logger.info("%s", problem)
        return None
    try:
        return receipt if write.check(receipt) else None
    except ActionFailedError as problem:
        raise budget.spent(problem) from None


def _given_up(context: Context, call: Call, outcome: Answer | Lost, budget: Budget) -> AmiliError:
    if isinstance(outcome, Answer):
        return failure(context, call, outcome, budget)
    message = f"{context.host} did not answer {call.operation} after {budget.attempts} attempts: {outcome.reason}; "
    return budget.spent(NoResponseError(message + "looking showed that nothing was written", operation=call.operation))
