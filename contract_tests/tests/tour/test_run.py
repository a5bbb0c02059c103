"""A step that raises: a finding after a response that broke the contract, a fault of the suite after responses that agreed."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from contract_tests.contract import Contract
from contract_tests.findings import Finding, contract_fact, fact
from contract_tests.server import Account, Caller, Target
from contract_tests.tour.run import run_step
from contract_tests.tour.session import StepBlocked, TourSession

BROKEN = Finding("list_cases", "wrong type in 200", "/_items", "array", "null", rests_on=contract_fact("flow-guide", "a list"))
ACCEPTED = Finding("list_cases", "undocumented value in 200", "/_items/*/state", "", "closed", rests_on=fact("nothing_else"))


@pytest.fixture
def tour(contract: Contract) -> Iterator[TourSession]:
    with closing(Caller(contract, Target("http://127.0.0.1:9", Account("token", "a" * 24, "c" * 24)))) as caller:
        yield TourSession(caller, "x")


@pytest.mark.parametrize("before", [[], [ACCEPTED]])
def test_an_exception_after_responses_that_agree_is_a_fault_of_the_suite(tour: TourSession, before: list[Finding]) -> None:
    def step(tour: TourSession) -> None:
        tour.caller.findings += before
        raise KeyError("state")

    with pytest.raises(KeyError):
        run_step(tour, step)


def test_an_exception_after_a_response_that_broke_the_contract_is_a_finding(tour: TourSession) -> None:
    def broken(tour: TourSession) -> None:
        tour.caller.findings.append(BROKEN)

    def unreadable(tour: TourSession) -> None:
        raise TypeError("no number")

    assert run_step(tour, broken) == [BROKEN]
    (finding,) = run_step(tour, unreadable)
    assert (finding.rule, finding.seen) == ("in unreadable responses can be read", "TypeError: no number")


def test_a_step_that_is_blocked_is_a_finding_if_nothing_else_is(tour: TourSession) -> None:
    def blocked(tour: TourSession) -> None:
        raise StepBlocked("no case")

    (finding,) = run_step(tour, blocked)
    assert (finding.rule, finding.seen) == ("blocked can go on", "no case")
