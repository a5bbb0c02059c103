from collections.abc import Iterator

import pytest
import yaml

from contract_tests.conftest import SandboxProcess
from contract_tests.contract import CONTRACT_FILE, Contract, Operation
from contract_tests.findings import agree
from contract_tests.fuzz import OPERATIONS, PHASES, Fuzzer
from contract_tests.report import RunResult
from contract_tests.server import stand_in

CONTRACT = Contract.load()
LINKS = 5  # three of the contract, and one from each action back to the list of cases


@pytest.fixture(scope="module")
def fuzzer(stand_in_process: SandboxProcess, run_result: RunResult) -> Iterator[Fuzzer]:
    """One whole run of schemathesis; its findings are checked phase by phase."""
    fuzzer = Fuzzer(stand_in(stand_in_process), CONTRACT, seed=1)
    list(fuzzer.run())
    run_result.requests.update(f"{request['method']} {request['path']}" for request in stand_in_process.requests())
    run_result.add_observations(fuzzer.observations)
    yield fuzzer
    fuzzer.close()


def test_generated_requests(fuzzer: Fuzzer) -> None:
    agree(fuzzer.findings)


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_asked_something(phase: str, fuzzer: Fuzzer) -> None:
    assert fuzzer.requests[phase] >= 10, dict(fuzzer.requests)


@pytest.mark.parametrize("operation", [CONTRACT.operations[name] for name in OPERATIONS], ids=OPERATIONS)
def test_generated_requests_were_accepted_and_refused(operation: Operation, fuzzer: Fuzzer) -> None:
    """Fails if an operation was never carried out, or never refused for its token, or a write never for its content."""
    seen = fuzzer.statuses[operation.id]
    wanted = {200, 401} if operation.method == "GET" else {201, 401, 422}
    assert wanted <= seen.keys(), f"{operation.id} only saw {dict(seen)}"


def test_every_link_was_followed_to_a_success(fuzzer: Fuzzer) -> None:
    """Fails if a link of the contract was never followed, with what the response before it said, to a success."""
    names = list(yaml.safe_load(CONTRACT_FILE.read_text(encoding="utf-8"))["components"]["links"])
    assert len(names) + 2 == LINKS, "a link was added to the contract: is it followed?"
    assert len(fuzzer.followed) == LINKS, dict(fuzzer.followed)
