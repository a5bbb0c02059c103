"""Looks for the setting that reproduces most: one change at a time, until no change reproduces more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

Value = str | float
Setting = Mapping[str, Value]
NO_LIMIT = 10**12


@dataclass(frozen=True)
class Tried:
    """How much of the run a setting misses up to each request, and which assumptions that depends on."""

    missed: Sequence[int]
    read: frozenset[str]
    whole: bool = True  # else it was given up

    @property
    def total(self) -> int:
        """How much of the run it misses, at least."""
        return self.missed[-1] if self.whole else NO_LIMIT


@dataclass(frozen=True)
class Found:
    """The setting that misses least, and of each assumption all values with which it misses as little, its own first."""

    setting: dict[str, Value]
    fitting: dict[str, list[Value]]
    missed: int


# Tries a setting, and gives up at a request up to which it misses more than a limit: that of the request, or the last one.
Try = Callable[[Setting, Sequence[int]], Tried]


class Search:
    """Searches the values of each assumption; the first one is where it begins, and stays if others fit no better."""

    def __init__(self, try_setting: Try, choices: Mapping[str, list[Value]]) -> None:
        self._try, self._choices = try_setting, choices
        self._setting = {name: values[0] for name, values in choices.items()}
        self._best = try_setting(self._setting, [NO_LIMIT])
        self._patient = False

    def run(self) -> Found:
        """Return what fits best.

        A setting that misses more than the best one up to some request is given up there. It may yet miss less in the end, so if
        the best one misses something, all are tried once more until they miss more than it does in all.
        """
        while True:
            self._patient, before = False, NO_LIMIT
            fitting = self._round()
            if self._best.total:
                self._patient, before = True, self._best.total
                fitting = self._round()
            if self._best.total in (0, before):
                return Found(self._setting, fitting, self._best.total)

    def _round(self) -> dict[str, list[Value]]:
        """Try the values of all assumptions until each was tried since the last one that was better."""
        fitting: dict[str, list[Value]] = {}
        unchanged = 0
        for name in cycle(self._choices):
            before = self._best.total
            fitting[name] = self._fitting(name)
            unchanged = 1 if self._best.total < before else unchanged + 1
            if unchanged == len(self._choices):
                break
        return fitting

    def _fitting(self, name: str) -> list[Value]:
        """Take the best value of an assumption, and return all that fit as well: every one if nothing depends on it."""
        equal = [self._setting[name]]
        others = [value for value in self._choices[name] if value not in equal]
        if name not in self._best.read:
            return [*equal, *others]
        for value in others:
            for changes, found in self._attempts(name, value):
                if found.total < self._best.total:
                    self._setting |= changes
                    self._best, equal = found, [value]
                elif found.total == self._best.total and len(changes) == 1:
                    equal.append(value)
        return equal

    def _attempts(self, name: str, value: Value) -> Iterator[tuple[Setting, Tried]]:
        """Try a value, and with it every value of the assumptions that matter only together with it."""
        found = self._tried({name: value})
        others = [(other, each) for other in sorted(found.read - self._best.read) for each in self._choices[other][1:]]
        yield {name: value}, found
        for other, each in others:
            changes = {name: value, other: each}
            yield changes, self._tried(changes)

    def _tried(self, changes: Setting) -> Tried:
        limits = [self._best.total] if self._patient else self._best.missed
        return self._try({**self._setting, **changes}, limits)
