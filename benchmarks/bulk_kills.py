"""Registers 2,000 invoices from one ledger, kills the process three times on the way, and counts requests and duplicates."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from amili import Amili
from amili.bulk import Run, open_ledger
from amili_sandbox.testing import SandboxProcess

from benchmarks import cases

ROOT = Path(__file__).resolve().parents[1]
ROWS, KILLS, KILLED_AFTER = 2_000, 3, 400  # results of each process that is killed


def invoices(account: str, creditor: str) -> list[dict[str, Any]]:
    """Return the invoices, the same in every process."""
    return [cases.invoice(number) | {"account": account, "creditor": creditor} for number in range(ROWS)]


def work(file: str, base_url: str, token: str, account: str, creditor: str) -> None:
    """Work on the run and print a line for each result."""
    with Amili(base_url, token, quota="off") as client:
        for result in Run.open(open_ledger(file), source=invoices(account, creditor)).work(client):
            print(result.state, flush=True)


def main() -> None:
    """Print one line."""
    with SandboxProcess() as sandbox, TemporaryDirectory() as folder:
        file, began = f"{folder}/ledger.sqlite", time.monotonic()
        run = Run.start(open_ledger(file), invoices(sandbox.account, sandbox.creditor), "register")
        command = [
            sys.executable,
            "-m",
            "benchmarks.bulk_kills",
            file,
            sandbox.base_url,
            sandbox.token,
            sandbox.account,
            sandbox.creditor,
        ]
        for kill in range(KILLS + 1):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"NO_PROXY": "*"})  # noqa: S603
            assert process.stdout is not None
            for count, _ in enumerate(process.stdout, 1):
                if kill < KILLS and count == KILLED_AFTER:
                    process.kill()
                    break
            process.communicate()
        seconds, requests = time.monotonic() - began, Counter(each["method"] for each in sandbox.requests())
        with Amili(sandbox.base_url, sandbox.token, quota="off") as amili:
            numbers = Counter(case.debt.invoice_number for case in amili.cases())
        states = dict(run.progress().counts)
    twice, lost = sum(count > 1 for count in numbers.values()), ROWS - len(numbers)
    print(
        f"{ROWS} invoices, {KILLS} kills: {requests['POST']} POST, {requests['GET']} GET, {twice} twice, {lost} lost",
        states,
        f"{seconds:.0f} s",
    )


if __name__ == "__main__":
    work(*sys.argv[1:]) if len(sys.argv) > 1 else main()
