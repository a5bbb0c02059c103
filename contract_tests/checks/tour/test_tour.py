from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from contract_tests.contract import Contract
from contract_tests.findings import AcceptedDeviations, agree, agree_on, fact
from contract_tests.fit import find_fit
from contract_tests.report import RunResult
from contract_tests.server import (
    BrokenReply,
    Caller,
    Target,
    Unreadable,
    cancel_open_invoices,
    cancel_unconfirmed,
    run_name,
    still_open,
)
from contract_tests.tour import STEPS, Step, TourSession, clean_up, name_of, run_step


@pytest.fixture(scope="module")
def tour(target: Target, contract: Contract, run_result: RunResult, pytestconfig: pytest.Config) -> Iterator[TourSession]:
    seed: int = pytestconfig.getoption("--seed")
    with closing(Caller(contract, target, seed=seed)) as caller:
        traveller = TourSession(caller, run_name(run_result.server == "the stand-in"), seed)
        if run_result.server != "the stand-in":
            with suppress(Unreadable, BrokenReply):  # the tour reports what is wrong with lists
                run_result.cancelled_earlier = cancel_open_invoices(caller)
        yield traveller
        run_result.registered_invoices += clean_up(traveller)
        run_result.add_observations(caller.observations)
        run_result.requests.update(f"{exchange.method} {exchange.path}" for exchange in caller.exchanges)
        run_result.path_variants = {operation: sorted(paths) for operation, paths in caller.path_variants.items()}
        run_result.open_questions = traveller.answers
        if traveller.cases and not run_result.on_stand_in and pytestconfig.getoption("--report"):
            run_result.fit = find_fit(caller.exchanges, target.account, contract)


@pytest.mark.parametrize("step", STEPS, ids=name_of)
def test_the_tour(step: Step, tour: TourSession, accepted_deviations: AcceptedDeviations) -> None:
    agree(accepted_deviations.unaccepted(run_step(tour, step)))


def test_everything_that_was_registered_is_cancelled_in_the_end(tour: TourSession, run_result: RunResult) -> None:
    registered_invoices = clean_up(tour)
    if run_result.server != "the stand-in":  # an invoice whose registration seemed to fail may be there all the same
        cancel_unconfirmed(tour.caller, tour.ours, run_result.registered_invoices)
    agree(still_open([*registered_invoices, *run_result.registered_invoices]))
    assert len(tour.caller.exchanges) - tour.sent_to_stand_in_only <= 120


def test_no_accepted_deviation_is_stale(
    accepted_deviations: AcceptedDeviations, tour: TourSession, run_result: RunResult
) -> None:
    """On another server the report alone says so: there the server may have improved."""
    if tour.ended is not None:
        raise tour.ended
    if run_result.server == "the stand-in":
        unused, rests_on = [str(entry) for entry in accepted_deviations.unused], fact("accepted")
        agree_on("accepted.yaml", "every accepted deviation is met", [], unused, rests_on=rests_on)
