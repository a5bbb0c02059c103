from decimal import Decimal
from typing import Any

import pytest

from contract_tests.contract import Contract
from contract_tests.model import stored_differences

CASE = "68e4c40d93ee14723d28fa95"
SENT = {"case": CASE, "amount": Decimal("100.10"), "client_registration_date": "2025-10-07T10:11:22Z"}
RECEIPT = {
    "_id": "1" * 24,
    "_etag": "2" * 40,
    "_updated": "Tue, 07 Oct 2025 07:51:56 GMT",
    "_status": "OK",
    "settled_amount": 100,
}
STORED: dict[str, Any] = {**SENT, **RECEIPT, "client_registration_date": "Tue, 07 Oct 2025 10:11:22 GMT", "account": "3" * 24}
del STORED["_status"]


@pytest.mark.parametrize(
    "change", [{}, {"_etag": "4" * 40, "_updated": "Wed, 08 Oct 2025 07:51:56 GMT"}, {"amount": Decimal("100.1")}]
)
def test_what_is_stored_as_it_was_written_is_right(change: dict[str, Any]) -> None:
    assert list(stored_differences(STORED | change, SENT, RECEIPT)) == []


def test_a_property_that_is_not_shown_is_no_difference() -> None:
    assert list(stored_differences({"_id": "1" * 24}, SENT, RECEIPT)) == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"_id": "5" * 24}, "/_id"),
        ({"amount": Decimal("100.11")}, "/amount"),
        ({"settled_amount": 99}, "/settled_amount"),
        ({"client_registration_date": "Tue, 07 Oct 2025 10:11:23 GMT"}, "/client_registration_date"),
        ({"case": "6" * 24}, "/case"),
    ],
)
def test_what_is_stored_otherwise_is_a_difference(change: dict[str, Any], pointer: str) -> None:
    assert {found[1] for found in stored_differences(STORED | change, SENT, RECEIPT)} == {pointer}


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", f"/cases/{CASE}", "get_case"),
        ("GET", "/cases", "list_cases"),
        ("GET", "/cases/", "list_cases"),
        ("GET", f"/creditor--creditings/{CASE}", "get_crediting"),
        ("GET", "/creditor--creditings", "list_creditings"),
        ("POST", "/creditor--creditings", "credit_case"),
        ("POST", f"/cases/{CASE}", None),
        ("GET", f"/cases/{CASE}/transactions", None),
        ("GET", "/creditor-crediting", None),
    ],
)
def test_an_operation_is_found_by_the_path_of_one_document(
    method: str, path: str, operation: str | None, contract: Contract
) -> None:
    found = contract.find(method, path)
    assert (found and found.id) == operation
