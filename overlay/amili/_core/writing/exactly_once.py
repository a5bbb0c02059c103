"""Flows that write exactly once: send, and after a lost response look the write up before it is sent again.

The API has no idempotency key. A failure that certainly processed nothing is retried by `send_with_retries`. After any other
failure the case is looked up: if it is found, the receipt says `reconciled`; if it is proven absent, the write is sent again;
else `OutcomeUnknownError` is raised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from amili._core.engine import (
    Budget,
    Context,
    Flow,
    NoResponse,
    Request,
    Response,
    RunBlocking,
    error_for,
    is_server_failure,
    logger,
    may_have_happened,
    send_with_retries,
)
from amili._core.operations import CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt, decode
from amili._core.writing.doubled import find_doubled
from amili._core.writing.evidence import Evidence
from amili._core.writing.journal import Lease, Pending, WriteJournal
from amili._core.writing.lost_write import LostWrite
from amili._core.writing.outcome import NOTHING_WRITTEN, find_outcomes, outcomes_of
from amili._core.writing.reconcile import outcome_unknown, reconcile
from amili._core.writing.verdict import Confirmed, Inconclusive, Verdict
from amili._errors import (
    ActionFailedError,
    AmiliError,
    ApiError,
    DecodeError,
    NoResponseError,
    OutcomeUnknownError,
    WrittenTwiceError,
    redirection,
)

R = TypeVar("R", InvoiceRegistrationReceipt, CreditorCreditingReceipt, CreditorCancellationReceipt)

WRITTEN_TWICE = "written twice"  # an outcome in the journal


@dataclass(frozen=True)
class Write(Generic[R]):
    """One write: its request, its evidence, and the function that builds a receipt if it is found by a lookup.

    `check` returns whether a receipt confirms the write, and raises ActionFailedError if the receipt reports a failure.
    """

    request: Request
    evidence: Evidence
    receipt_for: Callable[[Confirmed], R]
    check: Callable[[R], bool]


def exactly_once(context: Context, write: Write[R], budget: Budget, journal: WriteJournal | None) -> Flow[R]:
    """Send a write and return its receipt; never sends it again while it may have happened."""
    if journal is None:
        return (yield from _send_until_known(context, write, budget))
    with journal.lease(context.now, lambda: budget.lock_timeout) as lease:
        earlier = yield from _settle_earlier(context, write, budget, journal, lease)
        if earlier is not None:
            return earlier
        now = context.now()
        entry = yield RunBlocking(lambda: journal.begin(lease, write.evidence, now, now + lease_duration(context, budget.total)))
        try:
            receipt = yield from _send_until_known(context, write, budget)
        except OutcomeUnknownError as problem:
            problem.entry = entry
            raise
        except WrittenTwiceError:
            yield RunBlocking(lambda: journal.end(lease, {entry: WRITTEN_TWICE}, context.now()))
            raise
        except AmiliError:
            yield RunBlocking(lambda: journal.end(lease, {entry: NOTHING_WRITTEN}, context.now()))
            raise
        yield RunBlocking(lambda: journal.end(lease, {entry: receipt.outcome}, context.now()))
        return receipt


def _settle_earlier(context: Context, write: Write[R], budget: Budget, journal: WriteJournal, lease: Lease) -> Flow[R | None]:
    """Find out what became of earlier writes of the same key, before another is sent; returns the receipt of one that happened.

    Raises OutcomeUnknownError if that can't be found out, or another process is writing it.
    """

    def is_same(pending: Pending) -> bool:
        return (pending.operation, pending.key) == (write.request.operation, write.evidence.key)

    receipt: R | None = None
    seconds = lease_duration(context, budget.total)
    earlier, in_progress = yield RunBlocking(partial(journal.claim_before, lease, context.now(), seconds, is_same))
    if in_progress:
        why = "another process is writing it"
        raise budget.annotate(outcome_unknown(write.evidence, context.now(), context.now(), why))
    for pending in earlier:
        logger.info("%s: an earlier one of %s is pending, looking it up first", pending.operation, pending.key)
        (found,) = yield from find_outcomes(context, [pending], budget)
        yield RunBlocking(partial(journal.end, lease, outcomes_of([(pending, found)]), context.now()))
        if isinstance(found, Exception) and not isinstance(found, ActionFailedError):
            raise found
        is_receipt = found is not None and not isinstance(found, ActionFailedError)
        if is_receipt and write.evidence.is_repetition_of(pending.evidence):
            receipt = found
    return receipt


def lease_duration(context: Context, total: float) -> float:
    """Return an upper bound, in seconds, on how long a call with this budget can stay active."""
    return total + 4 * context.retry.settle + 2 * context.timeout + 60


def _send_until_known(context: Context, write: Write[R], budget: Budget) -> Flow[R]:
    """Send, look up, and send again if it did not happen, until there is a receipt or an error."""
    request, evidence, first, rounds, attempts_before = write.request, write.evidence, context.monotonic(), 0, budget.attempts
    while True:
        rounds += 1
        outcome: Response | NoResponse = yield from send_with_retries(context, request, budget, attempts_before)
        accepted = isinstance(outcome, Response) and outcome.success
        receipt = _receipt(write, outcome, budget) if accepted else None
        if receipt is not None:
            if rounds > 1:
                yield from _check_single(context, write, receipt, lambda: context.monotonic() - first, budget)
            return receipt
        refused = not accepted and not may_have_happened(outcome)
        if refused and rounds == 1:
            raise error_for(context, request, outcome, budget)
        # After a lost response, a refusal may be caused by our own first attempt ("number already taken").
        logger.info("%s: no usable acknowledgement, looking up whether it happened", request.operation)
        lost = context.monotonic()
        lost_write = LostWrite(evidence, lambda: context.monotonic() - first, lost)
        (verdict,) = yield from reconcile(context, [lost_write], budget)
        if isinstance(verdict, Confirmed):
            logger.info("%s: it happened", request.operation)
            return _found(write, verdict, budget)
        if isinstance(verdict, Inconclusive) or accepted:
            ago = context.now() - context.monotonic()
            raise budget.annotate(outcome_unknown(evidence, first + ago, lost + ago, _why_unknown(verdict, outcome)))
        if isinstance(outcome, Response) and not is_server_failure(outcome):  # refused, or redirected: it would be so again
            error = context.error(request.operation, outcome, request.body)
            if rounds > 1 and not verdict.by_others and _is_refused_as_repetition(evidence, error):
                ago, why = context.now() - context.monotonic(), f"the API refuses a repetition with {outcome.status}"
                raise budget.annotate(outcome_unknown(evidence, first + ago, lost + ago, why)) from error
            raise budget.annotate(error)
        if budget.attempts - attempts_before >= context.retry.attempts or budget.left <= 0:
            raise _retries_exhausted(context, request, outcome, budget)
        logger.info("%s: it certainly did not happen, sending it again", request.operation)


def _found(write: Write[R], verdict: Confirmed, budget: Budget) -> R:
    try:
        return write.receipt_for(verdict)
    except ActionFailedError as problem:
        raise budget.annotate(problem) from None


def _why_unknown(verdict: Verdict, outcome: Response | NoResponse) -> str:
    why = verdict.why if isinstance(verdict, Inconclusive) else "the API accepted it, but its response can't be decoded"
    redirect = redirection(outcome.status, outcome.headers) if isinstance(outcome, Response) else ""
    return f"the response was {redirect}, AMILI_BASE_URL may be wrong; {why}" if redirect else why


def _is_refused_as_repetition(evidence: Evidence, error: ApiError) -> bool:
    """Whether the refusal of a repetition says that the first attempt may have happened."""
    return error.status in (409, 412) or (error.status == 422 and evidence.is_refused_as_repetition(error))


def _check_single(context: Context, write: Write[R], receipt: R, age: Callable[[], float], budget: Budget) -> Flow[None]:
    """Look up once, after a write was sent again, whether it is there twice; raises WrittenTwiceError if it is."""
    doubled = yield from find_doubled(context, write.evidence, age, budget)
    if doubled:
        message = f"{write.request.operation} was written twice, as an earlier attempt arrived late: {' and '.join(doubled)}; "
        message += "undo one of them by hand"
        problem = WrittenTwiceError(message, operation=write.request.operation, receipt=receipt, cases=doubled)
        raise budget.annotate(problem)


def _receipt(write: Write[R], outcome: Response | NoResponse, budget: Budget) -> R | None:
    """Decode the receipt; None if it can't be decoded or does not confirm the write; raises if it reports a failure."""
    assert isinstance(outcome, Response)
    try:
        receipt: R = decode(write.request.operation, outcome.content, write.request.parse)
        return receipt.without_unreadable() if write.check(receipt) else None
    except DecodeError as problem:
        logger.info("%s", problem)
        return None
    except ActionFailedError as problem:
        raise budget.annotate(problem) from None


def _retries_exhausted(context: Context, request: Request, outcome: Response | NoResponse, budget: Budget) -> AmiliError:
    if isinstance(outcome, Response):
        return error_for(context, request, outcome, budget)
    tried = f"no response from {context.host} after {budget.attempts} attempts"
    message = f"{request.operation}: {tried}: {outcome.reason}; a lookup showed that nothing was written"
    return budget.annotate(NoResponseError(message, operation=request.operation))
