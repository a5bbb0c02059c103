"""What can be changed from the pages: clock, faults, assumptions; and the quota, which can be looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True)
class ComingChange:
    """A case and the state that it will enter by the clock."""

    case: str
    invoice_number: str
    state: str
    at: datetime


class Clock(Protocol):
    """The clock of a data source."""

    def now(self) -> datetime:
        """Return its time, UTC and aware."""

    def is_frozen(self) -> bool:
        """Whether it stands still."""

    def move_to(self, moment: datetime) -> None:
        """Jump to a time; raises ValueError with a sentence if it can't."""

    def advance(self, duration: timedelta) -> None:
        """Let time pass; raises ValueError with a sentence if it can't."""

    def freeze(self, frozen: bool) -> None:
        """Stop the clock, or let it run."""

    def coming(self, limit: int) -> Sequence[ComingChange]:
        """Return the next changes of state, the earliest first."""


@dataclass(frozen=True)
class FaultKind:
    """A fault that a request can get."""

    name: str
    description: str


@dataclass(frozen=True)
class FaultRule:
    """An active rule: which requests get a fault, and how many did."""

    fault: str
    method: str
    path: str
    parameters: Mapping[str, str]
    after: int
    times: int | None
    probability: float
    done: int

    @property
    def is_used_up(self) -> bool:
        """Whether no further request gets it."""
        return self.times is not None and self.done >= self.times


@dataclass(frozen=True)
class Breach:
    """A contract fault: a lasting breach of the contract, on or off."""

    name: str
    description: str
    is_on: bool


class Faults(Protocol):
    """Faults on request."""

    def kinds(self) -> Sequence[FaultKind]:
        """Return the faults there are."""

    def rules(self) -> Sequence[FaultRule]:
        """Return the active rules, in the order in which they are tried."""

    def add(self, rule: Mapping[str, object]) -> None:
        """Add a rule: fault, method, path, times and parameters; raises ValueError with a sentence if one is wrong."""

    def remove(self, position: int, fault: str) -> None:
        """Remove a rule by its position; raises ValueError with a sentence if it is not there any more."""

    def breaches(self) -> Sequence[Breach]:
        """Return the contract faults."""

    def switch(self, breach: str, on: bool) -> None:
        """Switch a contract fault on or off; raises ValueError with a sentence if there is no such fault."""


@dataclass(frozen=True)
class Assumed:
    """An assumption: what it is about, where the question comes from, its choices (none: a number) and its value."""

    name: str
    description: str
    source: str
    choices: Sequence[str]
    default: str
    value: str


@dataclass(frozen=True)
class AssumptionGroup:
    """Assumptions about one thing."""

    title: str
    members: Sequence[Assumed]


class Assumptions(Protocol):
    """The assumptions of a stand-in."""

    def groups(self) -> Sequence[AssumptionGroup]:
        """Return all assumptions."""

    def set(self, name: str, value: str) -> None:
        """Change one; raises ValueError with a sentence if the value is wrong."""


@dataclass(frozen=True)
class QuotaLeft:
    """What a key has left of its rate limit."""

    whose: str
    of_minute: int
    of_second: int


class Quota(Protocol):
    """The rate limit of a data source."""

    def is_on(self) -> bool:
        """Whether there are limits."""

    def limits(self) -> tuple[int, int]:
        """Return how many requests there may be in a minute and in a second."""

    def left(self) -> Sequence[QuotaLeft]:
        """Return what is left to each key that was used in the last minute."""
