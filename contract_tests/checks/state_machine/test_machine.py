"""Random walks over the model of the tour, on the stand-in; and proof that they did not pass by doing nothing."""

from collections.abc import Iterator

import pytest
from amili_sandbox.process import SandboxProcess

from contract_tests.contract import Contract
from contract_tests.findings import Baseline
from contract_tests.report import Record
from contract_tests.server import Caller, stand_in
from contract_tests.state_machine import WANTED, Walk, walk_at_random


@pytest.fixture(scope="module")
def walk(stand_in_process: SandboxProcess, contract: Contract, record: Record) -> Iterator[Walk]:
    caller = Caller(contract, stand_in(stand_in_process))
    yield Walk(caller, stand_in_process)
    record.observed(caller.observations)
    caller.close()


def test_whatever_is_done_in_whatever_order_money_and_state_are_right(walk: Walk, baseline: Baseline) -> None:
    walk_at_random(walk, baseline)
    walk.over = True


def test_everything_that_can_happen_did_happen(walk: Walk) -> None:
    if not walk.over:
        pytest.skip("the walk broke off; what it found says why")
    print(dict(walk.happened), len(walk.tour.caller.exchanges), "requests")
    assert walk.happened.keys() >= WANTED, f"never happened: {sorted(WANTED - walk.happened.keys())}"
