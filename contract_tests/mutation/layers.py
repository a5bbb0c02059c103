"""The layers that send requests, each as a function that returns its first findings and the number of requests."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

from contract_tests.contract import Contract
from contract_tests.findings import AcceptedDeviations, Finding, fact
from contract_tests.fuzz import Fuzzer
from contract_tests.server import Caller, Inconclusive, stand_in, still_open
from contract_tests.tour import STEPS, TourSession, clean_up, run_step

if TYPE_CHECKING:  # pytest wants to be the first to import a plugin
    from amili_sandbox.testing import SandboxProcess

SEEDS = {"schemathesis": 1, "tour": 0}  # what each layer starts from in the suite
Layer = Callable[..., tuple[list[Finding], int]]


def tour(sandbox: "SandboxProcess", contract: Contract, seed: int = SEEDS["tour"]) -> tuple[list[Finding], int]:
    """Run the tour up to the first step that finds something."""
    with closing(Caller(contract, stand_in(sandbox), seed=seed)) as caller:
        return next(filter(None, _findings(caller, seed)), []), len(caller.exchanges)


def _findings(caller: Caller, seed: int) -> Iterator[list[Finding]]:
    traveller, accepted_deviations = TourSession(caller, "score", seed), AcceptedDeviations.of(caller.target.base_url)
    try:
        for step in STEPS:
            yield accepted_deviations.unaccepted(run_step(traveller, step))
        yield list(still_open(clean_up(traveller)))
        yield accepted_deviations.unaccepted(caller.findings)
    except Inconclusive as problem:
        yield [Finding("the tour", "the server can be asked", "", "answers", str(problem), rests_on=fact("whole_steps"))]


def schemathesis(sandbox: "SandboxProcess", contract: Contract, seed: int = SEEDS["schemathesis"]) -> tuple[list[Finding], int]:
    """Run all phases of schemathesis."""
    with closing(Fuzzer(stand_in(sandbox), contract, seed)) as fuzzer:
        return [*islice(fuzzer.run(), 1)], len(sandbox.requests())


LAYERS: dict[str, Layer] = {"schemathesis": schemathesis, "tour": tour}  # what takes longest first
