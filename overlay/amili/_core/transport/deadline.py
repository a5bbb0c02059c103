"""Times in seconds: which can be waited for, and the end of the request that a thread is busy with.

A request of a plan is bounded as a whole, and not just in its parts.
"""

import threading
import time


class _Current(threading.local):
    end: float = float("inf")


_current = _Current()


def begin(seconds: float) -> None:
    """Bound whatever this thread does on the network from now on, until `finish`."""
    _current.end = time.monotonic() + seconds


def finish() -> None:
    """Lift the bound."""
    _current.end = float("inf")


def left() -> float:
    """Return how many seconds this thread's request has left; infinitely many if it is bounded by nothing."""
    return _current.end - time.monotonic()
