import copy
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.cassettes import cassettes
from contract_tests.conformance.coverage import Observations
from contract_tests.conformance.exchange import check_response
from contract_tests.contract import Contract
from contract_tests.messages import Exchange, any_position, dumps

FIND = next(cassette for cassette in cassettes() if cassette.name == "guide-flow").exchanges[1]


def changed(change: Any) -> Exchange:
    document = copy.deepcopy(FIND.document)
    change(document)
    return replace(FIND, body=dumps(document).encode())


def observed(contract: Contract, exchange: Exchange) -> list[tuple[str, str, str]]:
    return [(found.rule, found.pointer, found.seen) for found in Observations(contract).observe(exchange)]


def test_the_guide_has_nothing_that_the_contract_does_not_describe(contract: Contract) -> None:
    observations = Observations(contract)
    assert [finding for exchange in cassettes()[0].exchanges for finding in observations.observe(exchange)] == []


def test_an_undocumented_property_is_found_at_any_depth(contract: Contract) -> None:
    exchange = changed(lambda document: document["_items"][0]["debt"].update(news=1))
    assert observed(contract, exchange) == [("undocumented property in 200", "/_items/*/debt/news", "news")]


def test_an_undocumented_value_of_an_open_list_is_found(contract: Contract) -> None:
    exchange = changed(lambda document: document["_items"][0].update(state="surveillance"))
    assert observed(contract, exchange) == [("undocumented value in 200", "/_items/*/state", '"surveillance"')]


def test_an_undocumented_header_is_found_and_plain_ones_are_not(contract: Contract) -> None:
    exchange = replace(FIND, headers={**FIND.headers, "x-powered-by": "something", "server": "something"})
    assert observed(contract, exchange) == [("undocumented header in 200", "/headers/x-powered-by", "x-powered-by")]


def test_deviations_are_counted_and_reported_once(contract: Contract) -> None:
    observations = Observations(contract)
    exchange = changed(lambda document: document["_items"].extend({**document["_items"][0], "news": 1} for _ in range(2)))
    assert [len(observations.observe(exchange)) for _ in range(2)] == [1, 0]
    assert observations.seen["list_cases", "/200/_items/*/_id"] == 6
    assert observations.found == {("list_cases", "undocumented property in 200", "/_items/*/news", ""): 4}


@pytest.mark.parametrize(
    ("change", "rule", "pointer"),
    [
        (lambda case: case.update(state=5), "wrong type", "/_items/*/state"),
        (lambda case: case["debt"].update(invoice_date="2025-10-07"), "wrong format", "/_items/*/debt/invoice_date"),
        (lambda case: case["debt"].update(initial_capital=0.001), "wrong value", "/_items/*/debt/initial_capital"),
        (lambda case: case.pop("debt"), "missing property", "/_items/*/debt"),
    ],
)
def test_deviations_of_type_format_and_value_are_counted_too(contract: Contract, change: Any, rule: str, pointer: str) -> None:
    exchange = changed(lambda document: change(document["_items"][0]))
    (finding,) = check_response(contract, exchange)
    assert (finding.rule, any_position(finding.pointer)) == (f"{rule} in 200", pointer)
    observations = Observations(contract)
    observations.observe(exchange)
    assert observations.found == {("list_cases", f"{rule} in 200", pointer, ""): 1}


def test_keys_of_the_servers_own_are_counted_as_one_place(contract: Contract) -> None:
    exchange = replace(FIND, status=422, body=dumps({"_status": "ERR", "_issues": {"a": 1, "matrix": {"0": 1}}}).encode())
    assert sorted(finding.pointer for finding in check_response(contract, exchange)) == ["/_issues/a", "/_issues/matrix"]
    observations = Observations(contract)
    observations.observe(exchange)
    assert observations.found == {("list_cases", "wrong value in 422", "/_issues/*", ""): 2}
