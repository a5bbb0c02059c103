"""Looks up whether writes happened after their responses were lost: one write, or up to 99 of a kind with one request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from amili_api.models.case import Case

from amili._core.engine import Budget, Context, Flow, logger
from amili._core.reading import Lookup, look_up
from amili._core.writing.evidence import Evidence
from amili._core.writing.verdict import Absent, Confirmed, Inconclusive, Verdict
from amili._errors import AmiliError, OutcomeUnknownError, http_date

_MIN_EMPTY_LOOKUPS = 4  # successful lookups that do not find a write before it counts as absent: replicas lag
_FIRST_LOOKUP = 0.25  # seconds; if only the response was lost, the write is usually visible at once
_UNSEARCHABLE = "the API can't search for an invoice number of this form"


class LookupFailed(Inconclusive):
    """The lookup itself failed; another one may succeed."""


@dataclass(eq=False)
class LostWrite:
    """A write whose response was lost, and what lookups have shown of it so far.

    `age` returns how many seconds ago the write was first sent; `lost` is when its response was lost, by the monotonic clock.
    """

    evidence: Evidence
    age: Callable[[], float]
    lost: float
    verdict: Verdict = field(default_factory=lambda: LookupFailed("it was not looked up"))
    empty_lookups: int = 0
    is_final: bool = False

    def add(self, verdict: Verdict, *, settled: bool) -> None:
        """Take the verdict of one lookup, which was sent before or after the settling time."""
        self.verdict = verdict
        if isinstance(verdict, Absent):
            self.empty_lookups += 1
            self.is_final = settled and self.empty_lookups >= _MIN_EMPTY_LOOKUPS
        else:
            searchable = self.evidence.lookup() is not None
            self.is_final = isinstance(verdict, Confirmed) or not searchable
            self.is_final = self.is_final or (settled and not isinstance(verdict, LookupFailed))

    @property
    def outcome(self) -> Verdict:
        """The verdict when no time is left: what was not found is not proven absent."""
        unproven = isinstance(self.verdict, Absent) and not self.is_final
        return Inconclusive("the time for lookups ran out") if unproven else self.verdict


def reconcile(context: Context, writes: Sequence[LostWrite], budget: Budget) -> Flow[list[Verdict]]:
    """Look writes up until each is found, or proven absent; returns their verdicts.

    A write is absent if at least four successful lookups do not find it, the last of them sent after the settling time.
    """
    retry, pause = context.retry, _FIRST_LOOKUP
    left = budget.left if budget.has_deadline else max(budget.left, retry.settle * 2 + 30)
    if left <= 0:
        return [Inconclusive("the deadline left no time for lookups") for _ in writes]
    deadline = budget.lookup_budget = context.budget(left)
    while True:
        still_open = [write for write in writes if not write.is_final]
        began = context.monotonic()
        verdicts = yield from _look_up_safely(context, still_open, deadline)
        for write, verdict in zip(still_open, verdicts, strict=True):
            write.add(verdict, settled=began - write.lost >= retry.settle)
        losses = [write.lost for write in still_open if not write.is_final]
        if not losses or deadline.left <= pause:
            return [write.outcome for write in writes]
        to_settling = max(retry.settle - (context.monotonic() - max(losses)), 0.0)
        yield from deadline.wait(min(pause, to_settling or retry.settle))
        pause = min(pause * 2, retry.cap)


def _look_up_safely(context: Context, writes: Sequence[LostWrite], budget: Budget) -> Flow[list[Verdict]]:
    """Look up once, the writes of one kind and creditor together.

    No failure of a lookup, even in our own code, may hide that a write may have happened.
    """
    verdicts: dict[LostWrite, Verdict] = {write: Inconclusive(_UNSEARCHABLE) for write in writes}
    for lookup, values in _by_lookup(writes).items():
        try:
            cases = yield from look_up(context, lookup, [*dict.fromkeys(values.values())], budget)
        except Exception as problem:
            verdicts |= dict.fromkeys(values, _failed(problem))
            continue
        for write, value in values.items():
            verdicts[write] = judge(context, write, cases[value], budget)
    return [verdicts[write] for write in writes]


def judge(context: Context, write: LostWrite, cases: Sequence[Case], budget: Budget) -> Verdict:
    """Return what the cases found by a lookup within this budget show of a write."""
    try:
        return write.evidence.judge(cases, _sent_since(context, write.age, budget))
    except Exception as problem:
        return _failed(problem)


def _failed(problem: Exception) -> LookupFailed:
    return LookupFailed(f"the lookup failed as well: {type(problem).__name__}")


def _by_lookup(writes: Sequence[LostWrite]) -> dict[Lookup, dict[LostWrite, str]]:
    """Group the writes by how they are looked up, each with the value to look for; leaves out those that can't be."""
    kinds = dict[Lookup, dict[LostWrite, str]]()
    for write in writes:
        wanted = write.evidence.lookup()
        if wanted is not None:
            kinds.setdefault(wanted[0], {})[write] = wanted[1]
    return kinds


def find_doubled(context: Context, evidence: Evidence, age: Callable[[], float], budget: Budget) -> Flow[tuple[str, ...]]:
    """Return what a write left if it is there twice, by one lookup; nothing if that lookup fails."""
    seconds = budget.left if budget.has_deadline else max(budget.left, context.timeout)
    budget.lookup_budget = context.budget(max(seconds, 0.001))
    wanted = evidence.lookup()
    assert wanted is not None, "a write that can't be looked up is not sent again"
    lookup, value = wanted
    try:
        cases = yield from look_up(context, lookup, [value], budget.lookup_budget)
        return evidence.doubled(cases[value], _sent_since(context, age, budget.lookup_budget))
    except AmiliError as problem:
        logger.warning("%s: sent again, and whether it is there twice could not be looked up: %s", evidence.operation, problem)
        return ()


def _sent_since(context: Context, age: Callable[[], float], budget: Budget) -> datetime | None:
    """Return when a write was first sent by the server's clock, which is in its last response; None if clocks contradict.

    Below zero seconds a clock was set back, or another machine's is behind: then dates prove nothing.
    """
    seconds = age()
    return datetime.fromtimestamp(_server_time(budget.last.headers, context.now()) - seconds, UTC) if seconds >= 0 else None


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
