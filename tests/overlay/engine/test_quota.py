"""The vendor's rate limit, kept in virtual time: never more in any window, and nearly all of what is allowed."""

import math
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import ConfigurationError, NoResponseError, OutcomeUnknownError, Quota, Retry
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrate_limiter import AbstractBucket, Duration, InMemoryBucket, Rate

from tests.overlay.support import Clients, reply
from tests.samples import invoice, page
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
    assert most_within(moments, 1.0) == 10
    assert most_within(moments, 60.0) == 100
    assert len(moments) >= 99 * 10


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


def test_a_bucket_brings_its_own_rates_and_may_be_shared() -> None:
    bucket = InMemoryBucket([Rate(3, Duration.MINUTE)])
    one, other = Quota(bucket=bucket), Quota(bucket=bucket)
    assert [one.try_acquire(), other.try_acquire(), one.try_acquire()] == [0.0, 0.0, 0.0]
    assert 50 < other.try_acquire() <= 60.1


def test_a_bucket_in_a_file_is_shared_between_processes(tmp_path: Path) -> None:
    from pyrate_limiter import SQLiteBucket

    def bucket() -> AbstractBucket:
        return SQLiteBucket.init_from_file(
            [Rate(2, Duration.MINUTE)], db_path=str(tmp_path / "quota.sqlite"), use_file_lock=False
        )

    first, second = bucket(), bucket()
    try:
        assert Quota(bucket=first).try_acquire() == 0.0
        assert Quota(bucket=second).try_acquire() == 0.0
        assert Quota(bucket=first).try_acquire() > 0
    finally:
        first.close()
        second.close()


def test_a_bucket_that_may_block_does_not_block_the_event_loop(clients: Clients) -> None:
    threads: list[int] = []

    class Slow(InMemoryBucket):
        def put(self, item: Any) -> bool:
            threads.append(threading.get_ident())
            return bool(super().put(item))

    for quota in (Quota(), Quota(bucket=Slow([Rate(3, Duration.MINUTE)]))):
        clients.answering(lambda _: reply(page()), quota=quota).cases().count()
    assert (threads != [threading.get_ident()]) == (clients.kind == "async")


class Failing(InMemoryBucket):
    """A bucket whose database is gone from some place on."""

    def __init__(self, good: int) -> None:
        super().__init__([Rate(1000, Duration.MINUTE)])
        self.good = good

    def put(self, item: Any) -> bool:
        self.good -= 1
        if self.good < 0:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        return bool(super().put(item))


def test_a_bucket_that_fails_is_an_error_of_this_library_and_nothing_is_sent(clients: Clients) -> None:
    sent = list[httpx.Request]()

    def note(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return reply(page())

    amili = clients.answering(note, quota=Quota(bucket=Failing(0)))
    asks: list[Callable[[], Any]] = [lambda: amili.cases().count(), lambda: amili.register(invoice())]
    for ask in asks:
        with pytest.raises(
            NoResponseError, match=r"the bucket of the quota failed \(ProgrammingError\), so the request was not sent"
        ):
            ask()
    assert sent == []


def test_a_bucket_that_fails_after_a_lost_response_does_not_hide_that_a_write_may_have_happened(clients: Clients) -> None:
    def lose(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("x")

    amili = clients.answering(lose, quota=Quota(bucket=Failing(1)), retry=Retry(settle=0.0, total=0.5))
    with pytest.raises(OutcomeUnknownError, match="the lookup failed as well: NoResponseError"):
        amili.register(invoice(), deadline=0.5)


def test_an_asynchronous_bucket_is_refused() -> None:
    class Asynchronous(InMemoryBucket):
        async def now(self) -> int:
            return 0

    with pytest.raises(ConfigurationError, match="an asynchronous bucket can't be used"), pytest.warns(RuntimeWarning):
        Quota(bucket=Asynchronous([Rate(1, Duration.SECOND)]))
