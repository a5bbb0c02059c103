"""A crediting, a payment or a closing by another party while a write of ours is lost, and lists of writes that fail."""

import dataclasses
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import OutcomeUnknownError, ValidationError, WrittenTwiceError
from amili._core import writing as actions
from amili._core.engine import NoResponse, Response, Send
from amili._core.writing import open_journal

from tests.overlay.writing.model import context, run
from tests.overlay.writing.test_direct_evidence import cancelled, credited, registered
from tests.overlay.writing.test_writes import Answering, with_case


class Meanwhile(Answering):
    """A network where another party does something while our first write is on its way, and is lost."""

    def __init__(self, *replies: str, change: Any, lists: bool = True) -> None:
        super().__init__(*replies, lists=lists)
        self.change = change

    def send(self, effect: Send) -> Response | NoResponse:
        if effect.request.writes and not self.bodies:
            self.change(self.vendor, effect.request.body)
        return super().send(effect)


def credited_by_another(vendor: Any, body: Any) -> None:
    vendor.commit("credit_case", {**body, "creditor_reference": "THEIRS"})


def closed_by_another(vendor: Any, _: Any) -> None:
    vendor.cases[0]["closed"] = {"reason": "api.closed"}


def paid(vendor: Any, _: Any) -> None:
    case = vendor.cases[0]
    case["total_remaining_capital_amount"] -= 100
    case["transactions"].append({"registration_date": vendor.date(), "type": "capital", "amount": -100.0})


@pytest.mark.parametrize("reference", [None, "OURS"])
def test_a_crediting_of_another_party_is_not_taken_for_ours_which_is_sent_again(reference: str | None) -> None:
    network = Meanwhile("dropped before", change=credited_by_another)
    assert credited(network, reference=reference).outcome == "created"
    assert [row["creditor_reference"] for row in network.vendor.records] == ["THEIRS", network.bodies[0]["creditor_reference"]]


def test_where_there_are_no_lists_the_case_serves_as_before() -> None:
    network = Meanwhile("dropped after", change=lambda *_: None, lists=False)
    network.has_learned = False
    rules = context(network)
    assert credited(network, rules).outcome == "reconciled"
    assert network.requests == 4, "the case, the crediting, the list that is refused, the case"
    network.replies = ["dropped after"]
    assert credited(network, rules).outcome == "reconciled"
    assert network.requests == 7, "the list is not asked again"


def test_a_payment_of_the_amount_is_not_taken_for_the_crediting_where_the_list_is_dependable() -> None:
    network = Meanwhile("dropped before", change=paid)
    other = network.vendor.add_case("INV-0")["_id"]
    case = with_case(network)
    network.vendor.commit("credit_case", {"case": other, "amount": 10, "creditor_reference": "BEFORE"})
    network.vendor.cases.reverse()
    assert network.vendor.cases[0]["_id"] == case
    with pytest.raises(OutcomeUnknownError, match="the list of creditings does not have it"):
        credited(network)


def test_where_a_list_has_never_shown_a_reference_the_case_decides_after_the_settling_time() -> None:
    network = Meanwhile("dropped before", change=paid)
    began = network.vendor.clock.seconds
    assert credited(network).outcome == "reconciled"
    assert network.vendor.clock.seconds - began >= 15.0


def test_a_case_that_another_party_closed_is_not_taken_for_cancelled() -> None:
    closed = (422, {"_status": "ERR", "_issues": {"case": "the case is closed"}})
    network = Meanwhile("dropped before", change=closed_by_another)
    network.replies.append(closed)
    other = network.vendor.add_case("INV-0")["_id"]
    with_case(network)
    network.vendor.cases.reverse()
    network.vendor.commit("cancel_case", {"case": other})
    with pytest.raises(ValidationError):
        run(actions.cancel(context(network), network.vendor.cases[0]["_id"], None), network)
    assert len(network.bodies) == 2


class FailingList(Answering):
    """A network whose lists of writes fail: at each request, or only at the first ones."""

    failures = 10_000

    def send(self, effect: Send) -> Response | NoResponse:
        if effect.request.operation in ("list_creditings", "list_cancellations", "list_registrations") and self.failures:
            self.failures -= 1
            self.vendor.clock.seconds += effect.timeout
            return NoResponse(True, "timeout")
        return super().send(effect)


@pytest.mark.parametrize("write", [registered, credited, cancelled])
@pytest.mark.parametrize("happened", [True, False])
def test_a_list_that_hangs_makes_no_outcome_worse(write: Any, happened: bool) -> None:
    network = FailingList("dropped after" if happened else "dropped before", lists=True)
    assert write(network).outcome == ("reconciled" if happened else "created")
    assert len(network.vendor.commits) == 1


def test_a_list_that_fails_for_a_while_is_asked_again() -> None:
    network = FailingList("dropped after", lists=True)
    network.failures = 3
    assert credited(network).id == network.vendor.records[0]["_id"]


class Late(Answering):
    """A network where the first write, given up as lost, arrives together with its repetition."""

    def send(self, effect: Send) -> Response | NoResponse:
        if effect.request.writes and len(self.bodies) == 1:
            self.vendor.commit("credit_case", self.bodies[0])
        return super().send(effect)


def test_two_creditings_of_one_reference_are_written_twice() -> None:
    with pytest.raises(WrittenTwiceError):
        credited(Late("dropped before", lists=True))


@pytest.mark.parametrize("listed_after", [0.0, 5.0])
def test_one_of_ours_beside_one_of_another_party_is_not_written_twice(listed_after: float) -> None:
    network = Meanwhile("dropped before", change=credited_by_another)
    network.vendor.listed_after = listed_after
    assert credited(network).outcome == "created"
    assert network.vendor.cases[0]["total_remaining_capital_amount"] == 300.0


def test_where_the_list_never_shows_ours_the_case_decides_whether_it_is_there_twice() -> None:
    network = Late("dropped before", lists=True)
    network.vendor.listed_after = 1_000.0
    with pytest.raises(WrittenTwiceError):
        credited(network)


def lost(network: Answering, journal: Any, case: str) -> None:
    """Credit a case while nothing can be looked up, so that the outcome stays unknown."""
    network.read_fault = None
    sent = network.send

    def blind(effect: Send) -> Response | NoResponse:
        network.read_fault = "500 before" if effect.request.operation == "credit_case" or network.read_fault else None
        return sent(effect)

    network.send = blind  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknownError):
        run(actions.credit(context(network), case, actions.Crediting(Decimal(100)), journal), network)
    network.send, network.read_fault = sent, None  # type: ignore[method-assign]


def test_what_a_list_finds_is_tried_once_for_all_pending_writes(tmp_path: Path) -> None:
    network = Answering("dropped before", "dropped before", lists=True)
    cases = [with_case(network), with_case(network, "INV-3")]
    with closing(open_journal(tmp_path / "journal.sqlite")) as journal:
        for number, case in enumerate(cases):
            lost(network, journal, case)
            network.vendor.cases[number]["total_remaining_capital_amount"] -= 100
        other = with_case(network, "INV-4")
        network.vendor.commit("credit_case", {"case": other, "amount": 10, "creditor_reference": "BEFORE"})
        network.vendor.clock.seconds += 1000.0
        before = network.requests
        found = run(actions.resolve_pending(context(network), journal), network)
        assert [type(error) for _, error in found] == [OutcomeUnknownError] * 2
        # The list, two that try `in`, the cases, the list again, its newest record, and the creditings of that case.
    assert network.requests - before == 7


def test_a_mistake_of_ours_while_a_list_is_read_leaves_the_verdict_of_the_case() -> None:
    network = Answering("dropped after", lists=True)

    def broken(operation: str, *_: Any) -> None:
        if operation == "list_creditings":
            raise TypeError("x")

    assert credited(network, dataclasses.replace(context(network), on_response=broken)).outcome == "reconciled"
