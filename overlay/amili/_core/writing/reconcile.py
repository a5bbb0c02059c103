"""Looks up whether writes happened after their responses were lost: one write, or up to 99 of a kind with one request."""

from collections.abc import Sequence

from amili._core.engine import Budget, Context, Flow
from amili._core.writing.evidence import Evidence
from amili._core.writing.look import Look
from amili._core.writing.lost_write import LostWrite
from amili._core.writing.verdict import Inconclusive, Verdict
from amili._errors import OutcomeUnknownError

_FIRST_LOOKUP = 0.25  # seconds; if only the response was lost, the write is usually visible at once


def reconcile(context: Context, writes: Sequence[LostWrite], budget: Budget) -> Flow[list[Verdict]]:
    """Look writes up until each is found, or proven absent; returns their verdicts.

    A write is absent if at least four successful lookups do not find it, the last of them sent after the settling time.
    """
    retry, pause, is_first = context.retry, _FIRST_LOOKUP, True
    left = budget.left if budget.has_deadline else max(budget.left, retry.settle * 2 + 30)
    if left <= 0:
        return [Inconclusive("the deadline left no time for lookups") for _ in writes]
    deadline = budget.lookup_budget = context.budget(left)
    while True:
        still_open = [write for write in writes if not write.is_final]
        began = context.monotonic()
        settling = max([retry.settle - (began - write.lost) for write in still_open], default=0.0)
        look = Look(context, deadline, max(settling, 0.0))
        yield from look.at(still_open, lists_first=is_first)
        for write in still_open:
            write.add(look.verdicts[write], settled=began - write.lost >= retry.settle, said=look.said.get(write))
        is_first = False
        losses = [write.lost for write in still_open if not write.is_final]
        if not losses or deadline.left <= pause:
            return [write.outcome for write in writes]
        to_settling = max(retry.settle - (context.monotonic() - max(losses)), 0.0)
        yield from deadline.wait(min(pause, to_settling or retry.settle))
        pause = min(pause * 2, retry.cap)


def outcome_unknown(evidence: Evidence, sent_at: float, lost_at: float, why: str) -> OutcomeUnknownError:
    """Return the error for a write that may or may not have happened."""
    message = (
        f"{evidence.operation}: there was no usable acknowledgement, and the write may or may not have happened ({why}); "
        "do not send it again before you know: call .resolve(), or check the case"
    )
    return OutcomeUnknownError(message, operation=evidence.operation, evidence=evidence, sent_at=sent_at, lost_at=lost_at)
