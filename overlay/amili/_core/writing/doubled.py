"""Looks up, after a write was sent again, whether it is there twice."""

from collections.abc import Callable

from amili._core.engine import Budget, Context, Flow, logger
from amili._core.reading import look_up, look_up_records
from amili._core.writing.evidence import CreditingEvidence, Evidence
from amili._core.writing.look import sent_since
from amili._errors import AmiliError

_FIRST_PAUSE = 0.25  # seconds


def find_doubled(context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget) -> Flow[tuple[str, ...]]:
    """Return what a write left if it is there twice; nothing if that can't be looked up.

    By one lookup, unless a case shows two creditings of the amount. The list then tells whether one is of another party, and if
    it lags it is looked up again for as long as the settling time.
    """
    seconds = budget.left if budget.has_deadline else max(budget.left, context.timeout)
    looking = budget.lookup_budget = context.budget(max(seconds, 0.001))
    pause = _FIRST_PAUSE
    try:
        while True:
            doubled, is_certain = yield from _look(context, evidence, age, looking)
            if is_certain or looking.elapsed >= context.retry.settle or looking.left <= pause:
                return doubled
            yield from looking.wait(pause)
            pause = min(pause * 2, context.retry.cap)
    except AmiliError as problem:
        logger.warning("%s: sent again, and whether it is there twice could not be looked up: %s", evidence.operation, problem)
        return ()


def _look(context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget) -> Flow[tuple[tuple[str, ...], bool]]:
    """Return what the write left if it seems to be there twice, and whether that is certain."""
    wanted, records = evidence.lookup(), evidence.records()
    assert wanted is not None, "a write that can't be looked up is not sent again"
    lookup, value = wanted
    cases = (yield from look_up(context, lookup, [value], budget))[value]
    since = sent_since(context, age, budget)
    doubled = evidence.doubled(cases, since)
    if not doubled or records is None or not isinstance(evidence, CreditingEvidence):
        return doubled, True
    kind, value = records
    found = yield from look_up_records(context, kind, [value], budget)
    if found is None:
        return doubled, context.support.lists.get(kind.operation) is False
    times = evidence.times_listed(cases[0], found[value], since)
    return () if times == 1 else doubled, times is not None
