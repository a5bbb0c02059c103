"""Says when a ledger has changed: it is asked for its signature, at most once a second, however many pages wait."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock

from amili._core.engine import monotonic

_PAUSE = 0.2  # seconds between looks at whether another one has found something new


class LedgerChanges:
    """A number that changes with every change of a ledger, of which `signature` is another text after each."""

    def __init__(self, signature: Callable[[], str], interval: float = 1.0) -> None:
        self._signature, self._interval = signature, interval
        self._lock, self._seen, self._number, self._next = Lock(), "", 0, monotonic()

    def number(self) -> int:
        """Return the number."""
        with self._lock:
            if monotonic() >= self._next:
                seen = self._signature()
                self._number += seen != self._seen
                self._seen, self._next = seen, monotonic() + self._interval
            return self._number

    def wait(self, after: int, seconds: float) -> int:
        """Return the number as soon as it is another than `after`, or when the time is over."""
        until, pause = monotonic() + seconds, Event()
        while (number := self.number()) == after and monotonic() < until:
            pause.wait(_PAUSE)
        return number
