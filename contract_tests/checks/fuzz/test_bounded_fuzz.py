"""Generated requests for any server, also one that is not ours: few, paced, harmless, and cancelled in the end."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from contract_tests.contract import Contract
from contract_tests.findings import AcceptedDeviations, Finding, agree, fact
from contract_tests.fuzz import BUDGET, OPERATIONS, Bounded
from contract_tests.messages import shown
from contract_tests.report import RunResult
from contract_tests.server import Caller, Target, cancel_unconfirmed, run_name, still_open
from contract_tests.tour import cancel_all


@pytest.fixture(scope="module")
def bounded(target: Target, contract: Contract, run_result: RunResult) -> Iterator[Bounded]:
    with closing(Caller(contract, target)) as caller:
        bounded = Bounded(caller, run_name(run_result.server == "the stand-in"))
        yield bounded
        run_result.registered_invoices += cancel_all(caller, bounded.history.cases.values())
        run_result.add_observations(caller.observations)
        run_result.requests.update(f"{exchange.method} {exchange.path}" for exchange in caller.exchanges)


def test_a_few_generated_requests(bounded: Bounded, accepted_deviations: AcceptedDeviations) -> None:
    agree(accepted_deviations.unaccepted(bounded.ask()))


def test_a_few_of_each_kind_were_accepted_and_refused(bounded: Bounded) -> None:
    """Fails if the run exercised nothing."""
    if bounded.ended is not None:
        raise bounded.ended
    wanted = [f"{operation} {outcome}" for operation in OPERATIONS for outcome in ("accepted", "refused")]
    rule, why, asked = "a few of each kind are accepted and refused", fact("whole_steps"), shown(dict(bounded.asked))
    rare = [each for each in wanted if bounded.asked[each] < 2]
    agree(Finding(each.partition(" ")[0], rule, "", f"at least two {each}", asked, rests_on=why) for each in rare)


def test_what_was_generated_is_cancelled_in_the_end_and_within_the_budget(bounded: Bounded, run_result: RunResult) -> None:
    registered_invoices = cancel_all(bounded.caller, bounded.history.cases.values())
    if run_result.server != "the stand-in":
        cancel_unconfirmed(bounded.caller, bounded.ours, run_result.registered_invoices)
    agree(still_open([*registered_invoices, *run_result.registered_invoices]))
    assert len(bounded.caller.exchanges) <= BUDGET
    assert {exchange.method for exchange in bounded.caller.exchanges} <= {"GET", "POST"}
