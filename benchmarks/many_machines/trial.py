"""One trial: runs of many rows, the workers on them, and the invoices that the stand-in has in the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amili import Amili
from amili.bulk import Run, open_ledger
from amili_sandbox.testing import SandboxProcess

from benchmarks import cases
from benchmarks.many_machines.database import change

ROOT = Path(__file__).resolve().parents[2]
LATENCY = {"fault": "latency", "seconds": 0.05}  # of each answer of the API, so that requests are in flight at any time
_LOTS = "SELECT DISTINCT run, lot FROM amili.rows WHERE state IN ('new', 'sending') AND owner LIKE '%\"{}\"%'"


@dataclass
class Death:
    """A worker that was killed or frozen, when, and the lots it had in hand (the numbers of runs and lots); when it woke."""

    machine: str
    at: float
    lots: list[tuple[int, int]]
    woke: float = float("inf")


@dataclass
class Machine:
    """A worker under way; what it says is in a file."""

    name: str
    process: subprocess.Popen[bytes]
    said: Path


@dataclass
class Trial:
    """A stand-in, a ledger with a run for each creditor, and workers. `address` is the ledger's, `through` that for workers."""

    sandbox: SandboxProcess
    address: str
    rows: int
    options: dict[str, Any]
    through: str = ""
    creditors: int = 1
    version: int = 0
    machines: list[Machine] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)
    disturbed: Counter[str] = field(default_factory=Counter)
    began: float = 0.0
    _started: int = 0

    def begin(self, workers: int) -> None:
        """Start the runs and the workers."""
        self.sandbox.faults.set([LATENCY])
        ledger = open_ledger(self.address)
        for number in range(self.creditors):
            details = {"server": self.sandbox.base_url, "key": self._key(number)}
            Run.start(ledger, self._invoices(number), "register", details=details)
        ledger.close()
        self.began = time.time()
        for _ in range(workers):
            self.add_worker(version=self.version)

    def add_worker(self, *, version: int = 0) -> Machine:
        """Start a worker, with the key of the next creditor; it knows the tables of this version, or of the latest."""
        number, self._started = self._started % self.creditors, self._started + 1
        name = f"machine-{self._started}"
        settings = self.options | {"machine": name, "version": version, "key": self._key(number)}
        settings |= {"address": self.through or self.address, "server": self.sandbox.base_url, "token": self._token(number)}
        command = [sys.executable, "-m", "benchmarks.many_machines.worker", json.dumps(settings)]
        said = Path(tempfile.mkdtemp(prefix="amili-machine-"), "said.txt")
        with said.open("wb") as file:
            process = subprocess.Popen(command, stdout=file, stderr=file, cwd=ROOT, env=os.environ | {"NO_PROXY": "*"})  # noqa: S603
        machine = Machine(name, process, said)
        self.machines.append(machine)
        return machine

    def hit(self, machine: Machine, signal: int) -> Death:
        """Send a signal to a worker, and note what it had in hand."""
        machine.process.send_signal(signal)
        at = time.time()
        lots = change(self.address, _LOTS.format(machine.name))
        death = Death(machine.name, at, [(run, lot) for run, lot in lots])
        self.deaths.append(death)
        return death

    def is_over(self) -> bool:
        """Whether all runs have ended; a worker that gave up is noted, and replaced as systemd would do it."""
        states = {state for (state,) in change(self.address, "SELECT state FROM amili.runs")}
        if states == {"ended"}:
            return True
        for machine in [each for each in self.machines if each.process.poll() is not None]:
            self.machines.remove(machine)
            if machine.process.returncode > 0:
                self.gave_up.append(machine.said.read_text(encoding="utf-8").strip().splitlines()[-1])
            if machine.process.returncode >= 0:
                self.add_worker(version=self.version)
        return False

    def wait_until_over(self, seconds: float) -> bool:
        """Wait until all runs have ended; returns whether they have."""
        end = time.monotonic() + seconds
        while not self.is_over():
            if time.monotonic() > end:
                return False
            time.sleep(0.2)
        return True

    def stop(self) -> None:
        """End all workers."""
        for machine in self.machines:
            machine.process.kill()
            machine.process.wait()

    def numbers(self) -> Counter[tuple[str, str]]:
        """Return how often each invoice of each creditor is registered."""
        found = Counter[tuple[str, str]]()
        self.sandbox.faults.clear()
        for number in range(self.creditors):
            with Amili(self.sandbox.base_url, self._token(number), quota="off") as client:
                found.update((case.creditor, case.debt.invoice_number) for case in client.cases())
        return found

    def wanted(self) -> set[tuple[str, str]]:
        """Return the invoices that are to be registered once each."""
        return {(each["creditor"], each["invoice_number"]) for of in range(self.creditors) for each in self._invoices(of)}

    def _key(self, number: int) -> str:
        return "default" if self.creditors == 1 else f"creditor-{number + 1}"

    def _token(self, number: int) -> str:
        return self.sandbox.accounts()[number]["token"]

    def _invoices(self, number: int) -> list[dict[str, Any]]:
        account = self.sandbox.accounts()[number]
        owner = {"account": account["account"], "creditor": account["creditor"]}
        return [cases.invoice(each) | owner for each in range(self.rows // self.creditors)]
