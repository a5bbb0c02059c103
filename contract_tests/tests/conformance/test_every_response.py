"""What every response must be, whatever it is about."""

import gzip

import pytest

from contract_tests.conformance import response_invariants, undescribed
from contract_tests.contract import Contract
from contract_tests.messages import Exchange, is_whole_gzip

WHOLE = gzip.compress(b'{"_items": []}', mtime=0)


@pytest.mark.parametrize(("date", "wrong"), [
    ("Sun, 29 Nov 2026 15:00:00 GMT", []),
    ("Mon, 29 Nov 2026 15:00:00 GMT", []),  # weekdays are not looked at
    ("2026-11-29T15:00:00Z", ["/headers/Date"]),
    ("Sun, 31 Feb 2026 15:00:00 GMT", ["/headers/Date"]),
    ("now", ["/headers/Date"]),
])  # fmt: skip
def test_the_date_of_a_response_can_be_read(date: str, wrong: list[str]) -> None:
    exchange = Exchange("GET", "https://api.example.se/cases", 200, headers={"date": date}, body=b"{}")
    assert [finding.pointer for finding in response_invariants("list_cases", exchange, "")] == wrong


@pytest.mark.parametrize(
    ("raw", "whole"),
    [(WHOLE, True), (WHOLE[:-8], False), (WHOLE[:-1], False), (b"{}", False)],
    ids=["whole", "without its check sum", "without its last byte", "no member"],
)
def test_a_gzip_member_is_whole_with_its_check_sum_and_length(raw: bytes, whole: bool) -> None:
    assert is_whole_gzip(raw) == whole


def test_properties_that_a_schema_does_not_describe_are_named_with_their_place(contract: Contract) -> None:
    schema = contract.schemas["InvoiceRegistration"]["properties"]["customer"]
    customer = {"name": "Jane Smith", "score": 3, "address": {"city": "Åmål", "floor": 2}}
    assert [*undescribed(contract, schema, customer, "/customer")] == ["/customer/score", "/customer/address/floor"]
