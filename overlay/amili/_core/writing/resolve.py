"""Look at writes whose outcome is unknown."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from amili._core.engine import Budget, Context, Do, Plan
from amili._core.writing.acknowledgement import reconciled
from amili._core.writing.evidence import Absent, Present
from amili._core.writing.exactly_once import NOTHING_WRITTEN, longest
from amili._core.writing.journal import Journal, Pending, Unreadable
from amili._core.writing.reconcile import settle, unknown
from amili._errors import OutcomeUnknownError

_LONG = 900.0  # seconds by which clocks of several machines, or one that was set, may differ


def resolve(
    context: Context, write: OutcomeUnknownError | Pending, journal: Journal | None = None, deadline: float | None = None
) -> Plan[Any]:
    """Look whether a write happened: gives back its receipt, or None if it surely did not; else raises OutcomeUnknownError.

    Ends its entry in the journal. What another is busy with can't be told; what has an outcome is only looked at.
    """
    budget = context.budget(deadline)
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
    whole = context.budget(deadline)
    with journal.holding(context.now, lambda: whole.patience) as hold:
        results: list[tuple[Pending, Any]] = []
        for write in (yield Do(partial(journal.claim, hold, context.now(), longest(context, whole.total)))):
            try:
                results.append((write, (yield from _found(context, write, whole if whole.strict else context.budget()))))
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
