"""Generated requests for any server, also one that is not ours: few, paced, harmless, and cancelled in the end."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from contract_tests.contract import Contract
from contract_tests.findings import Baseline, agree
from contract_tests.fuzz import BUDGET, Bounded
from contract_tests.report import Record
from contract_tests.server import Caller, Target, left_behind, run_name, still_open
from contract_tests.tour import cancel_all


@pytest.fixture(scope="module")
def bounded(target: Target, contract: Contract, record: Record) -> Iterator[Bounded]:
    with closing(Caller(contract, target)) as caller:
        bounded = Bounded(caller, run_name(record.server == "the stand-in"))
        yield bounded
        record.ledger += cancel_all(caller, bounded.memory.cases.values())
        record.observed(caller.observations)
        record.requests.update(f"{exchange.method} {exchange.path}" for exchange in caller.exchanges)


def test_a_few_generated_requests(bounded: Bounded, baseline: Baseline) -> None:
    agree(baseline.news(bounded.ask()))


def test_a_few_of_each_kind_were_accepted_and_refused(bounded: Bounded) -> None:
    """Fails if the run exercised nothing."""
    if bounded.ended is not None:
        raise bounded.ended
    for operation in bounded.caller.contract.operations:
        for outcome in ("accepted", "refused"):
            assert bounded.asked[f"{operation} {outcome}"] >= 2, dict(bounded.asked)


def test_what_was_generated_is_cancelled_in_the_end_and_within_the_budget(bounded: Bounded, record: Record) -> None:
    ledger = cancel_all(bounded.caller, bounded.memory.cases.values())
    if record.server != "the stand-in":
        left_behind(bounded.caller, bounded.ours, record.ledger)
    agree(still_open([*ledger, *record.ledger]))
    assert len(bounded.caller.exchanges) <= BUDGET
    assert {exchange.method for exchange in bounded.caller.exchanges} <= {"GET", "POST"}
