"""Looks for the setting that reproduces most: one change at a time, until no change reproduces more."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Value = str | float
Setting = Mapping[str, Value]
_NO_LIMIT = 10**9


@dataclass(frozen=True)
class Tried:
    """How much of the run a setting misses, and which assumptions that depends on."""

    missed: int
    read: frozenset[str]


@dataclass(frozen=True)
class Found:
    """The setting that misses least, and of each assumption all values with which it misses as little, its own first."""

    setting: dict[str, Value]
    fitting: dict[str, list[Value]]
    missed: int


# Tries a setting, and stops when it has missed more than a limit.
Try = Callable[[Setting, int], Tried]


class Search:
    """Searches the values of each assumption; the first one is where it begins, and stays if others fit no better."""

    def __init__(self, try_setting: Try, choices: Mapping[str, list[Value]]) -> None:
        self._try, self._choices = try_setting, choices
        self._setting = {name: values[0] for name, values in choices.items()}
        self._best = self._tried({}, _NO_LIMIT)

    def run(self) -> Found:
        """Return what fits best; each round tries every value once, and in the last round none is better."""
        while True:
            before = self._best.missed
            fitting = {name: self._fitting(name) for name in self._choices}
            if self._best.missed == before:
                return Found(self._setting, fitting, self._best.missed)

    def _tried(self, changes: Setting, limit: int) -> Tried:
        return self._try({**self._setting, **changes}, limit)

    def _fitting(self, name: str) -> list[Value]:
        """Take the best value of an assumption, and return all that fit as well: every one if nothing depends on it."""
        equal = [self._setting[name]]
        others = [value for value in self._choices[name] if value not in equal]
        if name not in self._best.read:
            return [*equal, *others]
        for value in others:
            for changes, found in self._attempts(name, value):
                if found.missed < self._best.missed:
                    self._setting |= changes
                    self._best, equal = found, [value]
                elif found.missed == self._best.missed and len(changes) == 1:
                    equal.append(value)
        return equal

    def _attempts(self, name: str, value: Value) -> Iterator[tuple[Setting, Tried]]:
        """Try a value, and with it every value of the assumptions that matter only together with it."""
        found = self._tried({name: value}, self._best.missed)
        others = [(other, each) for other in sorted(found.read - self._best.read) for each in self._choices[other][1:]]
        yield {name: value}, found
        for other, each in others:
            changes = {name: value, other: each}
            yield changes, self._tried(changes, self._best.missed)
