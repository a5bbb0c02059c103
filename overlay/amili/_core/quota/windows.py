"""Decides when the next request may be sent, from the times of the requests before it. No clock and no I/O."""

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from amili._core.engine import PerProcess

MINUTE = 60.0  # seconds
LONGEST_CLOSED = 3600.0  # seconds; after this long it is worth another request
_NOISE = 0.001  # seconds added to each window, so that rounding never makes it shorter
_LEAST_WAIT = 0.005  # seconds

Windows = tuple[tuple[int, float], ...]


def windows_of(per_minute: int, per_second: int, *, even: bool) -> Windows:
    """Return the limits as pairs: so many requests in so many seconds."""
    both = (per_second, 1.0 + _NOISE), (per_minute, MINUTE + _NOISE)
    return ((1, MINUTE / per_minute + _NOISE), *both) if even else both


def waiting_time(now: float, sent: Sequence[float], closed_until: float, windows: Windows) -> float:
    """Return how many seconds to wait before the next request, or 0.0; `sent` has the times of the earlier ones, oldest first."""
    free_at = [sent[-count] + seconds for count, seconds in windows if len(sent) >= count]
    wait = max(closed_until, *free_at) - now if free_at else closed_until - now
    return max(_LEAST_WAIT, wait) if wait > 0 else 0.0


class Store(Protocol):
    """Where the times of requests are kept."""

    blocks: bool  # it may wait for a file or another machine, so it must not run in an event loop

    def acquire(self, windows: Windows) -> float:
        """Record one request and return 0.0, or return how many seconds to wait before trying again."""

    def close_for(self, seconds: float) -> None:
        """Let nothing be sent for so many seconds."""

    def count(self) -> int | None:
        """Return how many requests were recorded in the last minute; None while nothing may be sent."""

    def close(self) -> None:
        """Close a connection."""


class Memory:
    """Keeps the times of one process."""

    blocks = False

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._sent, self._closed_until = clock, list[float](), float("-inf")
        self._lock = PerProcess(threading.Lock)

    def acquire(self, windows: Windows) -> float:
        """Record one request and return 0.0, or return how many seconds to wait before trying again."""
        with self._lock.get():
            now = self._clock()
            self._forget(now - max(seconds for _, seconds in windows))
            wait = waiting_time(now, self._sent, self._closed_until, windows)
            if not wait:
                self._sent.append(now)
            return wait

    def close_for(self, seconds: float) -> None:
        """Let nothing be sent for so many seconds."""
        with self._lock.get():
            self._closed_until = max(self._closed_until, self._clock() + min(seconds, LONGEST_CLOSED))

    def count(self) -> int | None:
        """Return how many requests were recorded in the last minute; None while nothing may be sent."""
        with self._lock.get():
            now = self._clock()
            return None if now < self._closed_until else sum(at > now - MINUTE for at in self._sent)

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _forget(self, before: float) -> None:
        while self._sent and self._sent[0] <= before:
            del self._sent[0]
