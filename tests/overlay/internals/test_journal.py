"""The journal: what is in it when, which process holds what, and that no crash or broken file makes it lose or hide a write.

Inside: the file, its connection in each process, and the identity of processes are what other programs and a restart meet.
"""

import asyncio
import json
import multiprocessing
import os
import pickle
import platform
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import (
    Amili,
    AmiliError,
    AsyncAmili,
    ConfigurationError,
    InvoiceRegistration,
    NotFoundError,
    OutcomeUnknownError,
    Pending,
)
from amili._core import writing as actions
from amili._core.engine import Effect, Flow, RunBlocking, Send
from amili._core.writing import Journal, open_journal
from amili._core.writing.evidence import CancellationEvidence, CreditingEvidence, Evidence, RegistrationEvidence
from amili._core.writing.journal import holder
from amili._core.writing.journal.file import JournalFile
from amili._core.writing.journal.journal import Lease

from tests.overlay.support import in_a_child, perform
from tests.overlay.writing.model import context, run
from tests.overlay.writing.test_writes import CASE, Answering, with_case
from tests.samples import CREDITOR, invoice

OTHER = f"{2:024x}"
KEY = f"invoice INV-1 of creditor {CREDITOR}"
REFUSED = (404, {"_status": "ERR"})
CREDITED = '{"case": "a", "amount": "%s", "remaining": null, "transactions": %s}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    journal = open_journal(file)
    yield journal
    journal.close()


def sql(file: Path, statement: str, *values: object) -> list[Any]:
    """Look into the file, or change it, as somebody else would."""
    with closing(sqlite3.connect(file)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def left(journal: Journal, *traces: Evidence, sent_at: float = 1.0) -> list[int]:
    """Leave intents whose outcome is not known, and that nobody works on."""
    with journal.lease(lambda: sent_at) as lease:
        return [journal.begin(lease, trace, sent_at, 1e12) for trace in traces]


def registering(network: Answering, journal: Journal) -> Flow[Any]:
    return actions.register(context(network), invoice("INV-1"), journal)


def left_unknown(network: Answering, journal: Journal) -> OutcomeUnknownError:
    """Register an invoice whose acknowledgement can't be read and whose case does not show for long."""
    with pytest.raises(OutcomeUnknownError) as caught:
        run(registering(network, journal), network)
    return caught.value


def test_an_intent_is_in_the_file_before_its_request_is_sent(journal: Journal, file: Path) -> None:
    network, seen = Answering(), []
    sent = network.send

    def send(effect: Send) -> Any:
        seen.append(sql(file, "SELECT operation, outcome FROM intents"))
        return sent(effect)

    network.send = send  # type: ignore[method-assign]
    assert run(registering(network, journal), network).outcome == "created"
    assert seen == [[("register_invoice", None)]]
    assert sql(file, "SELECT operation, outcome FROM intents") == [("register_invoice", "created")]


def test_a_refusal_is_noted_as_nothing_written(journal: Journal, file: Path) -> None:
    with pytest.raises(NotFoundError):
        run(registering(network := Answering(REFUSED), journal), network)
    assert journal.pending(1e12) == []
    assert sql(file, "SELECT outcome FROM intents") == [("nothing written",)]


def test_an_unknown_outcome_stays_pending_until_it_is_resolved(journal: Journal) -> None:
    network = Answering("garbage after", visible_after=1_000.0)
    error = left_unknown(network, journal)
    (pending,) = journal.pending(network.vendor.clock.wall())
    assert (pending.operation, pending.key, pending.entry) == ("register_invoice", KEY, error.entry)
    network.read_fault = "500 before"
    ((_, problem),) = run(actions.resolve_pending(context(network), journal), network)
    assert isinstance(problem, OutcomeUnknownError)
    assert problem.entry == error.entry
    assert journal.pending(network.vendor.clock.wall()) == [pending], "and it is not taken for sent later than it was"
    network.read_fault = None
    network.vendor.clock.seconds += 1_000.0
    ((_, receipt),) = run(actions.resolve_pending(context(network), journal), network)
    assert receipt.case == CASE
    assert journal.pending(network.vendor.clock.wall()) == []


def test_resolving_all_that_is_pending_ends_by_its_deadline_and_the_rest_stays_pending(journal: Journal) -> None:
    network = Answering()
    now = network.vendor.clock.wall()
    for number in range(3):  # each alone would be looked for as long as an acknowledgement may be late
        left(journal, RegistrationEvidence(f"INV-{number}", CREDITOR, None, None), sent_at=now - 1.0)
    attempts_before = network.vendor.clock.seconds
    found = run(actions.resolve_pending(context(network), journal, 4.0), network)
    assert network.vendor.clock.seconds - attempts_before <= 4.0
    assert [type(reported) for _, reported in found] == [OutcomeUnknownError] * 3
    assert all("time for lookups" in str(reported) for _, reported in found)
    assert len(journal.pending(network.vendor.clock.wall())) == 3
    found = run(actions.resolve_pending(context(network), journal, 100.0), network)
    assert [reported for _, reported in found] == [None] * 3


def test_five_hundred_pending_writes_are_looked_up_with_six_requests(journal: Journal) -> None:
    network = Answering()
    cases = [network.vendor.add_case(f"N{number}", Decimal(500), "556789-1234") for number in range(500)]
    left(journal, *(RegistrationEvidence(f"N{number}", CREDITOR, Decimal(500), None) for number in range(500)))
    found = run(actions.resolve_pending(context(network), journal), network)
    assert {write.key: receipt.case for write, receipt in found} == {
        f"invoice N{number} of creditor {CREDITOR}": case["_id"] for number, case in enumerate(cases)
    }
    assert network.requests == 6
    assert journal.pending(1e12) == []


def test_pending_creditings_and_cancellations_of_many_cases_are_looked_up_together(journal: Journal) -> None:
    network = Answering()
    cases = [network.vendor.add_case(f"N{number}", Decimal(500), "556789-1234")["_id"] for number in range(30)]
    left(journal, *(CreditingEvidence(each, Decimal(1), Decimal(501), ()) for each in cases[:20]))
    left(journal, *(CancellationEvidence(each) for each in cases[20:]))
    found = run(actions.resolve_pending(context(network), journal), network)
    assert {write.key: receipt and receipt.outcome for write, receipt in found} == {
        **{f"1.00 SEK on case {each}": "reconciled" for each in cases[:20]},
        **{f"case {each}": None for each in cases[20:]},
    }
    assert network.requests == 4  # the last ten are proven absent by four lookups


# What is cut off


def carry_out(effect: Effect, network: Answering) -> Any:
    return perform(effect, network.send, network.vendor.clock, iter(()))


def cut_off(plan: Flow[Any], network: Answering, step: int, last: str) -> bool:
    """Close a plan at a step, which is not carried out, or before the plan is closed, or by a thread afterwards."""
    effect = next(plan)
    for _ in range(step):
        try:
            effect = plan.send(carry_out(effect, network))
        except (StopIteration, AmiliError):
            return False
    if last == "carried out":
        carry_out(effect, network)
    plan.close()
    if last == "carried out late" and isinstance(effect, RunBlocking):
        carry_out(effect, network)
    return True


@pytest.mark.parametrize("last", ["not carried out", "carried out", "carried out late"])
@pytest.mark.parametrize("reply", ["none", "dropped after", "dropped before", REFUSED])
def test_a_write_that_is_cut_off_at_any_step_is_pending_at_once(tmp_path: Path, reply: Any, last: str) -> None:
    for step in range(100):
        network, file = Answering(reply), tmp_path / f"{step}.sqlite"
        with closing(open_journal(file)) as journal:
            if not cut_off(registering(network, journal), network, step, last):
                break
            pending = journal.pending(network.vendor.clock.wall())
            assert len(pending) == len(sql(file, "SELECT * FROM intents")), "nothing is held, nothing has ended"
            assert len(pending) == 1 or not network.bodies, "what was sent is told"
    assert 2 < step < 99


@pytest.mark.parametrize("last", ["not carried out", "carried out", "carried out late"])
@pytest.mark.parametrize("one", [True, False])
def test_a_look_that_is_cut_off_at_any_step_leaves_all_pending_and_held_by_nobody(tmp_path: Path, one: bool, last: str) -> None:
    for step in range(100):
        network = Answering()
        with_case(network, "INV-1")
        with closing(open_journal(tmp_path / f"{step}.sqlite")) as journal:
            left(journal, CancellationEvidence(CASE), RegistrationEvidence("INV-9", CREDITOR, None, None))
            before = journal.pending(network.vendor.clock.wall())
            assert len(before) == 2
            rules = context(network)
            plan = actions.resolve(rules, before[0], journal) if one else actions.resolve_pending(rules, journal)
            if not cut_off(plan, network, step, last):
                break
            assert journal.pending(network.vendor.clock.wall()) == before
    assert 2 < step < 99


def test_a_write_that_a_bug_of_ours_ended_is_pending(journal: Journal) -> None:
    network = Answering()
    network.send = lambda effect: None  # type: ignore[method-assign, assignment, return-value]
    with pytest.raises(AttributeError):
        run(registering(network, journal), network)
    assert [write.key for write in journal.pending(network.vendor.clock.wall())] == [KEY]


# Looking at what is pending


def test_nothing_is_noted_before_all_of_it_can_be_told(journal: Journal, file: Path) -> None:
    network, noted = Answering(), list[Any]()
    left(journal, CancellationEvidence(with_case(network)), sent_at=1.0)
    left(journal, RegistrationEvidence("INV-9", CREDITOR, None, None), sent_at=2.0)
    sent = network.send

    def send(effect: Send) -> Any:
        noted.extend(sql(file, "SELECT outcome FROM intents WHERE outcome IS NOT NULL"))
        return sent(effect)

    network.send = send  # type: ignore[method-assign]
    found = run(actions.resolve_pending(context(network), journal), network)
    assert [(write.operation, receipt) for write, receipt in found] == [("cancel_case", None), ("register_invoice", None)]
    assert noted == []
    assert sql(file, "SELECT outcome FROM intents") == [("nothing written",)] * 2


def test_an_error_at_one_write_does_not_keep_the_others_from_being_told(
    journal: Journal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Answering()
    case = with_case(network)
    left(journal, RegistrationEvidence("INV-9", CREDITOR, None, None), sent_at=1.0)
    left(journal, CreditingEvidence(case, Decimal(1), Decimal(500), ()), sent_at=2.0)
    left(journal, CancellationEvidence(case), sent_at=3.0)
    left(journal, RegistrationEvidence("INV-8", CREDITOR, None, None), sent_at=4.0)
    sql(file, "UPDATE intents SET evidence = '{' WHERE sent_at = 3.0")

    def broken(*_: object) -> None:
        raise TypeError("a bug of ours")

    monkeypatch.setattr(CreditingEvidence, "judge", broken)
    found = [reported for _, reported in run(actions.resolve_pending(context(network), journal), network)]
    assert (found[0], type(found[1]), type(found[2]), found[3]) == (None, OutcomeUnknownError, ConfigurationError, None)
    assert "the lookup failed as well: TypeError" in str(found[1])
    assert sql(file, "SELECT sent_at FROM intents WHERE outcome IS NULL ORDER BY sent_at") == [(2.0,), (3.0,)]


@pytest.mark.parametrize("pickled", [True, False])
def test_resolving_an_error_ends_its_entry_also_through_another_journal_object(
    journal: Journal, file: Path, pickled: bool
) -> None:
    network = Answering("garbage after", visible_after=1_000.0)
    error = left_unknown(network, journal)
    network.vendor.clock.seconds += 1_000.0
    if pickled:
        error = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled here
    with closing(open_journal(file)) as other:
        assert run(actions.resolve(context(network), error, other), network).outcome == "reconciled"
        assert sql(file, "SELECT outcome FROM intents") == [("reconciled",)]
        assert run(actions.resolve_pending(context(network), other), network) == []
        assert run(actions.resolve(context(network), error, other), network).case == CASE, "asked again, it looks again"
    assert sql(file, "SELECT outcome FROM intents") == [("reconciled",)]


def test_an_error_of_another_journal_touches_no_entry_of_this_one(journal: Journal, tmp_path: Path) -> None:
    network = Answering("garbage after", visible_after=1_000.0)
    left(journal, RegistrationEvidence("INV-9", CREDITOR, None, None))
    with closing(open_journal(tmp_path / "other.sqlite")) as other:
        error = left_unknown(network, other)
    network.vendor.clock.seconds += 1_000.0
    assert run(actions.resolve(context(network), error, journal), network).case == CASE
    assert len(journal.pending(network.vendor.clock.wall())) == 1


def test_what_is_still_unknown_after_resolving_stays_pending_and_its_error_ends_it_later(journal: Journal) -> None:
    network = Answering("garbage after", visible_after=1_000.0)
    error = left_unknown(network, journal)
    network.read_fault = "500 before"
    with pytest.raises(OutcomeUnknownError) as caught:
        run(actions.resolve(context(network), error, journal), network)
    assert len(journal.pending(network.vendor.clock.wall())) == 1
    network.read_fault = None
    network.vendor.clock.seconds += 1_000.0
    assert run(actions.resolve(context(network), caught.value, journal), network).case == CASE
    assert journal.pending(1e12) == []


def test_a_pending_write_is_taken_on_by_one_only(journal: Journal, file: Path) -> None:
    network = Answering()
    left(journal, RegistrationEvidence("INV-1", CREDITOR, None, None), CancellationEvidence(with_case(network)))
    now = network.vendor.clock.wall()
    pending = journal.pending(now)
    with closing(open_journal(file)) as other, other.lease(lambda: now) as lease:
        assert other.claim(lease, now, 10.0) == pending
        assert sql(file, "SELECT expires_at FROM intents") == [(now + 20.0,)] * 2, "the last has its time, too"
        assert journal.pending(now) == []
        assert run(actions.resolve_pending(context(network), journal), network) == []
        with pytest.raises(OutcomeUnknownError, match="another process or task is looking it up"):
            run(actions.resolve(context(network), pending[0], journal), network)
        assert sql(file, "SELECT COUNT(*) FROM intents WHERE outcome IS NULL") == [(2,)]
    assert journal.pending(now) == pending


def test_a_hold_that_has_run_out_is_not_let_go_of_once_another_has_it(journal: Journal, file: Path) -> None:
    with journal.lease(lambda: 5.0) as lease:
        entry = journal.begin(lease, CancellationEvidence(CASE), 1.0, 2.0)
        sql(file, "UPDATE intents SET holder = 'another'")
        journal.end(lease, {entry: "created"}, 3.0)
    assert sql(file, "SELECT holder, outcome FROM intents") == [("another", None)]


# Who holds an entry


def begin_and_die(file: Path) -> None:
    open_journal(file).begin(Lease(), CancellationEvidence(CASE), 1.0, 1e12)
    os._exit(9)


@pytest.fixture
def of_the_dead(file: Path) -> list[Any]:
    """The owner of the entry of a process that was killed, in its parts."""
    process = multiprocessing.get_context("spawn").Process(target=begin_and_die, args=(file,))
    process.start()
    process.join()
    ((text,),) = sql(file, "SELECT holder FROM intents")
    return list(json.loads(text))


def changed(of: list[Any], at: int, value: Any) -> str:
    return json.dumps([*of[:at], value, *of[at + 1 :]])


def test_the_write_of_a_process_that_was_killed_is_pending_at_once(of_the_dead: list[Any], journal: Journal) -> None:
    assert [(pending.key, pending.lost_at) for pending in journal.pending(5.0)] == [(f"case {CASE}", 5.0)]


def test_what_is_not_surely_dead_is_not_dead(of_the_dead: list[Any]) -> None:
    assert holder.has_ended(json.dumps(of_the_dead))
    _, (node, boot, namespace), pid, _ = of_the_dead
    for place in (["elsewhere", boot, namespace], [node, "x", namespace], [node, boot, "pid:[1]"], None):
        assert not holder.has_ended(changed(of_the_dead, 1, place)), place
    assert not holder.has_ended(changed(of_the_dead, 3, None))
    for text in (f"{node} {pid}", "", "7", "[1]", changed(of_the_dead, 2, "x"), changed(of_the_dead, 2, 10**30)):
        assert not holder.has_ended(text), f"{text} is not of this version"


def test_a_pid_that_was_given_anew_is_not_the_same_process() -> None:
    ours = json.loads(holder.process_identity())
    assert not holder.has_ended(json.dumps(ours))
    assert holder.has_ended(changed(ours, 3, str(int(ours[3]) - 1))), "as after the restart of a container"


def test_a_process_of_another_user_lives(of_the_dead: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def not_permitted(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", not_permitted)
    assert not holder.has_ended(json.dumps(of_the_dead)), "it may be hidden in /proc"
    ours = json.loads(holder.process_identity())
    assert holder.has_ended(changed(ours, 3, "1")), "and this one is not hidden"


def test_a_zombie_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        its_own = json.dumps([*json.loads(holder.process_identity())[:2], process.pid, holder._start_time(process.pid)])
        assert not holder.has_ended(its_own)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and its parent has not asked
        assert holder.has_ended(its_own)


def test_without_proc_or_with_that_of_another_namespace_nobody_is_dead(
    of_the_dead: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "_PROC", tmp_path)
    assert holder._namespace(os.getpid()) is None
    for folder in ("1/ns", "sys/kernel/random"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("a-boot")
    (tmp_path / "1/ns/pid").symlink_to("pid:[7]")
    (tmp_path / "self").symlink_to("1")
    assert holder._namespace(1) == [platform.node(), "a-boot", "pid:[7]"]
    assert holder._namespace(os.getpid()) is None, "pids mean something else there"
    assert not holder.has_ended(json.dumps(of_the_dead))


def test_a_child_is_another_process_and_threads_are_one() -> None:
    ours = holder.process_identity()
    assert (
        in_a_child(lambda: holder.process_identity()[:20] != ours[:20] and holder.process_identity() == holder.process_identity())
        == 0
    )
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: holder.process_identity(), range(8))) == {ours}


# Processes, threads and forks


def register_in_a_process(file: Path, numbers: list[str]) -> None:
    network, journal = Answering(), open_journal(file)
    for number in numbers:
        run(actions.register(context(network), invoice(number), journal), network)
    left(journal, CancellationEvidence(numbers[0].ljust(24, "0")))
    journal.close()


def test_two_processes_share_a_journal(journal: Journal, file: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=register_in_a_process, args=(file, [f"{name}{n}" for n in range(20)])) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(pending.evidence.case[:2] for pending in journal.pending(3.0)) == ["a0", "b0"]


def descriptors(file: Path) -> int:
    """How many descriptors this process has of a file, with those that SQLite puts beside it."""
    return sum(os.path.realpath(f"/proc/self/fd/{number}").startswith(str(file)) for number in os.listdir("/proc/self/fd"))


def test_threads_share_a_connection_which_is_closed(journal: Journal, file: Path) -> None:
    def work(number: int) -> None:
        with journal.lease(lambda: 2.0) as lease:
            journal.end(lease, {journal.begin(lease, CancellationEvidence(f"{number:024x}"), 1.0, 1e12): "created"}, 2.0)

    before = descriptors(file)
    for start in range(0, 40, 8):
        threads = [threading.Thread(target=work, args=(number,)) for number in range(start, start + 8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert 0 < descriptors(file) == before
    assert sql(file, "SELECT COUNT(*), COUNT(DISTINCT outcome) FROM intents") == [(40, 1)]
    journal.close()
    journal.close()
    assert descriptors(file) == 0
    assert journal.pending(3.0) == [], "it is opened again"


def test_a_forked_child_has_a_connection_and_a_lock_of_its_own(journal: Journal, file: Path) -> None:
    parents = journal._file._own.get().connection

    def child() -> bool:
        left(journal, CancellationEvidence(CASE))
        journal.close()
        return parents is not None and parents.execute("SELECT 1").fetchone() == (1,)  # the child has not closed it

    with journal._file._own.get().lock:  # a thread of the parent is at work, which is not there in the child
        assert in_a_child(child) == 0
    assert [write.evidence for write in journal.pending(3.0)] == [CancellationEvidence(CASE)]
    assert journal._file._own.get().connection is parents


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_file_that_is_in_use_keeps_no_call_beyond_its_deadline_and_nothing_is_sent(
    kind: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, transaction = list[float](), JournalFile.transaction

    def noted(self: JournalFile, cannot: str, lock_timeout: float = 0.0) -> Any:
        waits.append(lock_timeout)
        return transaction(self, cannot, lock_timeout)

    monkeypatch.setattr(JournalFile, "transaction", noted)
    sent, holder = list[httpx.Request](), sqlite3.connect(file, isolation_level=None)
    transport = httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(500))  # type: ignore[func-returns-value]

    async def tasks() -> None:
        async with AsyncAmili("https://amili.test", "t", quota="off", journal=file, transport=transport) as amili:
            holder.execute("BEGIN IMMEDIATE")
            await amili.register(invoice("INV-1"), deadline=0.1)

    def threads() -> None:
        with Amili("https://amili.test", "t", quota="off", journal=file, transport=transport) as amili:
            holder.execute("BEGIN IMMEDIATE")
            amili.register(invoice("INV-1"), deadline=0.1)

    try:
        with pytest.raises(ConfigurationError, match="can't be written, so nothing was sent: database is locked"):
            threads() if kind == "sync" else asyncio.run(tasks())
    finally:
        holder.close()
    assert sent == []
    assert len(waits) == 2
    assert max(waits) <= 0.1
    with closing(open_journal(file)) as journal:
        assert journal.pending(1e12) == []


def test_a_file_that_another_thread_uses_is_not_waited_for_beyond_the_deadline(journal: Journal) -> None:
    with (
        journal._file._own.get().lock,
        pytest.raises(ConfigurationError, match="so nothing was sent: another thread is using it"),
    ):
        run(actions.register(context(network := Answering()), invoice("INV-1"), journal, 0.01), network)
    assert network.requests == 0


# What can't be written in time


def ended_late(journal: Journal) -> int:
    """End a write while the file is in use for longer than its call may last."""
    with journal.lease(lambda: 2.0, lambda: 0.0) as lease:
        entry = journal.begin(lease, CancellationEvidence(CASE), 1.0, 1e12)
        with closing(busy(journal)):
            journal.end(lease, {entry: "created"}, 2.0)
    return entry


def busy(journal: Journal) -> sqlite3.Connection:
    """Another process that uses the file."""
    connection = sqlite3.connect(journal._file._file, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_what_found_the_file_in_use_by_a_process_is_written_with_the_next_use(journal: Journal, file: Path) -> None:
    ended_late(journal)
    assert sql(file, "SELECT outcome FROM intents") == [(None,)]
    assert journal.pending(3.0) == []
    assert sql(file, "SELECT outcome FROM intents") == [("created",)]


def test_what_found_the_file_in_use_is_written_when_the_journal_is_closed(journal: Journal, file: Path) -> None:
    ended_late(journal)
    journal.close()
    assert sql(file, "SELECT outcome FROM intents") == [("created",)]


def test_what_found_the_file_in_use_and_can_not_be_written_later_either_is_told(
    journal: Journal, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sql(file, "CREATE TRIGGER full BEFORE UPDATE ON intents BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    ended_late(journal)
    assert len(journal.pending(1e12)) == 1
    assert f"an entry of the journal {file} stays pending: disk is full" in caplog.text
    caplog.clear()
    assert len(journal.pending(1e12)) == 1
    assert caplog.text == ""


def test_a_thread_that_used_the_file_writes_what_others_had_no_time_for(journal: Journal, file: Path) -> None:
    started, go_on = threading.Event(), threading.Event()

    def wanted(_: Pending) -> bool:
        started.set()
        return go_on.wait()

    left(journal, CancellationEvidence(CASE))
    with journal.lease(lambda: 2.0, lambda: 0.0) as lease:
        entry = journal.begin(lease, CancellationEvidence(OTHER), 1.0, 1e12)
        thread = threading.Thread(target=lambda: journal.claim_before(Lease(), 1.0, 1.0, wanted))
        thread.start()
        started.wait()
        journal.end(lease, {entry: "created"}, 2.0)
    go_on.set()
    thread.join()
    assert sql(file, "SELECT outcome FROM intents WHERE id = ?", entry) == [("created",)], "without another use"


class LetGo:
    """A lock that another thread lets go of right after somebody had no more time to wait for it."""

    def __init__(self) -> None:
        self._lock, self._tries = threading.Lock(), 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        self._tries += 1
        return self._tries > 1 and self._lock.acquire(blocking, timeout)

    def release(self) -> None:
        self._lock.release()


def test_a_thread_that_had_no_time_writes_itself_once_nobody_uses_the_file(journal: Journal, file: Path) -> None:
    with journal.lease(lambda: 2.0) as lease:
        entry = journal.begin(lease, CancellationEvidence(CASE), 1.0, 1e12)
        own = journal._file._own.get()
        own.lock, before = LetGo(), own.lock  # type: ignore[assignment]
        journal.end(lease, {entry: "created"}, 2.0)
        own.lock = before
        assert sql(file, "SELECT outcome FROM intents") == [("created",)]


# What is in the file


def test_no_personal_data_is_in_it(tmp_path: Path, journal: Journal) -> None:
    network = Answering()
    run(registering(network, journal), network)
    case = with_case(network)
    run(actions.credit(context(network), case, actions.Crediting(5), journal), network)
    run(actions.cancel(context(network), case, journal), network)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    digest = RegistrationEvidence.of(InvoiceRegistration.from_dict(invoice("INV-1"))).debtor
    assert digest is not None
    assert b"INV-1" in content
    for secret in (b"Test Person", b"19900101", b"0017", f'"{digest}"'.encode()):
        assert secret not in content


def test_traces_of_every_kind_survive(journal: Journal) -> None:
    traces: list[Evidence] = [
        RegistrationEvidence("INV-1", CREDITOR, Decimal("500.10"), None),
        RegistrationEvidence("INV-2", CREDITOR, None, None),
        CreditingEvidence(CASE, Decimal("1.10"), Decimal("500.00"), ("a", "b")),
        CancellationEvidence(CASE),
    ]
    for number, trace in enumerate(traces):
        journal.begin(Lease(), trace, 1.0 + number / 10, 2.0)
    assert [pending.evidence for pending in journal.pending(3.0)] == traces
    assert journal.pending(1.5) == [], "somebody works on them"


def test_a_journal_of_the_version_before_is_read_on(file: Path) -> None:
    sql(
        file,
        "CREATE TABLE intents (id INTEGER PRIMARY KEY, operation TEXT NOT NULL, evidence TEXT NOT NULL, "
        "sent_at REAL NOT NULL, expires_at REAL NOT NULL, holder TEXT NOT NULL, outcome TEXT, ended_at REAL)",
    )
    row = "INSERT INTO intents (operation, evidence, sent_at, expires_at, holder) VALUES (?, ?, 1.0, 9.0, 'some-host 1')"
    sql(file, row, "cancel_case", json.dumps({"case": CASE}))
    with closing(open_journal(file)) as journal:
        assert journal.pending(8.0) == [], "it does not tell which process 1 that was"
        assert journal.pending(9.0) == [Pending(1, CancellationEvidence(CASE), 1.0, 9.0)]
        with journal.lease(lambda: 10.0) as lease:
            journal.claim(lease, 9.0, 60.0)
            journal.end(lease, {1: "reconciled"}, 10.0)
        assert journal.pending(1e12) == []


@pytest.mark.parametrize(
    "change",
    [
        "evidence = '{'", "evidence = '[]'", "evidence = '{}'", "evidence = x'ff'", "operation = 'teleport'", "operation = ''",
        """evidence = '{"case": "a", "new": 1}'""",
        """operation = 'register_invoice', evidence = '{"invoice_number": "1", "creditor": "c", "debtor": null, "total": "x"}'""",
        """operation = 'register_invoice', evidence = '{"invoice_number": {}, "creditor": "c", "debtor": null, "total": null}'""",
        """evidence = '{"case": {"$ne": null}}'""", """evidence = '{"case": "a", "was_closed": "no"}'""",
        f"operation = 'credit_case', evidence = '{CREDITED % ('1', '[7]')}'",
        f"operation = 'credit_case', evidence = '{CREDITED % ('1e999', '[]')}'",
        f"operation = 'credit_case', evidence = '{CREDITED % ('NaN', '[]')}'",
        f"""evidence = '{'{"case":' * 100_000}'""", f"evidence = '{'[' * 100_000}'", "sent_at = 9e999", "sent_at = -1",
    ],
    ids=lambda change: change[:60],
)  # fmt: skip
def test_an_entry_that_can_not_be_read_is_an_error_that_names_it_and_says_what_to_do(
    journal: Journal, file: Path, change: str
) -> None:
    entry, good = left(journal, CancellationEvidence(CASE), RegistrationEvidence("INV-9", CREDITOR, None, None))
    sql(file, f"UPDATE intents SET {change} WHERE id = ?", entry)  # noqa: S608
    said = rf"^journal='{file}' has an entry {entry} that can't be read \(\w+: .*; repair the file, or use another one"
    told = {write.entry: write for write in journal.pending(3.0)}
    assert (told[good].problem, told[good].key) == (None, f"invoice INV-9 of creditor {CREDITOR}")
    assert re.match(said, str(told[entry].problem))
    network = Answering()
    found = {write.entry: reported for write, reported in run(actions.resolve_pending(context(network), journal), network)}
    assert (told[entry].key, str(found[entry])) == (f"entry {entry}, which can't be read", str(told[entry].problem))
    assert found[good] is None
    with pytest.raises(ConfigurationError, match=said):
        run(actions.resolve(context(network), told[entry], journal), network)
    assert sql(file, "SELECT outcome, holder FROM intents WHERE id = ?", entry) == [(None, "")]


@pytest.mark.parametrize("change", ["sent_at = 'x'", "expires_at = 'x'", "expires_at = 9e999", "holder = x'ff', expires_at = 0"])
def test_a_time_that_is_no_number_and_an_owner_that_is_no_text_hide_nothing(journal: Journal, file: Path, change: str) -> None:
    journal.begin(Lease(), CancellationEvidence(CASE), 1.0, 1e12)
    sql(file, f"UPDATE intents SET {change}")  # noqa: S608
    (pending,) = journal.pending(1e13)
    assert (type(pending.sent_at), type(pending.lost_at)) == (float, float)


def test_what_nobody_works_on_shows_although_the_clock_was_set_back(journal: Journal) -> None:
    left(journal, CancellationEvidence(CASE), sent_at=100.0)
    assert [write.lost_at for write in journal.pending(50.0)] == [50.0]


# Files that are none


@pytest.mark.parametrize("name", [":memory:", "", ".", 5, True, b"j.sqlite", None, Path(":memory:"), Path()])
def test_what_is_no_file_is_refused(name: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^journal=.* is not a file name"):
        open_journal(name)


def no_database(file: Path) -> None:
    file.write_text("invoices of October\n" * 100)


def another_table(file: Path) -> None:
    sql(file, "CREATE TABLE intents (id INTEGER PRIMARY KEY, text TEXT)")


def another_program(file: Path) -> None:
    sql(file, "CREATE TABLE orders (id INTEGER PRIMARY KEY)")


def one_that_forgets(file: Path) -> None:
    open_journal(file).close()
    ((made,),) = sql(file, "SELECT sql FROM sqlite_master")
    sql(file, "DROP TABLE intents")
    sql(file, made.replace("outcome TEXT", "outcome TEXT DEFAULT 'created'"))


def one_with_a_trigger(file: Path) -> None:
    open_journal(file).close()
    sql(file, "CREATE TRIGGER forget AFTER INSERT ON intents BEGIN DELETE FROM intents; END")


def full(file: Path) -> None:
    with closing(open_journal(file)) as journal:
        left(journal, *(RegistrationEvidence(f"INV-{number}", CREDITOR, None, None) for number in range(100)))


def cut_short(file: Path) -> None:
    full(file)
    os.truncate(file, file.stat().st_size - 4096)


def overwritten(file: Path) -> None:
    full(file)
    with file.open("r+b") as content:
        content.seek(3 * 4096)
        content.write(b"x" * 4096)


def emptied(file: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=begin_and_die, args=(file,))
    process.start()
    process.join()
    os.truncate(file, 0)


def dangling(file: Path) -> None:
    file.symlink_to(file.with_name("elsewhere"))


MADE: dict[Callable[[Path], None], str] = {
    no_database: "file is not a database",
    another_table: "it has a table 'intents' that is not of a journal of this version",
    another_program: "it has a table 'orders' that is not of a journal",
    one_that_forgets: "it has a table 'intents' that is not of a journal",
    one_with_a_trigger: "it has a trigger 'forget' that is not of a journal",
    cut_short: "it is damaged|malformed",
    overwritten: "it is damaged|malformed",
    emptied: "it is empty, but journal.sqlite-wal beside it has writes",
    dangling: "it is not a file, or a link to a file that does not exist",
    Path.mkdir: "it is not a file",
    os.mkfifo: "it is not a file",
}


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_a_file_that_is_damaged_or_of_something_else_is_refused_and_not_changed(file: Path, make: Callable[[Path], None]) -> None:
    make(file)
    before = [(path.name, path.read_bytes()) for path in sorted(file.parent.iterdir()) if path.is_file()]
    said = rf"^journal='{file}' can't be opened as a SQLite file: .*({MADE[make]}).*; repair the file"
    with pytest.raises(ConfigurationError, match=said):
        open_journal(file)
    assert descriptors(file) == 0
    assert [(path.name, path.read_bytes()) for path in sorted(file.parent.iterdir()) if path.is_file()] == before


@pytest.mark.skipif(os.name != "posix", reason="Windows has no mode for other users")
def test_a_new_file_is_for_its_owner_only_and_the_mode_of_an_old_one_is_kept(file: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(open_journal(file)) as journal:
            left(journal, CancellationEvidence(CASE))
            assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
        file.chmod(0o640)
        open_journal(file).close()
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_to_a_journal_is_followed(journal: Journal, file: Path, tmp_path: Path) -> None:
    left(journal, CancellationEvidence(CASE))
    link = tmp_path / "link.sqlite"
    link.symlink_to(file)
    with closing(open_journal(link)) as linked:
        assert linked.pending(3.0) == journal.pending(3.0)


def test_a_journal_that_was_deleted_while_it_was_closed_is_not_made_anew(journal: Journal, file: Path) -> None:
    journal.close()
    file.unlink()
    with pytest.raises(ConfigurationError, match="can't be read: unable to open database file"):
        journal.pending(1.0)


@pytest.mark.parametrize("name", ["nowhere/journal.sqlite", "a\0b"])
def test_a_file_that_can_not_be_made_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="can't be opened as a SQLite file: "):
        open_journal(tmp_path / name)


def delete(file: Path) -> None:
    file.unlink()


def replace(file: Path) -> None:
    file.rename(file.with_name("moved.sqlite"))
    open_journal(file).close()


def drop(file: Path) -> None:
    sql(file, "DROP TABLE intents")


@pytest.mark.parametrize(
    ("harm", "said"), [(delete, "it was deleted or replaced"), (replace, "it was deleted or replaced"), (drop, "no such table")]
)
def test_a_journal_that_is_taken_away_stops_a_write_before_it_is_sent(
    journal: Journal, file: Path, harm: Callable[[Path], None], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    harm(file)
    network = Answering()
    writing, looking = registering(network, journal), actions.resolve_pending(context(network), journal)
    with pytest.raises(ConfigurationError, match=rf"^journal='{file}' can't be written, so nothing was sent: {said}.*; repair"):
        run(writing, network)
    with pytest.raises(ConfigurationError, match=rf"can't be read: {said}"):
        journal.pending(1.0)
    with pytest.raises(ConfigurationError, match=rf"can't be read: {said}"):
        run(looking, network)
    for plan in (writing, looking):
        plan.close()  # as the drivers do; a plan that is collected later would open the file again
    assert (network.requests, caplog.text) == (0, ""), "nothing is said to be pending"


def test_a_journal_that_fails_after_the_write_does_not_cost_the_receipt(
    journal: Journal, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sql(file, "CREATE TRIGGER full BEFORE UPDATE ON intents BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    network = Answering()
    assert run(registering(network, journal), network).outcome == "created"
    assert "stays pending: " in caplog.text
    assert "can't be written: disk is full" in caplog.text
    assert len(journal.pending(1e12)) == 1


def test_a_journal_keeps_its_place_when_the_process_changes_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(open_journal("journal.sqlite")) as journal:
        journal.close()
        monkeypatch.chdir("/")
        left(journal, CancellationEvidence(CASE))
    assert sql(tmp_path / "journal.sqlite", "SELECT COUNT(*) FROM intents") == [(1,)]
