"""A write whose response was lost, and what lookups have shown of it: when that is a proof."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from amili._core.writing.evidence import Evidence
from amili._core.writing.verdict import Absent, Confirmed, Inconclusive, Verdict

# What a list of writes said of one whose case has changed; nothing if it failed, too little if it may lag or not be dependable.
ListSaid = Literal["all", "too little", "nothing"]

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
    is_informed: bool = False
    failed_lists: int = 0

    def add(self, verdict: Verdict, *, settled: bool, said: ListSaid | None = None) -> None:
        """Take the verdict of one look, which began before or after the settling time, and what a list said in it.

        What a list said is not given up for what the case shows when it fails later.
        """
        self.failed_lists += said == "nothing"
        if said == "nothing" and self.is_informed:
            return
        self.is_informed = self.is_informed or said in ("all", "too little")
        self.verdict = verdict
        if isinstance(verdict, Absent):
            self.empty_lookups += 1
            self.is_final = settled and self.empty_lookups >= _MIN_EMPTY_LOOKUPS
        else:
            searchable = self.evidence.lookup() is not None
            may_say_more = said == "nothing" and self.failed_lists < _MIN_EMPTY_LOOKUPS
            self.is_final = (isinstance(verdict, Confirmed) and said in ("all", None)) or not searchable
            self.is_final = self.is_final or (settled and not may_say_more and not isinstance(verdict, LookupFailed))

    @property
    def outcome(self) -> Verdict:
        """The verdict when no time is left: what was not found is not proven absent."""
        unproven = isinstance(self.verdict, Absent) and not self.is_final
        return Inconclusive("the time for lookups ran out") if unproven else self.verdict
