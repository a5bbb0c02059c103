"""Real processes on one ledger over HTTP: killed with SIGKILL, or frozen with SIGSTOP for longer than their lease."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from amili import Amili, Retry
from amili.bulk import RowResult, Run, open_ledger
from amili_sandbox.testing import SandboxProcess

from tests.samples import invoice

ROWS = 150
RETRY = Retry(total=10.0, base=0.01, cap=0.05, settle=0.4)
TIMEOUT = 1.0
LEASE = 2 * (TIMEOUT + RETRY.settle)
PROGRAM = """
import sys
from tests.overlay.bulk.test_processes import work
for result in work(*sys.argv[1:]):
    print(result.number, flush=True)
"""


def work(file: str, base_url: str, token: str, account: str, creditor: str) -> Iterator[RowResult]:
    """Work on the run in this process."""
    items = [invoice(f"N{n}", account=account, creditor=creditor) for n in range(ROWS)]
    ledger = open_ledger(file)
    with Amili(base_url, token, quota="off", retry=RETRY, timeout=TIMEOUT) as client:
        yield from Run.open(ledger, source=items).work(client, concurrency=4, lease=LEASE)
    ledger.close()


def arguments(sandbox: SandboxProcess, folder: Path) -> tuple[str, ...]:
    return str(folder / "ledger.sqlite"), sandbox.base_url, sandbox.token, sandbox.account, sandbox.creditor


def process(sandbox: SandboxProcess, folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, *arguments(sandbox, folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"NO_PROXY": "*"})  # noqa: S603


def read(process: "subprocess.Popen[str]", results: int) -> None:
    """Wait until a process has so many results."""
    assert process.stdout is not None
    for _ in range(results):
        assert process.stdout.readline()


@pytest.fixture
def run(sandbox: SandboxProcess, folder: Path) -> Iterator[Run]:
    ledger = open_ledger(folder / "ledger.sqlite")
    items = [invoice(f"N{n}", account=sandbox.account, creditor=sandbox.creditor) for n in range(ROWS)]
    yield Run.start(ledger, items, "register")
    ledger.close()


def judge(sandbox: SandboxProcess, run: Run) -> Counter[str]:
    """Check that every invoice is registered once; return how many requests there were of each method."""
    requests = Counter(each["method"] for each in sandbox.requests())
    with Amili(sandbox.base_url, sandbox.token, quota="off") as amili:
        assert Counter(case.debt.invoice_number for case in amili.cases()) == {f"N{n}": 1 for n in range(ROWS)}
    assert {result.state for result in run.results()} <= {"done", "reconciled"}
    return requests


def freeze(process: "subprocess.Popen[str]", folder: Path) -> None:
    """Stop a process that is not just writing its ledger: then others could not use it, and would end with an error."""
    with closing(sqlite3.connect(folder / "ledger.sqlite", timeout=0.05, isolation_level=None)) as ledger:
        while True:
            process.send_signal(signal.SIGSTOP)
            try:
                ledger.executescript("BEGIN IMMEDIATE; ROLLBACK")
            except sqlite3.OperationalError:
                process.send_signal(signal.SIGCONT)
            else:
                return


def test_three_processes_of_which_two_are_killed(sandbox: SandboxProcess, folder: Path, run: Run) -> None:
    first = process(sandbox, folder)
    read(first, 7)
    first.kill()
    second = process(sandbox, folder)
    read(second, 1)  # it has a lot now, of which the third one takes nothing
    third = process(sandbox, folder)
    read(second, 12)
    second.kill()
    for killed in (first, second):
        killed.communicate()
    assert third.communicate(timeout=60)[0] is not None
    assert third.returncode == 0
    requests = judge(sandbox, run)
    assert requests["POST"] <= ROWS + 2 * 4, "only what was in hand at a death may be sent again"
    assert requests["GET"] <= 2 + 3 * 3 + 2 * 2 * 2


def test_a_process_that_was_frozen_for_longer_than_its_lease(sandbox: SandboxProcess, folder: Path, run: Run) -> None:
    frozen = process(sandbox, folder)
    read(frozen, 5)
    freeze(frozen, folder)
    list(work(*arguments(sandbox, folder)))
    sent = Counter(each["method"] for each in sandbox.requests())
    frozen.send_signal(signal.SIGCONT)
    frozen.communicate(timeout=60)
    assert frozen.returncode == 0
    assert judge(sandbox, run)["POST"] == sent["POST"], "after it woke it sent something"
