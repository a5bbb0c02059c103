from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from contract_tests.contract import Contract
from contract_tests.findings import Baseline, agree, agree_on
from contract_tests.report import Record
from contract_tests.server import BrokenReply, Caller, Target, Unreadable, left_behind, run_name, still_open, sweep
from contract_tests.tour import STEPS, Step, Traveller, clean_up, name_of, take


@pytest.fixture(scope="module")
def tour(target: Target, contract: Contract, record: Record, pytestconfig: pytest.Config) -> Iterator[Traveller]:
    seed: int = pytestconfig.getoption("--seed")
    with closing(Caller(contract, target, seed=seed)) as caller:
        traveller = Traveller(caller, run_name(record.server == "the stand-in"), seed)
        if record.server != "the stand-in":
            with suppress(Unreadable, BrokenReply):  # the tour will say what is wrong with lists
                record.swept = sweep(caller)
        yield traveller
        record.ledger += clean_up(traveller)
        record.observed(caller.observations)
        record.requests.update(f"{exchange.method} {exchange.path}" for exchange in caller.exchanges)
        record.spellings = {operation: sorted(paths) for operation, paths in caller.spellings.items()}
        record.behaviours = traveller.behaviours_seen


@pytest.mark.parametrize("step", STEPS, ids=name_of)
def test_the_tour(step: Step, tour: Traveller, baseline: Baseline) -> None:
    agree(baseline.news(take(tour, step)))


def test_everything_that_was_registered_is_cancelled_in_the_end(tour: Traveller, record: Record) -> None:
    ledger = clean_up(tour)
    if record.server != "the stand-in":  # an invoice whose registration seemed to fail may be there all the same
        left_behind(tour.caller, tour.ours, record.ledger)
    agree(still_open([*ledger, *record.ledger]))
    assert len(tour.caller.exchanges) <= 120


def test_no_accepted_deviation_is_stale(baseline: Baseline, tour: Traveller, record: Record) -> None:
    """Told elsewhere than on the stand-in only in the report: there it may be the server that has changed for the better."""
    if tour.ended is not None:
        raise tour.ended
    if record.server == "the stand-in":
        agree_on("baseline.yaml", "every accepted deviation is met", [], [str(entry) for entry in baseline.stale])
