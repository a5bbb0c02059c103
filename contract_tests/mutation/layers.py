"""The layers that ask a server, each as a function that stops at its first finding."""

from collections.abc import Callable
from dataclasses import dataclass

from amili_sandbox.process import SandboxProcess

from contract_tests.contract import Contract
from contract_tests.findings import Baseline, Disagreement, Finding
from contract_tests.server import BrokenReply, Caller, Inconclusive, stand_in
from contract_tests.tour import STEPS, Traveller, clean_up, take


@dataclass(frozen=True)
class Look:
    """What one layer found on one server, and how much it asked."""

    finding: Finding | None
    requests: int


Layer = Callable[[SandboxProcess, Contract, int], Look]


def tour(sandbox: SandboxProcess, contract: Contract, seed: int) -> Look:
    """Take the tour up to the first finding."""
    caller = Caller(contract, stand_in(sandbox), seed=seed)
    try:
        return Look(_tour(caller, seed), len(caller.exchanges))
    finally:
        caller.close()


def _tour(caller: Caller, seed: int) -> Finding | None:
    traveller, baseline = Traveller(caller, "score", seed), Baseline.of(caller.target.base_url)
    try:
        for step in STEPS:
            found = baseline.news(take(traveller, step))
            if found:
                return found[0]
        ledger = clean_up(traveller)
    except Inconclusive as problem:
        return Finding("the tour", "it can be told", "", "answers", str(problem))
    left = [entry["invoice_number"] for entry in ledger if not entry["cancelled"]]
    if left:
        return Finding("the tour", "everything is cancelled in the end", "", "nothing left", ", ".join(left))
    return next(iter(baseline.news(caller.findings)), None)


def machine(sandbox: SandboxProcess, contract: Contract, seed: int) -> Look:
    """Walk at random up to the first finding; on the default seed everything must have happened."""
    from contract_tests.state_machine import SEED, WANTED, Walk, walk_at_random

    caller = Caller(contract, stand_in(sandbox), seed=seed)
    walk = Walk(caller, sandbox, seed)
    finding = None
    try:
        walk_at_random(walk, Baseline.of(sandbox.base_url))
        missing = sorted(WANTED - walk.happened.keys()) if seed == SEED else []
        finding = Finding("the state machine", "everything happened", "", "", str(missing)) if missing else None
    except Disagreement as problem:
        finding = problem.findings[0]
    except BrokenReply as problem:
        finding = Finding("the state machine", "whole replies", "", "a reply that HTTP allows", problem.problem)
    except Exception as problem:
        finding = Finding("the state machine", type(problem).__name__, "", "to go on", str(problem))
    finally:
        caller.close()
    return Look(finding, len(caller.exchanges))


def schemathesis(sandbox: SandboxProcess, contract: Contract, seed: int) -> Look:
    """Run all phases of schemathesis up to the first finding."""
    from contract_tests.fuzz import Fuzzer

    fuzzer = Fuzzer(stand_in(sandbox), contract, seed, **{"max-failures": 1})
    try:
        finding = next(fuzzer.run(), None)
    finally:
        fuzzer.close()
    return Look(finding, len(sandbox.requests()))


LAYERS: dict[str, Layer] = {"tour": tour, "machine": machine, "schemathesis": schemathesis}
SEEDS = {"tour": 0, "machine": 0, "schemathesis": 1}  # what each layer starts from in the suite
