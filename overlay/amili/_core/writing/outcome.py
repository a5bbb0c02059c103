"""The outcome of a write that was begun before, found by looking for what it leaves."""

from typing import Any

from amili._core.engine import Budget, Context, Flow
from amili._core.writing.acknowledgement import receipt_for
from amili._core.writing.journal import Pending, Unreadable
from amili._core.writing.reconcile import outcome_unknown, reconcile
from amili._core.writing.verdict import Absent, Confirmed
from amili._errors import OutcomeUnknownError

_LONG = 900.0  # seconds by which clocks of several machines, or one that was set, may differ


def find_outcome(context: Context, write: OutcomeUnknownError | Pending, budget: Budget) -> Flow[Any]:
    """Return the receipt of a write that happened, or None if it certainly did not; else raises OutcomeUnknownError."""
    evidence = write.evidence
    if isinstance(evidence, Unreadable):
        raise evidence.problem
    # Other clocks may have told these times: what is not long ago is taken to have been lost just now.
    lost = context.monotonic() if context.now() - write.lost_at < _LONG else float("-inf")
    verdict = yield from reconcile(context, evidence, lambda: context.now() - write.sent_at, lost, budget)
    if isinstance(verdict, Confirmed):
        return receipt_for(evidence, verdict)
    if isinstance(verdict, Absent):
        return None
    raise budget.annotate(unknown_outcome_of(write, verdict.why))


def unknown_outcome_of(write: OutcomeUnknownError | Pending, why: str) -> OutcomeUnknownError:
    """Return the error for a write whose outcome is still unknown, with its entry in the journal."""
    evidence: Any = write.evidence
    problem = outcome_unknown(evidence, write.sent_at, write.lost_at, why)
    problem.entry = write.entry
    return problem
