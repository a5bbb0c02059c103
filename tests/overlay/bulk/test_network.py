"""A network that drops, and a database that is restarted: nothing is done twice, nothing is lost, and nothing waits for ever."""

import os
import random
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from amili import Amili, ConfigurationError
from amili._core.engine import now
from amili.bulk import RowResult, Run
from amili.bulk.ledger import Ending, Hold, Intent, NewRow, NewRun, PostgresqlLedger
from amili.bulk.workers import work
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import invoices
from tests.overlay.bulk.test_processes import RETRY
from tests.postgresql import change, empty_ledger_and_queue, restart
from tests.proxy import Proxy

HOLD, ROWS = Hold(1, "a"), 40
QUICKLY = {
    "_core.postgresql.store._PAUSE": 0.01,
    "bulk.workers.working._PAUSE": 0.01,
    "bulk.workers.working._LOOK": 0.2,
    "bulk.workers.queue._HEARTBEAT": 0.2,
    "bulk.workers.queue._SILENT": 1.0,
}


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> str:
    for place, seconds in QUICKLY.items():
        monkeypatch.setattr(f"amili.{place}", seconds)
    return empty_ledger_and_queue()


@pytest.fixture
def proxy(address: str) -> Iterator[Proxy]:
    with Proxy(address) as proxy:
        yield proxy


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[Amili]:
    with Amili(sandbox.base_url, sandbox.token, quota="off", retry=RETRY) as client:
        yield client


@pytest.fixture
def run(address: str, sandbox: SandboxProcess) -> Iterator[Run]:
    ledger = PostgresqlLedger(address)
    yield Run.start(ledger, invoices(sandbox, ROWS), "register", details={"server": sandbox.base_url})
    ledger.close()


def judge(run: Run, client: Amili) -> None:
    """Every invoice is registered once, and the ledger knows."""
    assert Counter(case.debt.invoice_number for case in client.cases()) == {f"N{n}": 1 for n in range(ROWS)}
    assert {result.state for result in run.results()} <= {"done", "reconciled"}


def cut_by_chance(proxy: Proxy, seed: int, share: float) -> list[bytes]:
    """Cut all connections before so many of the pieces of data that go to the server or come from it."""
    chance, lost = random.Random(seed), list[bytes]()

    def cut(data: bytes) -> None:
        if chance.random() < share:
            lost.append(data)
            proxy.cut()

    proxy.on_data = cut
    return lost


@pytest.mark.parametrize("seed", range(2))
def test_what_a_ledger_says_is_so_although_connections_are_cut(address: str, proxy: Proxy, seed: int) -> None:
    ledger = PostgresqlLedger(proxy.address)
    rows = [NewRow(n, f"row {n}", f"N{n}", "c", "d", 1, "new", "{}") for n in range(ROWS)]
    ledger.add(NewRun("register", "x", "y", {}), rows, now())
    assert len(ledger.claim(HOLD, now(), 600.0)) == ROWS
    lost = cut_by_chance(proxy, seed, 0.02)
    for n in range(ROWS):
        assert ledger.begin(HOLD, n, Intent("{}"), now(), now() + 600.0) is None
        assert change(address, "SELECT n, attempts FROM amili.rows WHERE state = 'sending'") == [(n, 1)]
        assert ledger.end(HOLD, [(n, Ending("done", f"case {n}"))], now()) == {n}
    assert ledger.claim(HOLD, now(), 600.0) == []
    proxy.on_data = lambda _: None
    assert (ledger.run().state, ledger.run().counts) == ("ended", {"done": ROWS})
    assert len(lost) > 5
    ledger.close()


def test_workers_go_on_over_a_network_that_drops(proxy: Proxy, client: Amili, run: Run) -> None:
    cuts = list[list[bytes]]()

    def cut(*_: object) -> None:
        if not cuts:  # from the first result on
            cuts.append(cut_by_chance(proxy, 1, 0.01))

    work(proxy.address, client, concurrency=2, until_ended=True, on_result=cut)
    judge(run, client)
    assert cuts[0]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers be silent, or away, for a moment only."""
    monkeypatch.setattr("amili._core.postgresql.store._SLACK", 0.2 - 30.0)  # a ledger waits 30 seconds for others
    monkeypatch.setattr("amili._core.postgresql.bounded.BoundedAsyncConnection.silence", 0.2)
    monkeypatch.setattr("amili.bulk.workers.queue._WAIT", 0.5)
    for place in ("_core.postgresql.store.PATIENCE", "bulk.workers.working._PATIENCE"):
        monkeypatch.setattr(f"amili.{place}", 0.5)


def stall_at(proxy: Proxy, mark: bytes) -> threading.Event:
    """Let the network swallow everything from the first statement on that has these words."""
    is_stalled = threading.Event()

    def watch(data: bytes) -> None:
        if mark in data and not is_stalled.is_set():
            proxy.stall()
            is_stalled.set()

    proxy.on_data = watch
    return is_stalled


@pytest.mark.usefixtures("impatient")
def test_a_network_that_swallows_everything_is_noticed_and_survived(address: str, proxy: Proxy) -> None:
    ledger = PostgresqlLedger(proxy.address)
    ledger.add(NewRun("register", "x", "y", {}), [NewRow(1, "row 1", "N1", "c", "d", 1, "new", "{}")], now())
    ledger.claim(HOLD, now(), 600.0)
    is_stalled = stall_at(proxy, b"SET state = 'sending'")
    proxy.on_connection = proxy.flow
    assert ledger.begin(HOLD, 1, Intent("{}"), now(), now() + 600.0) is None
    assert is_stalled.is_set()
    assert change(address, "SELECT state, attempts FROM amili.rows") == [("sending", 1)]
    ledger.close()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("mark", [b"SET state = 'sending'", b"procrastinate_fetch_job"])
def test_a_worker_whose_database_stays_silent_sends_nothing_and_ends(
    address: str, proxy: Proxy, client: Amili, run: Run, mark: bytes
) -> None:
    is_stalled = stall_at(proxy, mark)

    def refuse() -> None:
        if is_stalled.is_set():
            proxy.refuse()

    proxy.on_connection = refuse
    with pytest.raises(ConfigurationError, match="in PostgreSQL can't be"):
        work(proxy.address, client, until_ended=True)
    assert is_stalled.is_set()
    assert client.cases().count() == 0
    proxy.cut()
    work(address, client, until_ended=True)
    judge(run, client)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
@pytest.mark.skipif("AMILI_TEST_POSTGRESQL" in os.environ, reason="restarts the server")
def test_a_database_that_is_restarted_is_waited_for(address: str, client: Amili, run: Run, mode: str) -> None:
    seen, together = list[int](), threading.Lock()

    def restarted(_: Run, result: RowResult) -> None:
        with together:
            seen.append(result.number)
            if len(seen) == ROWS // 4:
                restart(mode)

    others = threading.Thread(target=work, args=(address, client), kwargs={"until_ended": True, "on_result": restarted})
    others.start()
    work(address, client, until_ended=True, on_result=restarted)
    others.join()
    judge(run, client)
