"""Look up whether a write happened after its reply was lost."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from amili._core.engine import (
    Budget,
    Context,
    Flow,
    Sleep,
)
from amili._core.operations import MAX_PAGE, list_request, read
from amili._core.writing.evidence import Absent, Confirmed, Evidence, Inconclusive, Verdict
from amili._errors import OutcomeUnknownError

_FIRST_LOOKUP = 0.25  # seconds; a reply that was only lost on its way usually shows at once


def reconcile(context: Context, evidence: Evidence, age: Callable[[], float], lost: float, budget: Budget) -> Flow[Verdict]:
    """Look the write up until it is found, or until a successful lookup sent after the settling time does not find it.

    `age` returns how many seconds ago the write was first sent; `lost` is when its response was lost, by the monotonic clock.
    """
    retry, pause = context.retry, _FIRST_LOOKUP
    left = budget.left if budget.has_deadline else max(budget.left, retry.settle * 2 + 30)
    if left <= 0:
        return Inconclusive("the deadline left no time for looking")
    deadline = budget.lookup_budget = context.budget(left)
    while True:
        settled = context.monotonic() - lost >= retry.settle
        verdict = yield from _look_up_safely(context, evidence, age, deadline)
        final = isinstance(verdict, Confirmed) or (settled and not isinstance(verdict, LookupFailed)) or evidence.lookup() is None
        if final or deadline.left <= pause:
            return verdict if settled or not isinstance(verdict, Absent) else Inconclusive("the time for looking ran out")
        to_settling = max(retry.settle - (context.monotonic() - lost), 0.0)
        yield Sleep(min(pause, to_settling) if to_settling else pause)
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
    page = yield from read(context, list_request(condition, sort="-_created", page_size=MAX_PAGE), budget)
    seconds = age()  # below zero if a clock was set back since, or another machine's is behind: then nothing can be told by dates
    since = datetime.fromtimestamp(_server_time(budget.last.headers, context.now()) - seconds, UTC) if seconds >= 0 else None
    return evidence.judge(page.items, since)


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
