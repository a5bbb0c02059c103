"""A quota in a SQLite file or in a real PostgreSQL, shared by processes, sessions in any time zone and machines."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from amili import ConfigurationError, NoResponseError, OutcomeUnknownError, Quota, RateLimitedError, Retry

from tests.overlay.support import Clients, in_a_child, reply
from tests.postgresql import server_address
from tests.samples import invoice, page


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return server_address() if request.param == "postgresql" else f"sqlite:///{tmp_path / 'quota.sqlite'}"


Shared = Callable[..., Quota]


@pytest.fixture
def shared() -> Iterator[Shared]:
    with ExitStack() as opened:
        yield lambda url, **options: opened.enter_context(Quota.shared(url, **options))


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    return str(request.node.name)


def test_two_of_one_key_share_and_others_have_their_own(shared: Shared, url: str, key: str) -> None:
    one, other = shared(url, key=key, per_minute=3), shared(url, key=key, per_minute=3)
    assert [one.try_acquire(), other.try_acquire(), one.try_acquire()] == [0.0, 0.0, 0.0]
    assert 50 < other.try_acquire() <= 60.1
    assert (one.left(), other.left()) == (0, 0)
    assert shared(url, key=f"{key} 2", per_minute=3).left() == 3


def test_a_429_of_one_closes_it_for_all(shared: Shared, url: str, key: str, clients: Clients) -> None:
    refused = clients.answering(lambda _: reply({}, 429, retry_after="40"), quota=shared(url, key=key), retry=Retry(attempts=1))
    with pytest.raises(RateLimitedError):
        refused.cases().count()
    other = shared(url, key=key)
    assert 35 < other.try_acquire() <= 40
    assert other.left() == 0
    other.close_for(1.0)  # does not open it earlier
    assert other.try_acquire() > 35


def test_each_may_leave_a_reserve(shared: Shared, url: str, key: str) -> None:
    night, day = shared(url, key=key, per_minute=4, reserve=2), shared(url, key=key, per_minute=4)
    assert [night.try_acquire(), night.try_acquire()] == [0.0, 0.0]
    assert night.try_acquire() > 0
    assert [day.try_acquire(), day.try_acquire()] == [0.0, 0.0]
    assert (night.left(), day.left()) == (0, 0)


def test_threads_and_processes_together_get_no_more(shared: Shared, url: str, key: str) -> None:
    quota = shared(url, key=key, per_minute=30, per_second=30)
    program = "import sys; from amili import Quota\n" + (
        "quota = Quota.shared(sys.argv[1], key=sys.argv[2], per_minute=30, per_second=30)\n"
        "print([quota.try_acquire() for _ in range(25)].count(0.0))"
    )
    other = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, url, key], stdout=subprocess.PIPE, text=True
    )
    with ThreadPoolExecutor(4) as pool:
        granted = list(pool.map(lambda _: quota.try_acquire(), range(25))).count(0.0)
    there, _ = other.communicate(timeout=60)
    assert granted + int(there) == 30


def test_a_forked_child_opens_a_connection_of_its_own(shared: Shared, url: str, key: str) -> None:
    quota = shared(url, key=key, per_minute=2)
    assert quota.try_acquire() == 0.0
    assert in_a_child(lambda: quota.try_acquire() == 0.0) == 0
    assert quota.try_acquire() > 0


def test_sessions_in_different_time_zones_share_one_count(shared: Shared, key: str) -> None:
    zones = ["UTC", "Europe/Stockholm", "Pacific/Auckland"]
    separator = "&" if "?" in server_address() else "?"
    sessions = [f"{server_address()}{separator}options=-c%20timezone%3D{zone}" for zone in zones]
    quotas = [shared(session, key=key, per_minute=4) for session in sessions]
    assert [each.try_acquire() for each in (*quotas, *quotas)].count(0.0) == 4
    assert all(50 < each.try_acquire() <= 60.1 for each in quotas)


def test_a_clock_that_was_set_back_stops_it_for_a_minute(shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quota = shared(str(tmp_path / "quota.sqlite"), per_minute=2)
    assert [quota.try_acquire(), quota.try_acquire()] == [0.0, 0.0]
    quota.close_for(3600.0)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 7200.0)
    assert 50 < quota.try_acquire() <= 60.1
    assert quota.left() == 0


def run_sql(file: Path, script: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()


DAMAGE = "DROP TABLE amili_quota_sent; CREATE VIEW amili_quota_sent AS SELECT 1"


def test_a_damaged_database_sends_nothing_and_its_repair_is_noticed(shared: Shared, tmp_path: Path, clients: Clients) -> None:
    file, sent = tmp_path / "quota.sqlite", list[httpx.Request]()

    def note(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return reply(page())

    amili = clients.answering(note, quota=shared(str(file)))
    run_sql(file, DAMAGE)
    asks: list[Callable[[], object]] = [lambda: amili.cases().count(), lambda: amili.register(invoice())]
    for ask in asks:
        with pytest.raises(NoResponseError, match=r"the shared quota can't be used \(OperationalError\)"):
            ask()
    assert sent == []
    run_sql(file, "DROP VIEW amili_quota_sent")
    assert amili.cases().count() == 0


def test_a_database_that_fails_after_a_lost_response_does_not_hide_that_a_write_may_have_happened(
    shared: Shared, tmp_path: Path, clients: Clients
) -> None:
    def lose(_: httpx.Request) -> httpx.Response:
        run_sql(tmp_path / "quota.sqlite", DAMAGE)
        raise httpx.ReadTimeout("x")

    amili = clients.answering(lose, quota=shared(str(tmp_path / "quota.sqlite")), retry=Retry(settle=0.0, total=0.5))
    with pytest.raises(OutcomeUnknownError, match="the lookup failed as well: NoResponseError"):
        amili.register(invoice(), deadline=0.5)


def test_a_database_does_not_block_the_event_loop(
    shared: Shared, url: str, key: str, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota, threads = shared(url, key=key), list[int]()
    acquire = quota.try_acquire

    def noting() -> float:
        threads.append(threading.get_ident())
        return acquire()

    monkeypatch.setattr(quota, "try_acquire", noting)
    clients.answering(lambda _: reply(page()), quota=quota).cases().count()
    assert (threads != [threading.get_ident()]) == (clients.kind == "async")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("", "url must be a file, sqlite:///FILE, or postgresql://HOST/DATABASE"),
        ("redis://127.0.0.1", "url must be a file"),
        ("/nonexistent/folder/quota.sqlite", r"can't be used \(OperationalError\)"),
        ("postgresql://127.0.0.1:1/quota?connect_timeout=1", r"can't be used \(OperationalError\)"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_when_the_quota_is_made(wrong: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Quota.shared(wrong)


def test_a_database_that_may_not_be_written_is_told() -> None:
    separator = "&" if "?" in server_address() else "?"
    with pytest.raises(ConfigurationError, match=r"can't be used \(ReadOnlySqlTransaction\)"):
        Quota.shared(f"{server_address()}{separator}options=-c%20default_transaction_read_only%3Don")


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match="PostgreSQL needs the extra 'postgresql'"):
        Quota.shared("postgresql://127.0.0.1/quota")
