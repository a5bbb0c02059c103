"""Workers as processes on one PostgreSQL: killed with SIGKILL at random points, and frozen with SIGSTOP."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter

import pytest
from amili import Amili
from amili.bulk import Run, open_ledger
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import invoices
from tests.overlay.bulk.test_processes import LEASE, RETRY, TIMEOUT

ROWS, LOTS = 300, 4
PROGRAM = f"""
import sys
from amili import Amili, Retry
from amili.bulk.workers import work, working
working._LOOK = 0.5  # seconds
address, base_url, token = sys.argv[1:]
with Amili(base_url, token, quota="off", retry=Retry(total=10.0, base=0.01, cap=0.05, settle=0.4), timeout={TIMEOUT}) as client:
    work(address, client, concurrency=4, lease={LEASE}, until_ended=True,
         on_result=lambda run, result: print(result.number, flush=True))
"""


def worker(address: str, sandbox: SandboxProcess) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, address, sandbox.base_url, sandbox.token]
    environment = os.environ | {"NO_PROXY": "*"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)  # noqa: S603


def read(process: "subprocess.Popen[str]", results: int) -> None:
    assert process.stdout is not None
    for _ in range(results):
        process.stdout.readline()


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGSTOP])
def test_nothing_is_doubled_or_lost_when_workers_die_or_freeze(address: str, sandbox: SandboxProcess, signal_: int) -> None:
    ledger = open_ledger(address)
    run = Run.start(ledger, invoices(sandbox, ROWS), "register", details={"server": sandbox.base_url})
    first, second = worker(address, sandbox), worker(address, sandbox)
    try:
        read(first, random.Random(signal_).randrange(5, 60))
        first.send_signal(signal_)
        second.communicate(timeout=60)
        assert run.ledger.run().state == "ended"
        sent = len(sandbox.requests())
        first.send_signal(signal.SIGCONT if signal_ == signal.SIGSTOP else signal.SIGKILL)
        first.communicate(timeout=60)
        requests = sandbox.requests()
        if signal_ == signal.SIGSTOP:
            assert [each for each in requests[sent:] if each["method"] == "POST"] == [], "after it woke it sent something"
    finally:
        for process in (first, second):
            process.kill()
            process.communicate()
    with Amili(sandbox.base_url, sandbox.token, quota="off", retry=RETRY) as client:
        assert Counter(case.debt.invoice_number for case in client.cases()) == {f"N{n}": 1 for n in range(ROWS)}
    assert {result.state for result in run.results()} <= {"done", "reconciled"}
    before = requests[:sent]  # the frozen one may look its own rows up as well
    assert sum(each["method"] == "POST" for each in before) <= ROWS + 4
    looks = Counter(each["path"] for each in before if "invoice_number" in str(each["query"]))
    assert looks["/cases"] <= LOTS + 2, (
        "one for each lot, and two more after a death: for all of its rows, and for those in doubt"
    )
    assert looks["/invoice--registrations"] <= 2, "in each of the two: for those that were found"
    ledger.close()
