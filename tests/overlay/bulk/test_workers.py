"""Workers of a ledger in PostgreSQL, over HTTP: what they take, what they leave to others, and how they end."""

import asyncio
import hashlib
import itertools
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from amili import Amili, AuthenticationError, ConfigurationError, NoResponseError
from amili._core.engine import now
from amili.bulk import CaseKey, RowResult, Run
from amili.bulk.ledger import Hold, Intent, PostgresqlLedger
from amili.bulk.workers import init_ledger, work
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import invoices
from tests.postgresql import change


def test_a_worker_registers_what_another_machine_has_started(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    run = Run.start(ledger, invoices(sandbox, 120), "register", details={"server": sandbox.base_url})
    assert change(address, "SELECT count(*) FROM amili.rows WHERE body LIKE '%customer%'") == [(120,)]
    seen = list[tuple[int, int]]()
    work(address, client, until_ended=True, on_result=lambda run, result: seen.append((run.id, result.number)))
    assert sorted(seen) == [(run.id, number) for number in range(1, 121)]
    assert (ledger.run().state, ledger.run().counts) == ("ended", {"done": 120})
    assert change(address, "SELECT count(*), count(body) FROM amili.rows") == [(120, 0)], "personal data is not kept"
    assert client.cases().count() == 120


def test_a_worker_leaves_runs_of_other_keys_and_servers_alone(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    Run.start(ledger, invoices(sandbox, 1), "register", details={"server": "https://api.example"})
    other = "another profile, whose name is longer than PostgreSQL's names"
    Run.start(ledger, [CaseKey(invoice_number="N1", creditor=sandbox.creditor)], "lookup", details={"key": other})
    work(address, client, until_ended=True)
    assert [run.state for run in ledger.runs()] == ["running", "running"]
    work(address, client, until_ended=True, key=other)
    assert [run.state for run in ledger.runs()] == ["running", "ended"]


def test_a_worker_that_can_send_nothing_ends_with_the_error(
    address: str, ledger: PostgresqlLedger, sandbox: SandboxProcess
) -> None:
    Run.start(ledger, invoices(sandbox, 1), "register")
    with Amili(sandbox.base_url, "wrong", quota="off") as client, pytest.raises(AuthenticationError):
        work(address, client, until_ended=True)
    assert ledger.run().counts == {"new": 1}


def test_a_worker_ends_after_the_requests_in_hand(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    Run.start(ledger, invoices(sandbox, 40), "register")
    work(address, client, concurrency=1, on_result=lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    counts = ledger.run().counts
    assert counts["done"] + counts["new"] == 40
    assert counts["done"] < 5
    assert ledger.claim(Hold(1, "another"), now(), 60.0) != [], "the others are free at once"


def queue_of(sandbox: SandboxProcess, key: str = "default") -> str:
    return hashlib.sha256(f"{sandbox.base_url} {key}".encode()).hexdigest()[:16]


def test_a_lot_that_is_in_the_queue_is_not_put_there_again(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    Queue: Any = import_module("amili.bulk.workers.queue").Queue
    Run.start(ledger, invoices(sandbox, 101), "register")
    job = "INSERT INTO procrastinate_jobs (task_name, queue_name, args, queueing_lock) VALUES ('amili lot', '{}', '{}', '1 1')"
    change(address, "SET search_path TO amili", job.format(queue_of(sandbox), '{"run": 1, "lot": 1}'))
    put, take, lots, is_put = Queue.put, Queue.take, list[int](), asyncio.Event()

    async def noted(queue: Any, run: int, lot: int, *, of_silent: bool) -> None:
        lots.append(lot)
        await put(queue, run, lot, of_silent=of_silent)
        is_put.set()

    async def later(queue: Any, *, of_silent: bool) -> None:
        await is_put.wait()
        await take(queue, of_silent=of_silent)

    monkeypatch.setattr(Queue, "put", noted)
    monkeypatch.setattr(Queue, "take", later)
    work(address, client, until_ended=True)
    assert ledger.run().counts == {"done": 101}
    assert lots[0] == 2


def test_the_lot_of_a_silent_worker_goes_on_with_another_beside_its_own(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    Run.start(ledger, invoices(sandbox, 101), "register")
    lots = [len(ledger.claim(Hold(1, owner), now(), 3600.0)) for owner in ("other", "silent")]
    ledger.release(Hold(1, "other"), now())
    job = "INSERT INTO amili.procrastinate_jobs (task_name, queue_name, args, status) VALUES ('amili lot', '{}', '{}', 'doing')"
    change(address, job.format(queue_of(sandbox), '{"run": 1, "lot": 2}'))
    work_on_lot, is_taken_over = Run.work_on_lot, threading.Event()

    def watched(run: Run, client: Amili, lot: int, **options: Any) -> Iterator[RowResult]:
        if lot == 1:
            assert is_taken_over.wait(30.0)
        yield from work_on_lot(run, client, lot, **options)
        if lot == 2:
            is_taken_over.set()

    monkeypatch.setattr(Run, "work_on_lot", watched)
    work(address, client, until_ended=True)
    assert (lots, ledger.run().counts) == ([99, 2], {"done": 101})
    assert ledger.begin(Hold(1, "silent"), 100, Intent("{}"), now(), now() + 60.0) is not None, "it was only frozen"


def test_a_silent_lot_that_another_worker_takes_is_left_to_that_one(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    Queue: Any = import_module("amili.bulk.workers.queue").Queue
    Run.start(ledger, invoices(sandbox, 1), "register")
    ledger.claim(Hold(1, "silent"), now(), 3600.0)
    job = "INSERT INTO amili.procrastinate_jobs (task_name, queue_name, args, status) VALUES ('amili lot', '{}', '{}', 'doing')"
    change(address, job.format(queue_of(sandbox), '{"run": 1, "lot": 1}'))
    forget, answers, states = Queue.forget, [False], list[str]()

    async def forgotten(queue: Any, job: Any) -> bool:
        states.append(change(address, "SELECT owner FROM amili.rows")[0][0])
        return answers.pop() if answers else await forget(queue, job)

    monkeypatch.setattr(Queue, "forget", forgotten)
    monkeypatch.setattr("amili.bulk.workers.working._LOOK", 0.1)
    work(address, client, until_ended=True)
    assert ledger.run().counts == {"done": 1}
    assert states == ["silent", "silent"], "nothing was taken by the one that did not remove the job"


def test_a_run_without_open_rows_is_ended_by_the_next_look(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    Run.start(ledger, [], "register")
    work(address, client, until_ended=True)
    assert ledger.run().state == "ended"


def test_the_database_may_be_gone_for_a_while(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    Run.start(ledger, invoices(sandbox, 30), "register")

    def cut(_: Run, result: RowResult) -> None:
        if result.number % 10 == 0:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            change(address, f"SELECT pg_terminate_backend(pid) {others}")

    work(address, client, concurrency=2, until_ended=True, on_result=cut)
    assert sum(ledger.run().counts.get(state, 0) for state in ("done", "reconciled")) == 30
    numbers = Counter(case.debt.invoice_number for case in client.cases())
    assert set(numbers.values()) == {1}
    assert len(numbers) == 30


def test_a_queue_that_stays_lost_ends_the_worker(address: str, client: Amili, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amili.bulk.workers.working._PATIENCE", -1.0)
    change(address, "ALTER TABLE amili.procrastinate_workers RENAME TO gone")
    try:
        with pytest.raises(ConfigurationError, match="the queue in PostgreSQL can't be used"):
            work(address, client)
    finally:
        change(address, "ALTER TABLE amili.gone RENAME TO procrastinate_workers")


def test_the_tables_are_made_once_and_a_quota_with_them(address: str) -> None:
    assert init_ledger(address) == (2, 2)
    assert change(address, "SELECT to_regclass('amili_quota_sent') IS NOT NULL") == [(True,)]


def test_without_the_engine_its_extra_is_named(monkeypatch: pytest.MonkeyPatch, address: str, client: Amili) -> None:
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    monkeypatch.setitem(sys.modules, "procrastinate.schema", None)
    monkeypatch.delitem(sys.modules, "amili.bulk.workers.queue", raising=False)
    for use in (lambda: init_ledger(address), lambda: work(address, client)):
        with pytest.raises(ConfigurationError, match="the extra 'workers'"):
            use()


def test_a_queue_that_comes_back_is_used_again(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    Run.start(ledger, invoices(sandbox, 1), "register")
    change(address, "ALTER TABLE amili.procrastinate_workers RENAME TO gone")

    async def mended(*_: object) -> None:
        change(address, "ALTER TABLE IF EXISTS amili.gone RENAME TO procrastinate_workers")
        await asyncio.sleep(0.05)

    monkeypatch.setattr("amili.bulk.workers.working._Worker._pause", mended)
    work(address, client, until_ended=True)
    assert ledger.run().counts == {"done": 1}


def test_a_queue_that_is_lost_after_a_long_time_is_waited_for(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    Run.start(ledger, invoices(sandbox, 1), "register")
    ledger.claim(Hold(1, "another"), now(), 3600.0)
    pauses = itertools.count(1)
    seconds = [0.0]

    async def pause(*_: object) -> None:
        seconds[0] += 50.0
        number = next(pauses)
        if number == 5:
            change(address, "ALTER TABLE amili.procrastinate_workers RENAME TO gone")
        if number == 6:
            change(address, "ALTER TABLE amili.gone RENAME TO procrastinate_workers")
            ledger.release(Hold(1, "another"), now())
        await asyncio.sleep(0.05)

    monkeypatch.setattr("amili.bulk.workers.working.monotonic", lambda: seconds[0])
    monkeypatch.setattr("amili.bulk.workers.working._Worker._pause", pause)
    work(address, client, until_ended=True)
    assert ledger.run().counts == {"done": 1}


def test_trouble_that_passes_does_not_end_a_worker(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    Run.start(ledger, invoices(sandbox, 3), "register")
    troubles = [NoResponseError("it passes", temporary=True)]

    def fail_once(*_: object) -> None:
        if troubles:
            raise troubles.pop()

    work(address, client, until_ended=True, on_result=fail_once)
    assert ledger.run().counts == {"done": 3}
