"""Registrations in one minute of a virtual clock, with 100 a minute and 10 a second allowed, and how many are refused."""

from collections import deque

from amili import Quota

from benchmarks.measure import Row

MINUTES = 10
_LIMITS = ((100, 60.0), (10, 1.0))
_TAKES = 0.02  # seconds from acquiring the quota to the response of the vendor


def rows() -> list[Row]:
    """Measure."""
    passed, refused = run(MINUTES)
    each = passed / MINUTES
    return [
        Row("registrations a minute on a virtual clock, of 100", each, 93, unit="", more_is_better=True),
        Row("429s received meanwhile", refused, 0, unit=""),
    ]


def run(minutes: int) -> tuple[int, int]:
    """Send as fast as the quota allows to a strict server with sliding windows; return the numbers of accepted and refused."""
    now, accepted, refused = 0.0, deque[float](), 0
    quota = Quota(clock=lambda: now)
    passed = 0
    while now < minutes * 60:
        if wait := quota.try_acquire():
            now += wait
            continue
        if all(sum(time > now - seconds for time in accepted) < limit for limit, seconds in _LIMITS):
            accepted.append(now)
            passed += 1
        else:
            refused += 1
        while accepted and accepted[0] <= now - 60:
            accepted.popleft()
        now += _TAKES
    return passed, refused
