"""Writes in the journal whose outcome is not known."""

from dataclasses import dataclass
from typing import Any

from amili._errors import ConfigurationError


@dataclass(frozen=True)
class Unreadable:
    """Stands for what an entry holds, if that can't be read; `problem` says what to do."""

    operation: str
    key: str
    problem: ConfigurationError


@dataclass(frozen=True)
class Pending:
    """A write that was begun and whose outcome nobody has noted.

    `sent_at` is when it was begun, `lost_at` when at the latest it can have been sent, in seconds since 1970 UTC.
    """

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    entry: int
    evidence: Any
    sent_at: float
    lost_at: float

    @property
    def operation(self) -> str:
        """The operation of the contract."""
        return str(self.evidence.operation)

    @property
    def key(self) -> str:
        """What identifies the write for a person."""
        return str(self.evidence.key)
