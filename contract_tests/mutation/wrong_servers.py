"""Each layer on a stand-in with each of its faults, up to the first finding, and on the correct stand-in with several seeds.

Run by `scripts/mutation-score` only: pytest does not collect this file by itself.
"""

from collections.abc import Callable

import pytest

from contract_tests.contract import Contract
from contract_tests.mutation.conftest import StandIn
from contract_tests.mutation.layers import LAYERS

Note = Callable[[str, object], None]


def test_a_fault_is_detected(layer: str, fault: str, own_stand_in: StandIn, contract: Contract, record_property: Note) -> None:
    record_property("layer", layer)
    record_property("fault", fault)
    try:
        findings, requests = LAYERS[layer](own_stand_in.fresh(fault), contract)
        found = str(findings[0]) if findings else ""
        record_property("rules", sorted({finding.rests_on.id for finding in findings}))
    except OSError as problem:  # a stand-in that stops answering is detected, and the next test gets another one
        own_stand_in.stop()
        found, requests = str(problem), 0
    record_property("requests", requests)
    record_property("detected", bool(found))
    record_property("found", found)
    assert found, f"{layer} does not detect {fault}"


def test_the_correct_stand_in_raises_no_alarm(
    layer: str, seed: int, own_stand_in: StandIn, contract: Contract, record_property: Note
) -> None:
    record_property("layer", layer)
    found, requests = LAYERS[layer](own_stand_in.fresh(), contract, seed)
    record_property("requests", requests)
    if found:
        pytest.fail(f"{layer} with seed {seed}: {found[0]}")
