"""A write whose response was lost, and what lookups have shown of it: when that is a proof."""

from collections.abc import Callable
from dataclasses import dataclass, field

from amili._core.writing.evidence import Evidence
from amili._core.writing.verdict import Absent, Confirmed, Inconclusive, Verdict

_MIN_EMPTY_LOOKUPS = 4  # successful lookups that do not find a write before it counts as absent: replicas lag


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
