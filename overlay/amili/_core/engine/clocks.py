"""The clocks, looked up whenever they are read: tests replace them, and often before or after this library is imported."""

import time


def now() -> float:
    """Return this machine's time, in seconds since 1970 UTC."""
    return time.time()


def monotonic() -> float:
    """Return seconds that only ever pass; their differences are how long something took.

    Tests that freeze time also freeze `time.monotonic`, and a limit on waiting would never be reached. So the clock behind it is
    read, where there is one (not on Windows).
    """
    return time.clock_gettime(time.CLOCK_MONOTONIC) if _HAS_CLOCK else time.monotonic()


_HAS_CLOCK = hasattr(time, "clock_gettime")
