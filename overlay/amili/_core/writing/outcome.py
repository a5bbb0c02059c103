"""The outcome of a write that was begun before, found by looking for what it leaves."""

from collections.abc import Sequence
from typing import Any

from amili_api.models.case import Case

from amili._core.engine import Budget, Context, Flow
from amili._core.writing.acknowledgement import receipt_for
from amili._core.writing.journal import Pending, Unreadable
from amili._core.writing.reconcile import LostWrite, judge, outcome_unknown, reconcile
from amili._core.writing.verdict import Absent, Confirmed, Verdict
from amili._errors import OutcomeUnknownError

_LONG = 900.0  # seconds by which clocks of several machines, or one that was set, may differ


def find_outcome(context: Context, write: OutcomeUnknownError | Pending, budget: Budget) -> Flow[Any]:
    """Return the receipt of a write that happened, or None if it certainly did not; else raises OutcomeUnknownError."""
    (outcome,) = yield from find_outcomes(context, [write], budget)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def find_outcomes(context: Context, writes: Sequence[OutcomeUnknownError | Pending], budget: Budget) -> Flow[list[Any]]:
    """Return for each write its receipt, None if it certainly did not happen, or the error that tells why it is not known."""
    readable = [write for write in writes if not isinstance(write.evidence, Unreadable)]
    verdicts = yield from reconcile(context, [_lost_write(context, write) for write in readable], budget)
    known = dict(zip(map(id, readable), verdicts, strict=True))
    return [_outcome(write, known.get(id(write)), budget) for write in writes]


def judge_found(context: Context, write: Pending, cases: Sequence[Case], budget: Budget) -> Any:
    """Return what a lookup, just made within this budget, shows of a write: its receipt, None without a sign of it, or an error.

    `cases` are those that were found by what the evidence looks for.
    """
    if isinstance(write.evidence, Unreadable):
        return write.evidence.problem
    return _outcome(write, judge(context, _lost_write(context, write), cases, budget), budget)


def _lost_write(context: Context, write: OutcomeUnknownError | Pending) -> LostWrite:
    # Other clocks may have told these times: what is not long ago is taken to have been lost just now.
    lost = context.monotonic() if context.now() - write.lost_at < _LONG else float("-inf")
    evidence: Any = write.evidence
    return LostWrite(evidence, lambda: context.now() - write.sent_at, lost)


def _outcome(write: OutcomeUnknownError | Pending, verdict: Verdict | None, budget: Budget) -> Any:
    evidence: Any = write.evidence
    if verdict is None:
        return evidence.problem
    if isinstance(verdict, Confirmed):
        return receipt_for(evidence, verdict)
    return None if isinstance(verdict, Absent) else budget.annotate(unknown_outcome_of(write, verdict.why))


def unknown_outcome_of(write: OutcomeUnknownError | Pending, why: str) -> OutcomeUnknownError:
    """Return the error for a write whose outcome is still unknown, with its entry in the journal."""
    evidence: Any = write.evidence
    problem = outcome_unknown(evidence, write.sent_at, write.lost_at, why)
    problem.entry = write.entry
    return problem
