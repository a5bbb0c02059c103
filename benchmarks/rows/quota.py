"""Registrations that pass in a minute on a virtual clock, with 100 a minute and 10 a second allowed, and how many are refused."""

from collections import deque

from amili import Quota

from benchmarks.measure import Row

MINUTES = 10
_LIMITS = ((100, 60.0), (10, 1.0))
_TAKES = 0.02  # seconds from a place in the quota to the request at the vendor and back


def rows() -> list[Row]:
    """Measure."""
    passed, refused = run(MINUTES)
    each = passed / MINUTES
    return [
        Row("registrations a minute on a virtual clock, of 100", each, 99, unit="", more_is_better=True),
        Row("429s received meanwhile", refused, 0, unit=""),
    ]


def run(minutes: int) -> tuple[int, int]:
    """Send as fast as the quota lets, and let a strict server count in sliding windows; returns passed and refused."""
    now, accepted, refused = 0.0, deque[float](), 0
    quota = Quota(clock=lambda: now)
    passed = 0
    while now < minutes * 60:
        if wait := quota.try_acquire():
            now += wait
            continue
        if all(sum(moment > now - seconds for moment in accepted) < limit for limit, seconds in _LIMITS):
            accepted.append(now)
            passed += 1
        else:
            refused += 1
        while accepted and accepted[0] <= now - 60:
            accepted.popleft()
        now += _TAKES
    return passed, refused
