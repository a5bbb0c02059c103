"""Writes in the journal whose outcome is not known."""

from dataclasses import dataclass
from typing import Any

from amili._errors import ConfigurationError


@dataclass(frozen=True)
class Unreadable:
    """Replaces the evidence of an entry that can't be decoded; `problem` says what to do."""

    operation: str
    key: str
    problem: ConfigurationError


@dataclass(frozen=True)
class Pending:
    """A write in the journal without a recorded outcome.

    `sent_at` is when it was started, `lost_at` the latest time at which it can have been sent, in seconds since 1970 UTC.
    """

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    entry: int
    evidence: Any
    sent_at: float
    lost_at: float

    @property
    def problem(self) -> ConfigurationError | None:
        """Why the entry can't be read, and what to do; None if it can."""
        return self.evidence.problem if isinstance(self.evidence, Unreadable) else None

    @property
    def operation(self) -> str:
        """The operation of the contract."""
        return str(self.evidence.operation)

    @property
    def key(self) -> str:
        """What identifies the write for a person."""
        return str(self.evidence.key)
