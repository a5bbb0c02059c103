"""Writes whose receipts or cases do not match the contract: what the outcome depends on is strict, nothing else is."""

import json
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import ActionFailedError, DecodeError, OutcomeUnknownError
from amili._core import writing as actions
from amili._core.engine import NoResponse, Response, Send

from tests.overlay.writing.model import Network, Vendor, context, run
from tests.samples import invoice
from tests.virtual_time import Clock

CASE = f"{1:024x}"
Change = Callable[[dict[str, Any]], Any]


class Spoiling(Network):
    """A network that changes the receipts and, after the first write, the cases; `fault` befalls the writes."""

    def __init__(self, receipt: Change = id, case: Change = id, fault: str = "none", before: Change = id) -> None:
        super().__init__(Vendor(Clock(), no_lists=404), random.Random(7), rate=0.0, has_learned=True)
        self.receipt, self.case, self.before, self.fault, self.writes = receipt, case, before, fault, 0

    def send(self, effect: Send) -> Response | NoResponse:
        self.writes += effect.request.writes
        self.script = [self.fault if effect.request.writes else "none"]
        response = super().send(effect)
        if not isinstance(response, Response) or not response.success:
            return response
        document = json.loads(response.content)
        if effect.request.writes:
            self.receipt(document)
        for item in document.get("_items", []):
            (self.case if self.writes else self.before)(item)
        return Response(response.status, response.headers, json.dumps(document).encode())


def having(*path: str, value: Any = ...) -> Change:
    """A change: one property is missing, or has this value."""

    def change(document: dict[str, Any]) -> None:
        *steps, last = path
        for step in steps:
            document = document[step]
        document[last] = value
        if value is ...:
            del document[last]

    return change


def with_case(network: Spoiling) -> str:
    found: str = network.vendor.add_case("INV-2")["_id"]
    network.vendor.clock.seconds += 60.0
    return found


def registered(network: Spoiling, **options: Any) -> Any:
    return run(actions.register(context(network), invoice("INV-1"), None, **options), network)


def credited(network: Spoiling) -> Any:
    return run(actions.credit(context(network), with_case(network), actions.Crediting(Decimal(100)), None), network)


def cancelled(network: Spoiling) -> Any:
    return run(actions.cancel(context(network), with_case(network), None), network)


@pytest.mark.parametrize(
    "change",
    [having("_id", value=5), having("_status", value=5), having("_case"), having("_case", value=7), having("_case", value="a")],
)
def test_a_registration_without_a_usable_acknowledgement_is_looked_up_and_not_sent_again(change: Change) -> None:
    network = Spoiling(change)
    receipt = registered(network)
    assert (receipt.outcome, receipt.case, network.writes) == ("reconciled", CASE, 1)


@pytest.mark.parametrize(("name", "attribute"), [("_created", "created"), ("_etag", "etag"), ("ocr_number_ocr", "ocr_number")])
def test_an_acknowledgement_is_one_whatever_else_of_it_can_not_be_read(name: str, attribute: str) -> None:
    network = Spoiling(having(name, value=5))
    receipt = registered(network)
    assert (receipt.outcome, receipt.case, network.requests) == ("created", CASE, 1)
    # It reads as absent: an error of ours after the write would look as if nothing had been written.
    assert (getattr(receipt, attribute), receipt[name], receipt.to_dict()[name]) == (None, 5, 5)


def test_a_crediting_is_acknowledged_also_if_its_settled_amount_can_not_be_read() -> None:
    network = Spoiling(having("settled_amount", value="100.00"))
    receipt = credited(network)
    assert (receipt.outcome, receipt.result, receipt.settled_amount) == ("created", "completed", None)
    assert receipt["settled_amount"] == "100.00"


@pytest.mark.parametrize(("write", "name"), [(credited, "_crediting_status"), (cancelled, "_cancellation_status")])
def test_a_status_that_can_not_be_read_confirms_nothing_and_the_case_is_looked_at(write: Any, name: str) -> None:
    for key in ("status", name):
        network = Spoiling(having(key, value=5))
        receipt = write(network)
        assert (receipt.outcome, receipt.result, network.writes) == ("reconciled", None, 1)


def test_a_failure_is_told_also_if_its_reason_can_not_be_read() -> None:
    network = Spoiling(lambda receipt: receipt.update(_crediting_status="error", status_reason_locale=5))
    with pytest.raises(ActionFailedError, match="credit_case was accepted but failed: no reason given") as caught:
        credited(network)
    assert caught.value.reason is caught.value.receipt.status_reason_locale is None
    assert caught.value.receipt.result == "error"


@pytest.mark.parametrize("write", [registered, credited, cancelled])
def test_what_is_found_has_a_receipt_without_what_the_case_does_not_tell(write: Any) -> None:
    def change(case: dict[str, Any]) -> None:
        case |= {"invoice": 5, "invoice_registration": [], "reference_number": 5, "creditor": 5, "currency": None}
        case["debt"] |= {"invoice_number": 5}

    receipt = write(Spoiling(case=change, fault="dropped after"))
    numbers = (getattr(receipt, "case_invoice_number", None), getattr(receipt, "case_reference_number", None))
    assert (receipt.outcome, receipt.id, *numbers) == ("reconciled", None, None, None)
    cancelling = write is cancelled
    assert write(Spoiling(case=having("debt") if cancelling else id, fault="dropped after")).outcome == "reconciled"


@pytest.mark.parametrize("value", [True, {}, "Tue, 07 Oct 2025 07:41:01 GMT"])
def test_a_case_is_closed_whatever_the_property_holds_which_no_page_describes(value: Any) -> None:
    assert cancelled(Spoiling(case=having("closed", value=value), fault="dropped after")).outcome == "reconciled"


@pytest.mark.parametrize(
    ("write", "change"),
    [
        (registered, having("_id")),
        (registered, having("_id", value="1")),
        (registered, having("_created", value="today")),
        (registered, having("customer_id_number")),
        (registered, having("customer_id_number", value=None)),
        (registered, having("debt", value=[])),
        (registered, having("debt", "initial_capital", value="500")),
        (credited, having("_id", value=None)),
        (credited, having("total_remaining_capital_amount", value="400.0")),
        (credited, having("transactions", value={})),
        (credited, having("transactions", value=[{"amount": -100}])),
        (cancelled, having("_id")),
    ],
)
def test_an_outcome_that_hangs_on_what_can_not_be_read_is_unknown_and_nothing_is_sent_again(write: Any, change: Change) -> None:
    network = Spoiling(case=change, fault="dropped after")
    with pytest.raises(OutcomeUnknownError):
        write(network)
    assert network.writes == 1
    assert len(network.vendor.commits) == 1


@pytest.mark.parametrize(
    ("write", "operation", "change"),
    [
        (credited, "credit_case", having("creditor")),
        (credited, "credit_case", having("creditor", value="\ud800")),
        (credited, "credit_case", having("transactions", value=["text"])),
        (credited, "credit_case", having("total_remaining_capital_amount", value=[])),
        (cancelled, "cancel_case", having("creditor", value=5)),
        (cancelled, "cancel_case", having("creditor", value="us")),
    ],
)
def test_nothing_is_sent_for_a_case_that_does_not_tell_what_is_needed(write: Any, operation: str, change: Change) -> None:
    network = Spoiling(before=change)
    with pytest.raises(DecodeError) as caught:
        write(network)
    assert (caught.value.operation, caught.value.attempts, network.writes) == (operation, 1, 0)


@pytest.mark.parametrize(
    ("change", "operation"),
    [
        (having("_id"), "list_cases"),
        (having("debt"), "register_invoice"),
        (having("customer_id_number", value=None), "register_invoice"),
    ],
)
def test_an_invoice_that_may_be_registered_already_is_not_sent(change: Change, operation: str) -> None:
    network = Spoiling(before=change)
    network.vendor.add_case("INV-1")
    with pytest.raises(DecodeError) as caught:
        registered(network, unless_registered=True)
    assert (caught.value.operation, caught.value.attempts, network.writes) == (operation, 1, 0)
    network.before = having("currency", value=5)
    assert registered(network, unless_registered=True).outcome == "existing"


def test_an_unreadable_success_stays_pending_until_the_case_can_be_read(tmp_path: Path) -> None:
    network, journal = Spoiling(having("_id", value=5), case=having("_created")), actions.open_journal(tmp_path / "journal")
    with pytest.raises(OutcomeUnknownError) as caught:
        run(actions.register(context(network), invoice("INV-1"), journal), network)
    network.vendor.clock.seconds += 1000.0
    assert [pending.entry for pending in journal.pending(network.vendor.clock.wall())] == [caught.value.entry]
    network.case = id
    ((_, receipt),) = run(actions.resolve_pending(context(network), journal), network)
    assert (receipt.outcome, receipt.case) == ("reconciled", CASE)
    assert journal.pending(network.vendor.clock.wall()) == []
    journal.close()
