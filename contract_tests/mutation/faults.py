"""Runs the layers of the suite on a stand-in with one contract fault at a time."""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import yaml
from amili_sandbox.process import SandboxProcess

from contract_tests.baseline import Baseline
from contract_tests.caller import Caller, Inconclusive
from contract_tests.contract import ROOT, Contract
from contract_tests.findings import Disagreement, Finding
from contract_tests.target import stand_in
from contract_tests.tour.traveller import Traveller
from contract_tests.tour.walk import STEPS, clean_up, take

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
    requests: int
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
    jobs = [(fault, layer) for layer in layers for fault in faults]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count() or 2, mp_context=context) as pool:
        yield from pool.map(run, jobs)


def run(job: tuple[str, str]) -> Outcome:
    """Run one layer on one fault, on a stand-in of its own."""
    fault, layer = job
    started = time.monotonic()
    if layer == "schemathesis":
        return _by_pytest(fault, started)
    with SandboxProcess() as sandbox:
        if fault != CLEAN:
            sandbox.control("PUT", "contract-faults", [fault])
        caller = Caller(Contract.load(), stand_in(sandbox))
        try:
            finding = _LAYERS[layer](caller)
        finally:
            caller.close()
    says = "" if finding is None else f"{finding.operation}: {finding.rule} at {finding.pointer or '/'}"
    return Outcome(fault, layer, finding is not None, time.monotonic() - started, len(caller.exchanges), says)


def _tour(caller: Caller) -> Finding | None:
    """Take the tour up to the first finding."""
    tour, baseline = Traveller(caller, "score"), Baseline.of(caller.target.base_url)
    try:
        for step in STEPS:
            found = baseline.news(take(tour, step))
            if found:
                return found[0]
        clean_up(tour)
    except Inconclusive as problem:
        return Finding("the tour", "it can be told", "", "answers", str(problem))
    return next(iter(baseline.news(caller.findings)), None)


def false_alarm(number: int) -> str:
    """Walk over the clean stand-in from a seed; return what it complains about, which should be nothing."""
    with SandboxProcess() as sandbox:
        caller = Caller(Contract.load(), stand_in(sandbox))
        try:
            finding = _machine(caller, number)
        finally:
            caller.close()
    return "" if finding is None else f"seed {number}: {finding}"


def _machine(caller: Caller, number: int | None = None) -> Finding | None:
    from contract_tests.test_machine import WANTED, Walk, walk_at_random

    walk = Walk(caller)
    try:
        walk_at_random(walk, Baseline.of(caller.target.base_url), number)
    except Disagreement as problem:
        return problem.findings[0]
    except Exception as problem:
        return Finding("the state machine", type(problem).__name__, "", "to go on", str(problem))
    missing = sorted(WANTED - walk.happened.keys()) if number is None else []
    return Finding("the state machine", "everything happened", "", "", str(missing)) if missing else None


_LAYERS: dict[str, Callable[[Caller], Finding | None]] = {"tour": _tour, "machine": _machine}
LAYERS = (*_LAYERS, "schemathesis")


def _by_pytest(fault: str, started: float) -> Outcome:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "--tb=line", "-p", "no:cacheprovider"]
    command += ["contract_tests/test_fuzz.py", *([f"--contract-fault={fault}"] if fault != CLEAN else [])]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_TOO_LONG)  # noqa: S603
    except subprocess.TimeoutExpired:
        return Outcome(fault, "schemathesis", True, time.monotonic() - started, 0, "did not come to an end")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the suite could not run with {fault}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return Outcome(fault, "schemathesis", done.returncode == 1, time.monotonic() - started, 0)
