"""Lost writes found where the API keeps them: whole receipts, one request, and nothing of another party taken for ours."""

import dataclasses
import json
import re
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import ActionFailedError, OutcomeUnknownError, ValidationError
from amili._core import writing as actions
from amili._core.engine import NoResponse, Response, Send
from amili._core.writing import open_journal

from tests.overlay.writing.model import context, run
from tests.overlay.writing.test_writes import Answering, with_case
from tests.samples import CREDITOR, invoice

MADE = re.compile(r"amili-[0-9a-f]{24}")


def credited(network: Answering, rules: Any = None, journal: Any = None, **details: Any) -> Any:
    case = network.vendor.cases[0]["_id"] if network.vendor.cases else with_case(network)
    crediting = actions.Crediting(Decimal(100), **details)
    return run(actions.credit(rules or context(network), case, crediting, journal), network)


def cancelled(network: Answering) -> Any:
    return run(actions.cancel(context(network), with_case(network), None), network)


def registered(network: Answering) -> Any:
    return run(actions.register(context(network), invoice("INV-1"), None), network)


@pytest.mark.parametrize(
    ("write", "requests"), [(registered, 2), (credited, 3), (cancelled, 3)], ids=["register", "credit", "cancel"]
)
def test_a_lost_write_is_found_by_one_request_and_its_receipt_is_whole(write: Any, requests: int) -> None:
    whole, network = write(Answering(lists=True)), Answering("dropped after", lists=True)
    receipt = write(network)
    assert network.requests == requests
    assert receipt.outcome == "reconciled"
    lacks = {name for name, value in whole.to_dict().items() if name not in receipt.to_dict()}
    assert lacks == {"_status"}, "that is of the response alone"
    assert (receipt.id, receipt.etag) == (network.vendor.records[0]["_id"], "1" * 40)


@pytest.mark.parametrize("write", [registered, credited, cancelled])
def test_a_write_that_did_not_happen_costs_one_request_more_than_without_the_lists(write: Any) -> None:
    with_lists, without = Answering("dropped before", lists=True), Answering("dropped before")
    assert [write(network).outcome for network in (with_lists, without)] == ["created", "created"]
    assert with_lists.requests == without.requests + 1


def test_a_crediting_carries_a_reference_of_its_own_unless_one_is_given_or_none_is_wanted() -> None:
    network = Answering(lists=True)
    without = dataclasses.replace(context(network), crediting_references=False)
    credited(network)
    credited(network)
    credited(network, reference="CR-1")
    credited(network, without)
    first, second, given, none = (str(body.get("creditor_reference")) for body in network.bodies)
    assert MADE.fullmatch(first)
    assert MADE.fullmatch(second)
    assert first != second
    assert (given, none) == ("CR-1", "None")


def test_a_repetition_carries_the_same_reference() -> None:
    network = Answering("dropped before", lists=True)
    credited(network)
    assert len(network.bodies) == 2
    assert network.bodies[0] == network.bodies[1]


NO_REFERENCE = (422, {"_status": "ERR", "_issues": {"creditor_reference": "unknown field"}})
NEITHER = (422, {"_status": "ERR", "_issues": {"creditor_reference": "unknown field", "account": "field is read-only"}})


def test_an_api_that_refuses_the_reference_gets_none_and_the_client_remembers() -> None:
    network, details = Answering(NO_REFERENCE, "none", "dropped after", lists=True), {"account": "f" * 24}
    rules = context(network)
    assert credited(network, rules, **details).outcome == "created"
    assert credited(network, rules, **details).outcome == "reconciled"
    assert [MADE.fullmatch(body.get("creditor_reference") or "") is not None for body in network.bodies] == [True, False, False]
    assert [body.get("account") for body in network.bodies] == ["f" * 24] * 3


def test_account_and_reference_may_be_refused_together() -> None:
    network = Answering(NEITHER, lists=True)
    assert credited(network, account="f" * 24).outcome == "created"
    assert [sorted(body.keys() & {"account", "creditor_reference"}) for body in network.bodies] == [
        ["account", "creditor_reference"],
        [],
    ]


def test_a_reference_that_was_given_is_not_left_out() -> None:
    network = Answering(NO_REFERENCE, lists=True)
    with pytest.raises(ValidationError):
        credited(network, reference="CR-1")
    assert len(network.bodies) == 1


FAILED = {"status": "error", "status_reason_locale": "api.no"}


def stored_as_failed(network: Answering) -> None:
    """Let the first crediting be stored as failed, and its response be lost."""
    sent = network.send

    def send(effect: Send) -> Response | NoResponse:
        outcome = sent(effect)
        if effect.request.writes and len(network.bodies) == 1:
            network.vendor.records[0] |= FAILED
        return outcome

    network.send = send  # type: ignore[method-assign]


def test_a_crediting_that_is_stored_as_failed_failed() -> None:
    network = Answering("dropped after", lists=True)
    stored_as_failed(network)
    with pytest.raises(ActionFailedError, match=r"credit_case was accepted but failed: api\.no") as caught:
        credited(network)
    assert caught.value.receipt.id == network.vendor.records[0]["_id"]


@pytest.mark.parametrize("way", ["resolve", "resolve pending", "write again"])
def test_a_failure_that_is_found_later_ends_the_entry_of_the_journal(way: str, tmp_path: Path) -> None:
    network = Answering("dropped after", lists=True)
    stored_as_failed(network)
    with closing(open_journal(tmp_path / "journal.sqlite")) as journal:
        with_case(network)
        sent = network.send

        def blind(effect: Send) -> Response | NoResponse:
            network.read_fault = "500 before" if network.bodies else None
            return sent(effect)

        network.send = blind  # type: ignore[method-assign]
        with pytest.raises(OutcomeUnknownError) as caught:
            credited(network, journal=journal)
        network.send, network.read_fault = sent, None  # type: ignore[method-assign]
        rules = context(network)
        if way == "resolve":
            with pytest.raises(ActionFailedError):
                run(actions.resolve(rules, caught.value, journal), network)
        elif way == "resolve pending":
            ((_, found),) = run(actions.resolve_pending(rules, journal), network)
            assert isinstance(found, ActionFailedError)
        else:
            assert credited(network, journal=journal).outcome == "created"
        assert journal.pending(network.vendor.clock.wall() + 10_000) == []


def test_an_entry_of_an_old_journal_is_looked_up_by_its_case(tmp_path: Path) -> None:
    network = Answering(lists=True)
    case = with_case(network)
    with closing(open_journal(tmp_path / "journal.sqlite")) as journal:
        old = {"case": case, "amount": "100", "remaining": "500", "transactions": []}
        with journal.lease(network.vendor.clock.wall) as lease:
            evidence = journal._read("credit_case", json.dumps(old))
            journal.begin(lease, evidence, network.vendor.clock.wall(), network.vendor.clock.wall())
        network.vendor.commit("credit_case", {"case": case, "amount": 100, "creditor": CREDITOR, "creditor_reference": "X"})
        network.vendor.cases[0]["transactions"] = []
        ((_, receipt),) = run(actions.resolve_pending(context(network), journal), network)
        assert (receipt.outcome, receipt.id, receipt.settled_amount) == ("reconciled", None, Decimal(100))
