"""Register 200 invoices of a file with the command `amili bulk`, kill it in the middle, resume it, and count what arrived.

It starts a stand-in of its own; nothing leaves this machine.
"""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from amili import Amili
from amili.bulk import open_ledger
from amili_sandbox.testing import SandboxProcess

ROWS, KILLED_AFTER = 200, 70
FILE, MAP = "invoices.csv", "map.toml"
HEADER = "Fakturanr;Fakturadatum;Förfallodatum;Kundnamn;Orgnr;Adress;Postnr;Ort;Land;Benämning;Antal;À-pris;Moms;Belopp exkl moms"
ROW = "INV-{:03};2025-10-07;2025-10-17;Exempel AB;556789-1238;Testgatan 1;54321;Teststad;SE;Konsult;2;617,25;25%;1 234,50"


class DemoError(Exception):
    """What was not as it should be, in one sentence."""


def run_bulk() -> None:
    """Run the whole demo in a folder of its own; raises DemoError if an invoice is missing or there twice."""
    with tempfile.TemporaryDirectory() as folder, SandboxProcess() as sandbox:
        lines = [HEADER, *(ROW.format(number) for number in range(ROWS))]
        Path(folder, FILE).write_text("\r\n".join(lines), encoding="cp1252")
        print(f"{FILE}: {ROWS} invoices, as a billing system exports them. The stand-in runs at {sandbox.base_url}.")
        names = ("base_url", "token", "account", "creditor")
        settings = {f"AMILI_{name.upper()}": str(getattr(sandbox, name)) for name in names}
        commands = Commands(folder, {**os.environ, **settings, "AMILI_QUOTA": "off"})
        commands.run(f"map {FILE} -o {MAP}")
        commands.run(f"check {FILE} --map {MAP}")
        commands.run_and_kill(f"register {FILE} --map {MAP} --at-once 4")
        commands.run(f"status {FILE}", code=75)  # it has not ended
        commands.run(f"resume {FILE}")
        commands.run(f"results {FILE} -o results.csv")
        count(sandbox)


class Commands:
    """Runs `amili bulk` in a folder, with settings in its environment."""

    def __init__(self, folder: str, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment

    def run(self, words: str, code: int = 0) -> None:
        """Run a command to its end; raises DemoError if it ends with another exit code."""
        with self._start(words) as process:
            if process.wait() != code:
                raise DemoError(f"`amili bulk {words}` ended with {process.returncode}")

    def run_and_kill(self, words: str) -> None:
        """Run a command, and kill it as soon as so many invoices are registered."""
        with self._start(words) as process:
            while process.poll() is None and self._done() < KILLED_AFTER:
                time.sleep(0.02)
            if process.poll() is not None:
                raise DemoError("it ended before it could be killed")
            process.send_signal(signal.SIGKILL)
        print(f"   killed with SIGKILL after {self._done()} of {ROWS} invoices", flush=True)

    def _start(self, words: str) -> "subprocess.Popen[bytes]":
        print(f"\n$ amili bulk {words}", flush=True)
        command = (sys.executable, "-c", "import sys; from amili.cli import main; sys.exit(main())", "bulk", *shlex.split(words))
        return subprocess.Popen(command, cwd=self._folder, env=self._environment)

    def _done(self) -> int:
        file = Path(self._folder, f"{FILE}.ledger.sqlite")
        if not file.exists():
            return 0
        with closing(open_ledger(file)) as ledger:
            return sum(run.counts.get("done", 0) for run in ledger.runs())


def count(sandbox: SandboxProcess) -> None:
    """Compare what the stand-in has with the file."""
    requests = Counter(each["method"] for each in sandbox.requests())
    with Amili(sandbox.base_url, sandbox.token, quota="off") as amili:
        numbers = Counter(case.debt.invoice_number for case in amili.cases())
    twice = [number for number, times in numbers.items() if times > 1]
    if twice or len(numbers) != ROWS:
        raise DemoError(f"{len(numbers)} invoices arrived, {len(twice)} of them twice")
    sent = f"{requests['POST']} POST and {requests['GET']} GET"
    print(f"\n{ROWS} invoices arrived, none is missing and none is there twice: {sent}.")
