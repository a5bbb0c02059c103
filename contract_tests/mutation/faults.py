"""Runs the layers of the suite on stand-ins with one contract fault at a time, on all cores."""

import atexit
import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import yaml
from amili_sandbox.process import SandboxProcess

from contract_tests.contract import Contract
from contract_tests.mutation.layers import LAYERS

EQUIVALENTS_FILE = Path(__file__).parent / "equivalents.yaml"
CLEAN = "(none)"


@dataclass(frozen=True)
class Fault:
    """A contract fault of the stand-in, and which of the two hands wrote it: the second had not seen the checks."""

    name: str
    hand: str = "first"


@dataclass(frozen=True)
class Job:
    """One run: a fault or none, a layer, and a seed."""

    fault: str
    layer: str
    seed: int


@dataclass(frozen=True)
class Outcome:
    """How one layer fared with one fault."""

    job: Job
    killed: bool
    seconds: float
    requests: int
    says: str = ""


def known_faults() -> list[Fault]:
    """Return the contract faults that the stand-in has."""
    with SandboxProcess() as sandbox:
        return [Fault(fault["name"], fault.get("hand", "first")) for fault in sandbox.control("GET", "contract-faults")]


def equivalents() -> dict[str, str]:
    """Return the faults that can't be noticed, with the reasons."""
    said: dict[str, str] = yaml.safe_load(EQUIVALENTS_FILE.read_text())
    return said


def run_all(jobs: Iterable[Job], workers: int | None = None) -> Iterator[Outcome]:
    """Do all jobs, several at a time, each worker on one stand-in that is put back to its start between them.

    What was not done when a worker was killed from outside is done anew; raises BrokenProcessPool if that goes on.
    """
    left, context = list(jobs), multiprocessing.get_context("spawn")
    for last in (False, False, True):
        try:
            with ProcessPoolExecutor(workers or os.cpu_count() or 2, mp_context=context, initializer=_quiet) as pool:
                for done in as_completed([pool.submit(run, job) for job in left]):
                    outcome = done.result()
                    left.remove(outcome.job)
                    yield outcome
        except BrokenProcessPool:
            if last:
                raise
        else:
            return


def _quiet() -> None:
    """Keep to itself what a broken stand-in says on standard error; what a worker has to say comes back as its result."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


class _Worker:
    """What a worker process keeps between jobs."""

    sandbox: SandboxProcess | None = None
    contract: Contract | None = None


def run(job: Job) -> Outcome:
    """Do one job. A stand-in that does not answer is a finding, and the next job gets another one."""
    started = time.monotonic()
    _Worker.contract = _Worker.contract or Contract.load()
    try:
        sandbox = _fresh_sandbox(job.fault)
        look = LAYERS[job.layer](sandbox, _Worker.contract, job.seed)
        found = look.finding
        says = "" if found is None else f"{found.operation}: {found.rule} at {found.pointer or '/'}"
        outcome = Outcome(job, found is not None, time.monotonic() - started, look.requests, says)
    except OSError as problem:
        _stop()
        outcome = Outcome(job, True, time.monotonic() - started, 0, f"the stand-in stopped answering: {problem}")
    return outcome


def _fresh_sandbox(fault: str) -> SandboxProcess:
    if _Worker.sandbox is None:
        _Worker.sandbox = SandboxProcess()
        atexit.register(_stop)
    _Worker.sandbox.reset()
    if fault != CLEAN:
        _Worker.sandbox.control("PUT", "contract-faults", [fault])
    return _Worker.sandbox


def _stop() -> None:
    if _Worker.sandbox is not None:
        _Worker.sandbox.stop()
        _Worker.sandbox = None
