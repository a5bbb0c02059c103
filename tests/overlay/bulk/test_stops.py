"""Who stops a run, and how: Ctrl-C, the caller, another process; and how far it is then. Over real HTTP."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from amili import Amili, ConfigurationError, Quota, RequestAttempt
from amili.bulk import Ledger, Run, open_ledger
from amili.bulk.ledger import SqliteLedger
from amili_sandbox.testing import SandboxProcess

from tests.samples import PERSONAL_NUMBER, invoice

ROWS = 40


@pytest.fixture
def ledger(folder: Path) -> Iterator[Ledger]:
    ledger = open_ledger(folder / "ledger.sqlite")
    yield ledger
    ledger.close()


@pytest.fixture
def items(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    return [invoice(f"N{n}", account=sandbox.account, creditor=sandbox.creditor) for n in range(ROWS)]


def client(sandbox: SandboxProcess, **options: Any) -> Amili:
    return Amili(sandbox.base_url, sandbox.token, **({"quota": "off"} | options))


def finish(sandbox: SandboxProcess, run: Run) -> None:
    """Work on, and check that every invoice is registered once."""
    with client(sandbox) as amili:
        list(run.work(amili))
        numbers = Counter(case.debt.invoice_number for case in amili.cases())
    assert numbers == {f"N{n}": 1 for n in range(ROWS)}
    assert {result.state for result in run.results()} == {"done"}


@pytest.mark.usefixtures("heeding_ctrl_c")
@pytest.mark.parametrize("concurrency", [1, 4])
def test_ctrl_c_finishes_what_is_under_way(
    sandbox: SandboxProcess, ledger: Ledger, items: list[dict[str, Any]], concurrency: int
) -> None:
    def interrupt(attempt: RequestAttempt) -> None:
        if attempt.operation == "register_invoice" and len(sent) < 5:
            sent.append(attempt)
            if len(sent) == 5:
                os.kill(os.getpid(), signal.SIGINT)

    run, sent = Run.start(ledger, items, "register"), list[RequestAttempt]()
    with client(sandbox, on_request=interrupt) as amili, pytest.raises(KeyboardInterrupt):
        list(run.work(amili, concurrency=concurrency))
    counts = Counter(result.state for result in run.results())
    assert counts["sending"] <= (concurrency == 1), "with one, the request itself was interrupted"
    assert 4 <= counts["done"] <= 5 + 2 * concurrency
    finish_reconciled(sandbox, run)


def finish_reconciled(sandbox: SandboxProcess, run: Run) -> None:
    with client(sandbox) as amili:
        list(run.work(amili))
        assert amili.cases().count() == ROWS
    assert {result.state for result in run.results()} <= {"done", "reconciled"}


def test_a_caller_that_stops_iterating_stops_the_run(
    sandbox: SandboxProcess, ledger: Ledger, items: list[dict[str, Any]]
) -> None:
    run = Run.start(ledger, items, "register")
    with client(sandbox) as amili:
        at_work = run.work(amili, concurrency=4)
        next(at_work)
        at_work.close()  # type: ignore[attr-defined]
    counts = Counter(result.state for result in run.results())
    assert counts.keys() == {"done", "new"}
    assert not [thread for thread in threading.enumerate() if thread.name == "amili-bulk" and thread.is_alive()]
    finish(sandbox, run)


def test_another_process_stops_the_run(
    sandbox: SandboxProcess, ledger: Ledger, items: list[dict[str, Any]], folder: Path
) -> None:
    run, elsewhere = Run.start(ledger, items, "register"), open_ledger(folder / "ledger.sqlite")
    results = []
    with client(sandbox) as amili:
        for result in run.work(amili, concurrency=4):
            results.append(result)
            Run.open(elsewhere).stop()
        assert list(run.work(amili)) == []
    elsewhere.close()
    assert 1 <= len(results) <= 8
    assert Counter(result.state for result in run.results()) == {"done": len(results), "new": ROWS - len(results)}
    assert run.progress().state == "stopped"
    run.resume()
    finish(sandbox, run)


def test_a_ledger_that_fails_stops_the_run(
    sandbox: SandboxProcess, ledger: Ledger, items: list[dict[str, Any]], folder: Path
) -> None:
    run = Run.start(ledger, items, "register")
    with client(sandbox) as amili, pytest.raises(ConfigurationError, match="deleted or replaced"):  # noqa: PT012 - it fails on the way
        for _ in run.work(amili, concurrency=4):
            if not (folder / "moved.sqlite").exists():
                (folder / "ledger.sqlite").rename(folder / "moved.sqlite")
    with client(sandbox) as amili:
        assert amili.cases().count() <= 8
    (folder / "moved.sqlite").rename(folder / "ledger.sqlite")
    after_the_end = SqliteLedger(folder / "ledger.sqlite", has_ended=lambda _: True)
    finish_reconciled(sandbox, Run.open(after_the_end, source=items))


def test_progress_knows_the_quota(sandbox: SandboxProcess, ledger: Ledger, items: list[dict[str, Any]]) -> None:
    run = Run.start(ledger, items, "register")
    with client(sandbox, quota=Quota(60, 60)) as amili:
        before = run.progress(amili)
        assert (before.total, before.finished, before.counts, before.quota_left) == (ROWS, 0, {"new": ROWS}, 60)
        assert before.seconds_left == pytest.approx(ROWS * (1 + 1 / 99))
        assert before.ends_at is not None
        assert (before.per_minute, run.progress().seconds_left, run.progress().ends_at) == (None, None, None)
        list(run.work(amili, pace="burst", reserve=5))
        after = run.progress(amili)
    assert (after.finished, after.seconds_left, after.state) == (ROWS, 0.0, "ended")
    assert after.quota_left == 60 - ROWS - 2  # a look-up, and one to make sure of it
    assert after.per_minute is not None
    assert after.per_minute > ROWS


def test_no_personal_data_is_in_the_ledger(
    sandbox: SandboxProcess, ledger: Ledger, items: list[dict[str, Any]], folder: Path
) -> None:
    run = Run.start(ledger, [*items, items[0] | {"invoice_number": "X" * 300}], "register")
    with client(sandbox) as amili:
        assert Counter(result.state for result in run.work(amili)) == {"done": ROWS, "refused": 1}
    stored = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"N39" in stored
    for secret in (PERSONAL_NUMBER, PERSONAL_NUMBER.replace("-", ""), "Test Person", "Testgatan", sandbox.token):
        assert secret.encode() not in stored
