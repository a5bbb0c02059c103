"""Clocks: replaced ones are seen, whenever this library was imported, and no wait hangs where time is frozen."""

import time

import httpx
import pytest
from amili import Amili, AuthTokenProvider, Quota, WaitTimeoutError
from amili._core.engine import monotonic

from tests.overlay.support import QUICK, reply
from tests.samples import CASE, case, page
from tests.virtual_time import BASE_URL, EPOCH


@pytest.fixture
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("time", "monotonic", "perf_counter"):
        monkeypatch.setattr(time, name, lambda: EPOCH)


@pytest.mark.usefixtures("_frozen")
def test_waiting_for_a_case_ends_where_time_is_frozen() -> None:
    asked = 0

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        assert asked < 1000, "it does not end"
        return reply(page(case()))

    with (
        Amili(BASE_URL, "token", retry=QUICK, quota="off", transport=httpx.MockTransport(handler)) as amili,
        pytest.raises(WaitTimeoutError, match=r"did not become closed within 0\.05 s"),
    ):
        amili.wait_for(CASE, "closed", timeout=0.05, poll=0.001)


@pytest.mark.usefixtures("_frozen")
def test_the_wait_for_the_quota_gets_shorter_where_time_is_frozen() -> None:
    quota = Quota(per_second=1)
    assert quota.try_acquire() == 0.0
    waits = [quota.try_acquire() for _ in range(100)]
    assert waits[-1] < waits[0]


def test_the_time_of_this_machine_is_looked_up_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/authenticates/api-code":
            return reply(page())
        exchanges.append(request)
        return reply({"token": "token"})

    credential = AuthTokenProvider.from_api_code("code", lifetime=600.0)
    with Amili(BASE_URL, credential, quota="off", transport=httpx.MockTransport(handler)) as amili:
        monkeypatch.setattr(time, "time", lambda: EPOCH)
        amili.cases().count()
        amili.cases().count()
        assert len(exchanges) == 1
        monkeypatch.setattr(time, "time", lambda: EPOCH + 600.0)
        amili.cases().count()
        assert len(exchanges) == 2


def test_where_no_other_clock_is_behind_it_the_monotonic_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amili._core.engine.clocks._HAS_CLOCK", False)
    monkeypatch.setattr(time, "monotonic", lambda: 7.0)
    assert monotonic() == 7.0
