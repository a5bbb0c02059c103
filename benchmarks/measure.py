"""The method of measurement: CPU time of this process, interleaved rounds, medians of the ratios of each round."""

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table; less is better. `others` has other clients, in the unit of `ours`; `detail` all other figures."""

    work: str
    ours: float
    goal: float
    unit: str = ""
    others: Mapping[str, float] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the measurement meets the goal."""
        return self.ours <= self.goal

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


def interleaved_processes(contestants: Mapping[str, str], *, rounds: int) -> list[Times]:
    """Run the code of every contestant in a fresh process in every round, and return a `Times` for each number that it prints.

    Every module is compiled, and click is missing, as in a plain install: with it httpx would import its command line and look
    slower. The code finds the moment at which its process was started, by `time.monotonic()`, in `sys.argv[1]`.
    """
    names, found = list(contestants), {name: list[list[float]]() for name in contestants}
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for number in range(-1, rounds):
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                code = f"import sys\nsys.modules['click'] = None\n{contestants[name]}"
                command = [sys.executable, "-c", code, str(time.monotonic())]
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)  # noqa: S603
                if number >= 0:
                    found[name].append([float(each) for each in done.stdout.split()])
    kinds = range(len(found[names[0]][0]))
    return [Times({name: [each[kind] for each in numbers] for name, numbers in found.items()}) for kind in kinds]
