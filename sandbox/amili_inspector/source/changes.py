"""News of a data source, and what is wrong with one that does not answer."""

from typing import Protocol


class Changes(Protocol):
    """Says when something happened."""

    def number(self) -> int:
        """Return a number that changes with every event."""

    def wait(self, after: int, seconds: float) -> int:
        """Return the number as soon as it is another than `after`, or when the time is over."""


class NotReadableError(Exception):
    """A data source can't be read now; its message is a sentence for people."""
