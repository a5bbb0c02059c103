"""Looks up whether a write happened after its response was lost."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from amili_api.models.case import Case

from amili._core.engine import Budget, Context, Flow, Sleep, logger
from amili._core.operations import MAX_PAGE, list_request, read
from amili._core.writing.evidence import Evidence
from amili._core.writing.verdict import Absent, Confirmed, Inconclusive, Verdict
from amili._errors import AmiliError, OutcomeUnknownError, http_date

_MIN_EMPTY_LOOKUPS = 4  # successful lookups that do not find a write before it counts as absent: replicas lag
_FIRST_LOOKUP = 0.25  # seconds; if only the response was lost, the write is usually visible at once


def reconcile(context: Context, evidence: Evidence, age: Callable[[], float], lost: float, budget: Budget) -> Flow[Verdict]:
    """Look the write up until it is found, or until it is proven absent.

    It is absent if at least four successful lookups do not find it, the last of them sent after the settling time.

    `age` returns how many seconds ago the write was first sent; `lost` is when its response was lost, by the monotonic clock.
    """
    retry, pause, empty = context.retry, _FIRST_LOOKUP, 0
    left = budget.left if budget.has_deadline else max(budget.left, retry.settle * 2 + 30)
    if left <= 0:
        return Inconclusive("the deadline left no time for lookups")
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
            return verdict if final or not isinstance(verdict, Absent) else Inconclusive("the time for lookups ran out")
        to_settling = max(retry.settle - (context.monotonic() - lost), 0.0)
        yield Sleep(min(pause, to_settling or retry.settle))
        pause = min(pause * 2, retry.cap)


class LookupFailed(Inconclusive):
    """The lookup itself failed; another one may succeed."""


def _look_up_safely(context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget) -> Flow[Verdict]:
    """Look up; no failure of the lookup, even in our own code, may hide that a write may have happened."""
    try:
        return (yield from look_up(context, evidence, age, budget))
    except Exception as problem:
        return LookupFailed(f"the lookup failed as well: {type(problem).__name__}")


def look_up(context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget) -> Flow[Verdict]:
    """Read the case of the write and judge by the server's clock, which is in its responses."""
    found = yield from _cases_since(context, evidence, age, budget)
    return evidence.judge(*found) if found else Inconclusive("the API can't search for an invoice number of this form")


def find_doubled(context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget) -> Flow[tuple[str, ...]]:
    """Return what a write left if it is there twice, by one lookup; nothing if that lookup fails."""
    seconds = budget.left if budget.has_deadline else max(budget.left, context.timeout)
    budget.lookup_budget = context.budget(max(seconds, 0.001))
    try:
        found = yield from _cases_since(context, evidence, age, budget.lookup_budget)
        return evidence.doubled(*found) if found else ()
    except AmiliError as problem:
        logger.warning("%s: sent again, and whether it is there twice could not be looked up: %s", evidence.operation, problem)
        return ()


def _cases_since(
    context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget
) -> Flow[tuple[Sequence[Case], datetime | None] | None]:
    """Read the cases that a write may have made; returns None if the API can't search for them.

    Also returns when the write was first sent by the server's clock, or None if clocks contradict.
    """
    condition = evidence.lookup()
    if condition is None:
        return None
    page = yield from read(context, list_request(condition, sort="-_created", page_size=MAX_PAGE), budget)
    seconds = age()  # below zero if a clock was set back, or another machine's is behind: then dates prove nothing
    since = datetime.fromtimestamp(_server_time(budget.last.headers, context.now()) - seconds, UTC) if seconds >= 0 else None
    return page.items, since


def outcome_unknown(evidence: Evidence, sent_at: float, lost_at: float, why: str) -> OutcomeUnknownError:
    """Return the error for a write that may or may not have happened."""
    message = (
        f"{evidence.operation}: there was no usable acknowledgement, and the write may or may not have happened ({why}); "
        "do not send it again before you know: call .resolve(), or check the case"
    )
    return OutcomeUnknownError(message, operation=evidence.operation, evidence=evidence, sent_at=sent_at, lost_at=lost_at)


def _server_time(headers: Mapping[str, str], now: float) -> float:
    """Return the server's time from its response, or `now` if it has no date; in seconds since 1970 UTC."""
    date = http_date(headers.get("date", ""))
    return now if date is None else date.timestamp()
