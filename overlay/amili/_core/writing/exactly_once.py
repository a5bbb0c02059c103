"""Flows that write exactly once: send, and after a lost response look the write up before it is sent again.

The API has no idempotency key. A failure that certainly processed nothing is retried by `send_with_retries`. After any other
failure the case is looked up: if it is found, the receipt says `reconciled`; if it is proven absent, the write is sent again;
else `OutcomeUnknownError` is raised.
"""

from collections.abc import Callable
from dataclasses import dataclass
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
from amili._core.writing.evidence import Confirmed, Evidence, Inconclusive
from amili._core.writing.journal import Journal
from amili._core.writing.reconcile import outcome_unknown, reconcile
from amili._errors import ActionFailedError, AmiliError, DecodeError, NoResponseError, OutcomeUnknownError

R = TypeVar("R", InvoiceRegistrationReceipt, CreditorCreditingReceipt, CreditorCancellationReceipt)

NOTHING_WRITTEN = "nothing written"  # an outcome in the journal


@dataclass(frozen=True)
class Write(Generic[R]):
    """One write: its request, its evidence, and the function that builds a receipt if it is found by a lookup.

    `check` returns whether a receipt confirms the write, and raises ActionFailedError if the receipt reports a failure.
    """

    request: Request
    evidence: Evidence
    receipt_for: Callable[[Confirmed], R]
    check: Callable[[R], bool]


def exactly_once(context: Context, write: Write[R], budget: Budget, journal: Journal | None) -> Flow[R]:
    """Send a write and return its receipt; never sends it again while it may have happened."""
    if journal is None:
        return (yield from _send_until_known(context, write, budget))
    with journal.lease(context.now, lambda: budget.lock_timeout) as lease:
        now = context.now()
        entry = yield RunBlocking(lambda: journal.begin(lease, write.evidence, now, now + lease_duration(context, budget.total)))
        try:
            receipt = yield from _send_until_known(context, write, budget)
        except OutcomeUnknownError as problem:
            problem.entry = entry
            raise
        except AmiliError:
            yield RunBlocking(lambda: journal.end(lease, {entry: NOTHING_WRITTEN}, context.now()))
            raise
        yield RunBlocking(lambda: journal.end(lease, {entry: receipt.outcome}, context.now()))
        return receipt


def lease_duration(context: Context, total: float) -> float:
    """Return an upper bound, in seconds, on how long a call with this budget can stay active."""
    return total + 4 * context.retry.settling_time + 2 * context.timeout + 60


def _send_until_known(context: Context, write: Write[R], budget: Budget) -> Flow[R]:
    """Send, look up, and send again if it did not happen, until there is a receipt or an error."""
    request, evidence, first, rounds, attempts_before = write.request, write.evidence, context.monotonic(), 0, budget.attempts
    while True:
        rounds += 1
        outcome: Response | NoResponse = yield from send_with_retries(context, request, budget, attempts_before)
        accepted = isinstance(outcome, Response) and outcome.success
        receipt = _receipt(write, outcome, budget) if accepted else None
        if receipt is not None:
            return receipt
        refused = not accepted and not may_have_happened(outcome)
        if refused and rounds == 1:
            raise error_for(context, request, outcome, budget)
        # After a lost response, a refusal may be caused by our own first attempt ("number already taken").
        logger.info("%s: no usable acknowledgement, looking up whether it happened", request.operation)
        lost = context.monotonic()
        verdict = yield from reconcile(context, evidence, lambda: context.monotonic() - first, lost, budget)
        if isinstance(verdict, Confirmed):
            logger.info("%s: it happened", request.operation)
            return write.receipt_for(verdict)
        if isinstance(verdict, Inconclusive) or accepted:
            why = verdict.why if isinstance(verdict, Inconclusive) else "the API accepted it, but its response can't be decoded"
            ago = context.now() - context.monotonic()
            raise budget.annotate(outcome_unknown(evidence, first + ago, lost + ago, why))
        if isinstance(outcome, Response) and not is_server_failure(
            outcome
        ):  # refused or redirected: sending it again would not help
            raise error_for(context, request, outcome, budget)
        if budget.attempts - attempts_before >= context.retry.attempts or budget.left <= 0:
            raise _retries_exhausted(context, request, outcome, budget)
        logger.info("%s: it certainly did not happen, sending it again", request.operation)


def _receipt(write: Write[R], outcome: Response | NoResponse, budget: Budget) -> R | None:
    """Decode the receipt; None if it can't be decoded or does not confirm the write; raises if it reports a failure."""
    assert isinstance(outcome, Response)
    try:
        receipt: R = decode(write.request.operation, outcome.content, write.request.parse)
    except DecodeError as problem:
        logger.info("%s", problem)
        return None
    try:
        return receipt if write.check(receipt) else None
    except ActionFailedError as problem:
        raise budget.annotate(problem) from None


def _retries_exhausted(context: Context, request: Request, outcome: Response | NoResponse, budget: Budget) -> AmiliError:
    if isinstance(outcome, Response):
        return error_for(context, request, outcome, budget)
    tried = f"no response from {context.host} after {budget.attempts} attempts"
    message = f"{request.operation}: {tried}: {outcome.reason}; a lookup showed that nothing was written"
    return budget.annotate(NoResponseError(message, operation=request.operation))
