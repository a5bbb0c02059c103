"""The outcome of a write that was begun before, found by looking for what it leaves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from amili_api.models.case import Case

from amili._core.engine import Budget, Context, Flow
from amili._core.writing.acknowledgement import receipt_for
from amili._core.writing.journal import Pending, Unreadable
from amili._core.writing.look import Look
from amili._core.writing.lost_write import LostWrite
from amili._core.writing.reconcile import outcome_unknown, reconcile
from amili._core.writing.verdict import Absent, Confirmed, Verdict
from amili._errors import ActionFailedError, OutcomeUnknownError

NOTHING_WRITTEN = "nothing written"  # an outcome in the journal
_LONG = 900.0  # seconds by which clocks of several machines, or one that was set, may differ


def find_outcomes(context: Context, writes: Sequence[OutcomeUnknownError | Pending], budget: Budget) -> Flow[list[Any]]:
    """Return for each write its receipt, None if it certainly did not happen, or an error.

    The error is an ActionFailedError if the API stored it as failed; else it says why the outcome is not known.
    """
    readable = [write for write in writes if not isinstance(write.evidence, Unreadable)]
    verdicts = yield from reconcile(context, [_lost_write(context, write) for write in readable], budget)
    known = dict(zip(map(id, readable), verdicts, strict=True))
    return [_outcome(write, known.get(id(write)), budget) for write in writes]


def judge_found(context: Context, found: Mapping[int, tuple[Pending, list[Case]]], budget: Budget) -> Flow[dict[int, Any]]:
    """Return what a lookup, just made within this budget, shows of writes: a receipt, None without a sign of it, or an error.

    The cases are those that were found by what the evidence of a write looks for. The lists of writes are asked as well about
    those whose case has changed.
    """
    lost = {key: _lost_write(context, write) for key, (write, _) in found.items()}
    look = Look(context, budget, 0.0)
    yield from look.at_cases({lost[key]: cases for key, (_, cases) in found.items()})
    return {key: _outcome(write, look.verdicts[lost[key]], budget) for key, (write, _) in found.items()}


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
        try:
            return receipt_for(evidence, verdict)
        except ActionFailedError as problem:
            return budget.annotate(problem)
    return None if isinstance(verdict, Absent) else budget.annotate(unknown_outcome_of(write, verdict.why))


def unknown_outcome_of(write: OutcomeUnknownError | Pending, why: str) -> OutcomeUnknownError:
    """Return the error for a write whose outcome is still unknown, with its entry in the journal."""
    evidence: Any = write.evidence
    problem = outcome_unknown(evidence, write.sent_at, write.lost_at, why)
    problem.entry = write.entry
    return problem


def outcomes_of(results: Iterable[tuple[Pending, Any]]) -> dict[int, str]:
    """Return the outcome to record for the entry of each write whose outcome is known."""
    known = [
        (write, found) for write, found in results if not isinstance(found, Exception) or isinstance(found, ActionFailedError)
    ]
    return {write.entry: getattr(found, "outcome", NOTHING_WRITTEN) for write, found in known}
