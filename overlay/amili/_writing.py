"""Plans that write, exactly once: send, and after a lost reply look before anything is sent again.

The API has no idempotency key. A failure that surely processed nothing is retried below, in `attempt`. After any other the
case is looked up: found, the receipt says `reconciled`; proven absent, the write is sent again; else `OutcomeUnknownError`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Generic, TypeVar

from amili._attempts import attempt, failure
from amili._context import Budget, Context, logger
from amili._decode import decode
from amili._effects import Answer, Call, Do, Lost, Plan, Sleep
from amili._errors import AmiliError, DecodeError, NoAnswerError, OutcomeUnknownError, RefusedError
from amili._evidence import Absent, Present, Trace, Unclear, Verdict
from amili._journal import Journal
from amili._reading import read
from amili._receipts import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt
from amili._retry import gave_up, may_have_happened

R = TypeVar("R", InvoiceRegistrationReceipt, CreditorCreditingReceipt, CreditorCancellationReceipt)

NOTHING_WRITTEN = "nothing written"  # as the journal notes it
_FIRST_LOOK = 0.25  # seconds; a reply that was only lost on its way usually shows at once


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
    except RefusedError as problem:
        raise budget.spent(problem) from None


def settle(context: Context, trace: Trace, age: Callable[[], float], lost: float, budget: Budget) -> Plan[Verdict]:
    """Look until the write shows, or until a good look that was asked for after the settling time does not show it.

    `age` tells how many seconds ago the write was first sent; `lost` is when its reply was lost, by the monotonic clock, which
    nobody sets.
    """
    retry, pause = context.retry, _FIRST_LOOK
    left = budget.left if budget.strict else max(budget.left, retry.settle * 2 + 30)
    if left <= 0:
        return Unclear("the deadline left no time for looking")
    deadline = budget.looking = Budget(context, left)
    while True:
        settled = context.monotonic() - lost >= retry.settle
        verdict = yield from _look_safely(context, trace, age, deadline)
        final = isinstance(verdict, Present) or (settled and not isinstance(verdict, LookFailed)) or trace.question() is None
        if final or deadline.left <= pause:
            return verdict if settled or not isinstance(verdict, Absent) else Unclear("the time for looking ran out")
        to_settling = max(retry.settle - (context.monotonic() - lost), 0.0)
        yield Sleep(min(pause, to_settling) if to_settling else pause)
        pause = min(pause * 2, retry.cap)


class LookFailed(Unclear):
    """The look-up itself had no answer; another one may have."""


def _look_safely(context: Context, trace: Trace, age: Callable[[], float], budget: Budget) -> Plan[Verdict]:
    """Look; whatever goes wrong with that, even in our own code, must not hide that a write may have happened."""
    try:
        return (yield from look(context, trace, age, budget))
    except Exception as problem:
        return LookFailed(f"the look-up failed as well: {type(problem).__name__}")


def look(context: Context, trace: Trace, age: Callable[[], float], budget: Budget) -> Plan[Verdict]:
    """Read what the write would have left and judge it by the server's own clock, which its replies tell."""
    call = trace.question()
    if call is None:
        return Unclear("its key has a form that the API can't search for")
    page = yield from read(context, call, budget)
    seconds = age()  # below zero if a clock was set back since, or another machine's is behind: then nothing can be told by dates
    since = datetime.fromtimestamp(_server_time(budget.last.headers, context.now()) - seconds, UTC) if seconds >= 0 else None
    return trace.verdict(page.items, since)


def _server_time(headers: Mapping[str, str], now: float) -> float:
    """Return the server's time by its reply, or ours if that has no date."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, TypeError):
        return now


def unknown(trace: Trace, sent_at: float, lost_at: float, why: str) -> OutcomeUnknownError:
    """Return the error for a write of which it can't be told whether it happened."""
    message = (
        f"{trace.operation}: no usable acknowledgement came, and whether it happened can't be told ({why}); "
        "do not send it again before you know: ask .resolve(), or look at the case"
    )
    return OutcomeUnknownError(message, operation=trace.operation, trace=trace, sent_at=sent_at, lost_at=lost_at)


def _given_up(context: Context, call: Call, outcome: Answer | Lost, budget: Budget) -> AmiliError:
    if isinstance(outcome, Answer):
        return failure(context, call, outcome, budget)
    message = f"{context.host} did not answer {call.operation} after {budget.attempts} attempts: {outcome.reason}; "
    return budget.spent(NoAnswerError(message + "looking showed that nothing was written", operation=call.operation))
