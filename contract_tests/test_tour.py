from collections.abc import Iterator

import pytest
from amili_sandbox.process import SandboxProcess

from contract_tests.baseline import Baseline
from contract_tests.caller import Caller
from contract_tests.contract import Contract
from contract_tests.findings import agree
from contract_tests.target import stand_in
from contract_tests.tour.traveller import Traveller
from contract_tests.tour.walk import STEPS, Step, clean_up, name_of, take


@pytest.fixture(scope="module")
def tour(sandbox_process: SandboxProcess, contract: Contract) -> Iterator[Traveller]:
    sandbox_process.reset()
    caller = Caller(contract, stand_in(sandbox_process))
    yield Traveller(caller, "test")
    caller.close()


@pytest.fixture(scope="module")
def baseline(tour: Traveller) -> Baseline:
    return Baseline.of(tour.target.base_url)


@pytest.mark.parametrize("step", STEPS, ids=name_of)
def test_the_tour(step: Step, tour: Traveller, baseline: Baseline) -> None:
    agree(baseline.news(take(tour, step)))


def test_everything_that_was_registered_is_cancelled_in_the_end(tour: Traveller) -> None:
    ledger = clean_up(tour)
    print(len(tour.caller.exchanges), "requests")
    assert [entry for entry in ledger if not entry["cancelled"]] == []
    assert len(tour.caller.exchanges) <= 120


def test_no_accepted_deviation_is_stale(baseline: Baseline) -> None:
    assert baseline.stale == []
