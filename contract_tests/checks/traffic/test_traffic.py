"""Recorded traffic, file by file; made with --traffic only."""

from collections.abc import Iterator

import pytest

from contract_tests.conftest import TRAFFIC
from contract_tests.contract import Contract
from contract_tests.findings import agree
from contract_tests.report import RunResult
from contract_tests.traffic import Judged


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    files = range(len(metafunc.config.stash[TRAFFIC]))
    metafunc.parametrize("judged", files, ids=[f"file {file + 1}" for file in files], indirect=True)


@pytest.fixture(scope="module")
def judged(request: pytest.FixtureRequest, contract: Contract, run_result: RunResult) -> Iterator[Judged]:
    judged = Judged(request.config.stash[TRAFFIC][request.param], contract)
    yield judged
    run_result.traffic.append(judged.sentence)
    run_result.seen.update(judged.seen)
    run_result.found.update(judged.found)
    run_result.requests.update(judged.calls)
    run_result.accepted += map(str, judged.accepted)


def test_requests_are_what_the_contract_says(judged: Judged) -> None:
    agree(judged.requests)


def test_responses_are_what_the_contract_says(judged: Judged) -> None:
    agree(judged.responses)


def test_responses_agree_with_themselves_and_their_requests(judged: Judged) -> None:
    agree(judged.agreement)
