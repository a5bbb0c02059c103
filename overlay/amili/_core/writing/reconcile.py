"""Look up whether a write happened after its reply was lost."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from amili._core.engine import (
    Budget,
    Context,
    Plan,
    Sleep,
)
from amili._core.operations import MAX_PAGE, list_call, read
from amili._core.writing.evidence import Absent, Present, Trace, Unclear, Verdict
from amili._errors import OutcomeUnknownError

_FIRST_LOOK = 0.25  # seconds; a reply that was only lost on its way usually shows at once


def settle(context: Context, trace: Trace, age: Callable[[], float], lost: float, budget: Budget) -> Plan[Verdict]:
    """Look until the write shows, or until a good look that was asked for after the settling time does not show it.

    `age` tells how many seconds ago the write was first sent; `lost` is when its reply was lost, by the monotonic clock, which
    nobody sets.
    """
    retry, pause = context.retry, _FIRST_LOOK
    left = budget.left if budget.strict else max(budget.left, retry.settle * 2 + 30)
    if left <= 0:
        return Unclear("the deadline left no time for looking")
    deadline = budget.looking = context.budget(left)
    while True:
        settled = context.monotonic() - lost >= retry.settle
        verdict = yield from _look_safely(context, trace, age, deadline)
        final = isinstance(verdict, Present) or (settled and not isinstance(verdict, LookFailed)) or trace.lookup() is None
        if final or deadline.left <= pause:
            return verdict if settled or not isinstance(verdict, Absent) else Unclear("the time for looking ran out")
        to_settling = max(retry.settle - (context.monotonic() - lost), 0.0)
        yield Sleep(min(pause, to_settling) if to_settling else pause)
        pause = min(pause * 2, retry.cap)


class LookFailed(Unclear):
    """The look-up itself had no answer; another one may have."""


def _look_safely(context: Context, trace: Trace, age: Callable[[], float], budget: Budget) -> Plan[Verdict]:
    """Look; whatever goes wrong with that, even in our own code, must not hide that a write may have happened."""
    try:
        return (yield from look(context, trace, age, budget))
    except Exception as problem:
        return LookFailed(f"the look-up failed as well: {type(problem).__name__}")


def look(context: Context, trace: Trace, age: Callable[[], float], budget: Budget) -> Plan[Verdict]:
    """Read what the write would have left and judge it by the server's own clock, which its replies tell."""
    condition = trace.lookup()
    if condition is None:
        return Unclear("its key has a form that the API can't search for")
    page = yield from read(context, list_call(condition, sort="-_created", page_size=MAX_PAGE), budget)
    seconds = age()  # below zero if a clock was set back since, or another machine's is behind: then nothing can be told by dates
    since = datetime.fromtimestamp(_server_time(budget.last.headers, context.now()) - seconds, UTC) if seconds >= 0 else None
    return trace.judge(page.items, since)


def unknown(trace: Trace, sent_at: float, lost_at: float, why: str) -> OutcomeUnknownError:
    """Return the error for a write of which it can't be told whether it happened."""
    message = (
        f"{trace.operation}: no usable acknowledgement came, and whether it happened can't be told ({why}); "
        "do not send it again before you know: ask .resolve(), or look at the case"
    )
    return OutcomeUnknownError(message, operation=trace.operation, trace=trace, sent_at=sent_at, lost_at=lost_at)


def _server_time(headers: Mapping[str, str], now: float) -> float:
    """Return the server's time by its reply, or ours if that has no date."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, TypeError):
        return now
