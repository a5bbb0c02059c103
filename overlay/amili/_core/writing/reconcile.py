"""Look up whether a write happened after its reply was lost."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from amili_api.models.case import Case

from amili._core.engine import Budget, Context, Flow, Sleep, logger
from amili._core.operations import MAX_PAGE, list_request, read
from amili._core.writing.evidence import Absent, Confirmed, Evidence, Inconclusive, Verdict
from amili._errors import AmiliError, OutcomeUnknownError
from amili._query import Condition

_MIN_EMPTY_LOOKUPS = 4  # successful lookups that do not find a write before it counts as absent: replicas lag
_FIRST_LOOKUP = 0.25  # seconds; a reply that was only lost on its way usually shows at once


def reconcile(context: Context, evidence: Evidence, age: Callable[[], float], lost: float, budget: Budget) -> Flow[Verdict]:
    """Look the write up until it is found, or until it is proven absent.

    It is absent if at least four successful lookups do not find it, the last of them sent after the settling time.

    `age` returns how many seconds ago the write was first sent; `lost` is when its response was lost, by the monotonic clock.
    """
    retry, pause, empty = context.retry, _FIRST_LOOKUP, 0
    left = budget.left if budget.has_deadline else max(budget.left, retry.settle * 2 + 30)
    if left <= 0:
        return Inconclusive("the deadline left no time for looking")
    deadline = budget.lookup_budget = context.budget(left)
    while True:
        settled = context.monotonic() - lost >= retry.settle
        verdict = yield from _look_up_safely(context, evidence, age, deadline)
        if isinstance(verdict, Absent):
            empty += 1
            final = settled and empty >= _MIN_EMPTY_LOOKUPS
        else:
            final = isinstance(verdict, Confirmed) or evidence.lookup() is None
            final = final or (settled and not isinstance(verdict, LookupFailed))
        if final or deadline.left <= pause:
            return verdict if final or not isinstance(verdict, Absent) else Inconclusive("the time for looking ran out")
        to_settling = max(retry.settle - (context.monotonic() - lost), 0.0)
        yield Sleep(min(pause, to_settling or retry.settle))
        pause = min(pause * 2, retry.cap)


class LookupFailed(Inconclusive):
    """The look-up itself had no answer; another one may have."""


def _look_up_safely(context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget) -> Flow[Verdict]:
    """Look; whatever goes wrong with that, even in our own code, must not hide that a write may have happened."""
    try:
        return (yield from look_up(context, evidence, age, budget))
    except Exception as problem:
        return LookupFailed(f"the look-up failed as well: {type(problem).__name__}")


def look_up(context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget) -> Flow[Verdict]:
    """Read what the write would have left and judge it by the server's own clock, which its replies tell."""
    condition = evidence.lookup()
    if condition is None:
        return Inconclusive("its key has a form that the API can't search for")
    cases, since = yield from _cases_since(context, condition, age, budget)
    return evidence.judge(cases, since)


def find_doubled(context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget) -> Flow[tuple[str, ...]]:
    """Return what a write left if it is there twice, by one lookup; nothing if that lookup fails."""
    condition = evidence.lookup()
    if condition is None:
        return ()
    seconds = budget.left if budget.has_deadline else max(budget.left, context.timeout)
    budget.lookup_budget = context.budget(max(seconds, 0.001))
    try:
        cases, since = yield from _cases_since(context, condition, age, budget.lookup_budget)
        return evidence.doubled(cases, since)
    except AmiliError as problem:
        logger.warning("%s: sent again, and whether it is there twice could not be looked up: %s", evidence.operation, problem)
        return ()


def _cases_since(
    context: Context, condition: Condition, age: Callable[[], float], budget: Budget
) -> Flow[tuple[Sequence[Case], datetime | None]]:
    """Read the cases that match, and when the write was first sent by the server's clock; None if clocks contradict."""
    page = yield from read(context, list_request(condition, sort="-_created", page_size=MAX_PAGE), budget)
    seconds = age()  # below zero if a clock was set back, or another machine's is behind: then dates prove nothing
    since = datetime.fromtimestamp(_server_time(budget.last.headers, context.now()) - seconds, UTC) if seconds >= 0 else None
    return page.items, since


def outcome_unknown(evidence: Evidence, sent_at: float, lost_at: float, why: str) -> OutcomeUnknownError:
    """Return the error for a write of which it can't be told whether it happened."""
    message = (
        f"{evidence.operation}: no usable acknowledgement came, and whether it happened can't be told ({why}); "
        "do not send it again before you know: ask .resolve(), or look at the case"
    )
    return OutcomeUnknownError(message, operation=evidence.operation, evidence=evidence, sent_at=sent_at, lost_at=lost_at)


def _server_time(headers: Mapping[str, str], now: float) -> float:
    """Return the server's time by its reply, or ours if that has no date."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, TypeError):
        return now
