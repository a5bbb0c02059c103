"""Counts what happened in the stand-in, so that a page can wait for the next event."""

from threading import Condition


class Changes:
    """A number that grows with every request and every change by a control route."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._number = 0

    def add(self) -> None:
        """Count one more, and wake those who wait."""
        with self._condition:
            self._number += 1
            self._condition.notify_all()

    def number(self) -> int:
        """Return the present number."""
        return self._number

    def wait(self, after: int, seconds: float) -> int:
        """Return the number as soon as it is another than `after`, or when the time is over."""
        with self._condition:
            self._condition.wait_for(lambda: self._number != after, timeout=seconds)
            return self._number
