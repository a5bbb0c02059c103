"""Receipts: the response as the API gave it, and what this library knows beside it."""

import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest
from amili import ActionStatus, CreditorCancellationReceipt, CreditorCreditingReceipt, InvoiceRegistrationReceipt

from tests.samples import CASE, MOMENT

KINDS: list[Any] = [InvoiceRegistrationReceipt, CreditorCreditingReceipt, CreditorCancellationReceipt]
REPLY = {"_id": CASE, "_case": CASE, "_created": MOMENT, "_status": "OK", "never_seen": {"amount": Decimal("0.10")}}


@pytest.mark.parametrize("kind", KINDS)
def test_a_receipt_from_a_response_was_created_and_keeps_what_it_does_not_know(kind: Any) -> None:
    receipt = kind.from_dict(REPLY)
    assert type(receipt) is kind
    assert (receipt.outcome, receipt.id) == ("created", CASE)
    assert receipt.additional_properties["never_seen"] == {"amount": Decimal("0.10")}
    assert receipt.to_dict()["never_seen"] == {"amount": 0.1}
    assert "outcome" not in receipt.to_dict()


@pytest.mark.parametrize("kind", KINDS)
def test_how_it_came_about_is_part_of_a_receipt(kind: Any) -> None:
    created, reconciled = kind.from_dict(REPLY), kind.from_dict(REPLY)
    reconciled.outcome = "reconciled"
    assert created != reconciled
    assert created == kind.from_dict(REPLY)
    for twin in (copy.deepcopy(reconciled), pickle.loads(pickle.dumps(reconciled))):  # noqa: S301
        assert twin == reconciled
        assert twin.outcome == "reconciled"


@pytest.mark.parametrize("key", ["status", "_crediting_status", "_payment_status"])
@pytest.mark.parametrize("said", ["completed", "warning", "error", "never seen"])
def test_the_result_of_a_crediting_is_found_under_each_documented_name(key: str, said: str) -> None:
    receipt = CreditorCreditingReceipt.from_dict({"_id": CASE, key: said})
    assert receipt.result == said


@pytest.mark.parametrize("key", ["status", "_cancellation_status"])
def test_the_result_of_a_cancellation_is_found_under_each_documented_name(key: str) -> None:
    assert CreditorCancellationReceipt.from_dict({"_id": CASE, key: "warning"}).result is ActionStatus.WARNING


def test_a_status_that_can_not_be_read_is_passed_over() -> None:
    receipt = CreditorCreditingReceipt.from_dict({"_id": CASE, "status": 5, "_crediting_status": "warning"})
    assert receipt.result is ActionStatus.WARNING
    assert CreditorCancellationReceipt.from_dict({"_id": CASE, "status": 5}).result is None


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_receipt_that_does_not_say_how_it_ended_has_no_result(kind: Any) -> None:
    assert kind.from_dict({"_id": CASE, "_status": "OK"}).result is None
