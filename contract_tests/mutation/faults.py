"""Runs the layers of the suite on a stand-in with one contract fault at a time."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import yaml
from amili_sandbox.process import SandboxProcess

from contract_tests.contract import ROOT

LAYERS = {"tour": "test_tour.py", "machine": "test_machine.py", "schemathesis": "test_fuzz.py"}
EQUIVALENTS_FILE = Path(__file__).parent / "equivalents.yaml"
CLEAN = "(none)"
_TOO_LONG = 180  # seconds; a run that hangs has noticed something, but not in a way to be proud of


@dataclass(frozen=True)
class Outcome:
    """How one layer fared with one fault."""

    fault: str
    layer: str
    killed: bool
    seconds: float
    says: str = ""


def known_faults() -> list[str]:
    """Return the names of the contract faults that the stand-in has."""
    with SandboxProcess() as sandbox:
        return [fault["name"] for fault in sandbox.control("GET", "contract-faults")]


def equivalents() -> dict[str, str]:
    """Return the faults that can't be noticed, with the reasons."""
    said: dict[str, str] = yaml.safe_load(EQUIVALENTS_FILE.read_text())
    return said


def run_all(faults: Iterable[str], layers: Iterable[str], workers: int | None = None) -> Iterator[Outcome]:
    """Run every layer on every fault, several at a time."""
    jobs = [(fault, layer) for fault in faults for layer in layers]
    with ThreadPoolExecutor(workers or os.cpu_count() or 2) as pool:
        yield from pool.map(lambda job: run(*job), jobs)


def run(fault: str, layer: str) -> Outcome:
    """Run one layer on one fault, up to its first failure."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "--tb=line", "-p", "no:cacheprovider"]
    command += [f"contract_tests/{LAYERS[layer]}", *([f"--contract-fault={fault}"] if fault != CLEAN else [])]
    started = time.monotonic()
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_TOO_LONG)  # noqa: S603
    except subprocess.TimeoutExpired:
        return Outcome(fault, layer, True, time.monotonic() - started, "did not come to an end")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the suite could not run with {fault}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return Outcome(fault, layer, done.returncode == 1, time.monotonic() - started)
