"""The method of measurement: CPU time of this process, interleaved rounds, medians of the ratios of each round."""

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table. `others` has other clients by name, in the unit of `ours`; `detail` all other measurements."""

    work: str
    ours: float
    goal: float
    unit: str = ""
    more_is_better: bool = False
    others: Mapping[str, float] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the measurement meets the goal."""
        return self.ours >= self.goal if self.more_is_better else self.ours <= self.goal

    def document(self) -> dict[str, Any]:
        """Return the row as JSON."""
        return {**asdict(self), "met": self.met}


@dataclass(frozen=True)
class Times:
    """CPU seconds of one task, by round, for each contestant."""

    rounds: Mapping[str, Sequence[float]]

    def median(self, name: str) -> float:
        """The median of one contestant."""
        return statistics.median(self.rounds[name])

    def ratio(self, name: str, reference: str) -> float:
        """The median of the ratios of each round, whose times were measured together and share the noise of the machine."""
        pairs = zip(self.rounds[name], self.rounds[reference], strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)

    def ratios(self, reference: str) -> dict[str, float]:
        """The ratio of every other contestant to the reference."""
        return {name: self.ratio(name, reference) for name in self.rounds if name != reference}

    def micros(self, each: int = 1) -> dict[str, float]:
        """The medians in microseconds for one of `each` items; valid for this machine only."""
        return {name: round(self.median(name) / each * 1e6, 2) for name in self.rounds}


def interleaved(contestants: Mapping[str, Work], *, rounds: int, repeats: int) -> Times:
    """Run every contestant `repeats` times in every round, each round starting with another contestant; two warm-up rounds."""
    names, times = list(contestants), {name: list[float]() for name in contestants}
    for number in range(-2, rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            seconds = _cpu(contestants[name], repeats)
            if number >= 0:
                times[name].append(seconds)
    return Times(times)


def _cpu(work: Work, repeats: int) -> float:
    gc.collect()
    started = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - started) / repeats


async def interleaved_async(contestants: Mapping[str, Callable[[], Awaitable[object]]], *, rounds: int, repeats: int) -> Times:
    """Do the same in an event loop."""
    names, times = list(contestants), {name: list[float]() for name in contestants}
    for number in range(-2, rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            gc.collect()
            started = time.process_time()
            for _ in range(repeats):
                await contestants[name]()
            if number >= 0:
                times[name].append((time.process_time() - started) / repeats)
    return Times(times)
