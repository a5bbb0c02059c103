"""The vendor's rate limit, kept in virtual time: never more in any window, and nearly all of what is allowed."""

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from amili import ConfigurationError, Quota, RateLimitedError, Retry
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.overlay.support import Clients, reply
from tests.samples import page
from tests.virtual_time import Clock


def granted(quota: Quota, clock: Clock, seconds: float, pauses: Any = None) -> list[float]:
    """Ask whenever the quota says that there may be a place; return the moments of the places given."""
    end, moments = clock.seconds + seconds, []
    while clock.seconds < end:
        wait = quota.try_acquire()
        if wait == 0.0:
            moments.append(clock.seconds)
            clock.seconds += next(pauses) if pauses is not None else 0.0
        else:
            assert wait > 0
            clock.seconds += wait
    return moments


def most_within(moments: list[float], window: float) -> int:
    """The greatest number of moments in any window of this length."""
    first, most = 0, 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - window:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_a_greedy_caller_gets_the_limits_and_never_more() -> None:
    clock = Clock(0.0)
    moments = granted(Quota(clock=clock), clock, 600.0)
    assert most_within(moments, 1.0) == 8
    assert most_within(moments, 60.0) == 95
    assert len(moments) >= 94 * 10


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.integers(1, 300), st.lists(st.floats(0, 3), min_size=1, max_size=40), st.floats(0, 1e6))
def test_no_pattern_of_asking_gets_more_than_the_limits(
    per_second: int, per_minute: int, pauses: list[float], start: float
) -> None:
    clock = Clock(start)
    endless = (pause for _ in iter(int, 1) for pause in pauses)
    moments = granted(Quota(per_minute, per_second, clock=clock), clock, 130.0, endless if any(pauses) else None)
    assert most_within(moments, 1.0) <= per_second
    assert most_within(moments, 60.0) <= per_minute


@pytest.mark.parametrize(
    ("per_minute", "per_second"), [(1, 1), (5, 10), (100, 10), (600, 10), (601, 10), (10_000, 10), (10, 10), (3, 1)]
)
def test_any_two_limits_go_together_and_are_used_up(per_minute: int, per_second: int) -> None:
    clock = Clock(0.0)
    moments = granted(Quota(per_minute, per_second, clock=clock), clock, 300.0)
    assert most_within(moments, 1.0) <= per_second
    assert most_within(moments, 60.0) <= per_minute
    assert len(moments) >= math.floor(0.97 * 5 * min(per_minute, 60 * per_second))


@pytest.mark.parametrize("limits", [(0, 10), (100, 0), (-1, 10), ("100", 10), (math.nan, 10), (100, 2.5), (True, 1), (None, 1)])
def test_limits_that_allow_nothing_or_are_no_whole_numbers_are_refused(limits: tuple[Any, Any]) -> None:
    with pytest.raises(ConfigurationError, match="per_minute and per_second must be integers of at least 1"):
        Quota(*limits)


def test_the_wait_says_when_to_ask_again() -> None:
    clock = Clock(0.0)
    quota = Quota(2, 2, clock=clock)
    assert [quota.try_acquire(), quota.try_acquire()] == [0.0, 0.0]
    wait = quota.try_acquire()
    assert wait == pytest.approx(60.0, abs=0.01)
    clock.seconds += wait
    assert quota.try_acquire() == 0.0


def test_threads_share_a_quota() -> None:
    quota = Quota(100, 50, clock=Clock(0.0))
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: quota.try_acquire(), range(400)))
    assert waits.count(0.0) == 50


def test_an_even_pace_sends_one_request_after_the_other_and_nearly_as_many() -> None:
    clock = Clock(0.0)
    moments = granted(Quota(pace="even", clock=clock), clock, 600.0)
    assert min(b - a for a, b in pairwise(moments)) >= 60 / 95
    assert len(moments) >= 94 * 10


def test_a_reserve_is_left_to_others() -> None:
    clock = Clock(0.0)
    quota = Quota(reserve=45, clock=clock)
    assert most_within(granted(quota, clock, 120.0), 60.0) == 50


@pytest.mark.parametrize("reserve", [-1, 95, 2.5, True, "1"])
def test_a_reserve_that_leaves_nothing_is_refused(reserve: Any) -> None:
    with pytest.raises(ConfigurationError, match="reserve must be an integer from 0 to below per_minute"):
        Quota(reserve=reserve)


def test_an_unknown_pace_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="pace must be 'burst' or 'even', not 'slow'"):
        Quota(pace="slow")  # type: ignore[arg-type]


def test_what_is_left_is_counted_over_a_minute() -> None:
    clock = Clock(0.0)
    quota = Quota(10, 10, reserve=2, clock=clock)
    assert quota.left() == 8
    assert [quota.try_acquire() for _ in range(3)] == [0.0] * 3
    assert quota.left() == 5
    clock.seconds = 60.0
    assert quota.left() == 8


def test_a_closed_quota_lets_nothing_through_until_it_opens_but_at_most_an_hour() -> None:
    clock = Clock(0.0)
    quota = Quota(clock=clock)
    quota.close_for(20.0)
    quota.close_for(5.0)  # does not open it earlier
    assert (quota.left(), quota.try_acquire()) == (0, 20.0)
    clock.seconds = 20.0
    assert (quota.left(), quota.try_acquire()) == (95, 0.0)
    quota.close_for(1e9)
    assert quota.try_acquire() == 3600.0


@pytest.mark.parametrize(("headers", "seconds"), [({"retry_after": "7"}, 7.0), ({}, 1.0), ({"retry_after": "0"}, 1.0)])
def test_a_429_closes_the_quota_for_all_who_share_it(clients: Clients, headers: dict[str, str], seconds: float) -> None:
    quota = Quota(clock=Clock(0.0))
    amili = clients.answering(lambda _: reply({}, 429, **headers), quota=quota, retry=Retry(attempts=1))
    with pytest.raises(RateLimitedError):
        amili.cases().count()
    assert quota.try_acquire() == seconds


def test_other_responses_do_not_close_it(clients: Clients) -> None:
    quota = Quota(clock=Clock(0.0))
    clients.answering(lambda _: reply(page()), quota=quota).cases().count()
    assert quota.try_acquire() == 0.0


def test_a_quota_of_another_pace_counts_together_with_the_first() -> None:
    clock = Clock()
    quota = Quota(60, 8, clock=clock)
    even = quota.paced("even", reserve=10)
    assert (quota.per_minute, even.per_minute) == (60, 50)
    assert even.try_acquire() == 0.0
    assert even.try_acquire() == pytest.approx(1.2, abs=0.01)
    assert quota.try_acquire() == 0.0
    assert (quota.left(), even.left()) == (58, 48)
    with pytest.raises(ConfigurationError):
        quota.paced("even", reserve=60)
