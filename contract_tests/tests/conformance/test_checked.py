"""What counts as exercised and as broken on purpose, and the figures that must not fall."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.cassettes import cassettes
from contract_tests.conformance import Observations, Part, broken_on_purpose, checked, checked_rules, recorded_differences
from contract_tests.conformance.figures import FILE
from contract_tests.contract import Contract
from contract_tests.findings import rules
from contract_tests.messages import Exchange, dumps, loads

FLOW = next(cassette for cassette in cassettes() if cassette.name == "guide-flow").exchanges
REGISTER, FIND, CREDIT, CANCEL = FLOW


def parts(contract: Contract, *exchanges: Exchange) -> dict[str, Part]:
    observations = Observations(contract)
    for exchange in exchanges:
        observations.observe(exchange)
    broken = broken_on_purpose(contract, observations.samples, observations.sent_wrong)
    return {part.name: part for part in checked(contract, observations.seen, broken)}


def sent(exchange: Exchange, status: int = 201, **changes: Any) -> Exchange:
    body = {**loads(exchange.request_body), **changes}
    refusal = {"_status": "ERR", "_issues": {}, "_error": {"code": status, "message": "no"}}
    answer = exchange.body if status == 201 else dumps(refusal).encode()
    return replace(exchange, request_body=dumps(body).encode(), status=status, body=answer)


def state(part: Part, place: str) -> tuple[bool, bool]:
    """Return whether a place was exercised, and whether it was broken on purpose."""
    return place in part.exercised, place in part.broken


def test_nothing_is_met_before_anything_was_asked(contract: Contract) -> None:
    for part in parts(contract).values():
        assert (part.exercised, part.broken, part.never_met) == (frozenset(), frozenset(), list(part.places))


def test_what_a_response_has_is_exercised_and_what_it_lacks_is_not(contract: Contract) -> None:
    seen = parts(contract, FIND)
    assert "list_cases /200/_items/*/debt/invoice_number" in seen["properties"].exercised
    assert "list_cases /200/_items/*/closed" in seen["properties"].never_met
    assert "list_cases /200/_items/*/state=initializing" in seen["values"].exercised
    assert "list_cases /200/_items/*/state=reminder" in seen["values"].never_met
    assert seen["statuses"].exercised == {"list_cases /200"}
    assert "list_cases /422" in seen["statuses"].places
    assert not any("/422/" in place for place in seen["properties"].places), "of a response that never came only the status"


def test_what_an_accepted_request_sends_is_exercised_and_what_a_refused_one_has_wrong_is_broken(contract: Contract) -> None:
    accepted, refused = parts(contract, CREDIT), parts(contract, sent(CREDIT, 422, amount="5"))
    for name in ("amount", "case"):
        assert f"credit_case /request/{name}" in accepted["properties"].exercised
        assert f"credit_case /request/{name}" not in refused["properties"].exercised | accepted["properties"].broken
    assert "credit_case /request/amount" in refused["properties"].broken
    assert state(accepted["operations"], "credit_case") == (True, False)
    assert state(refused["operations"], "credit_case") == (False, True)


def test_a_parameter_is_exercised_by_a_right_value_and_broken_by_a_wrong_one(contract: Contract) -> None:
    url = FIND.url.partition("?")[0]
    right = parts(contract, replace(FIND, url=f"{url}?page=1"))["parameters"]
    wrong = parts(contract, replace(FIND, url=f"{url}?page=x", status=400, body=b'{"_status": "ERR"}'))["parameters"]
    assert state(right, "list_cases /parameters/page") == (True, False)
    assert state(wrong, "list_cases /parameters/page") == (False, True)


def test_a_link_is_followed_by_a_request_with_what_the_response_gave(contract: Contract) -> None:
    seen = parts(contract, *FLOW)["links"]
    assert seen.exercised == {f"register_invoice /201/links/{name}" for name in ("credit", "cancel")}
    other = sent(CREDIT, case="f" * 24)
    assert parts(contract, REGISTER, other)["links"].exercised == frozenset()
    assert parts(contract, CREDIT, REGISTER)["links"].exercised == frozenset(), "followed only afterwards"


@pytest.mark.parametrize("body", [b"", b"{]", b"[1]", b"\xff", b'{"amount": NaN}'])
def test_a_body_that_is_none_exercises_nothing_even_if_a_server_accepts_it(body: bytes, contract: Contract) -> None:
    seen = parts(contract, replace(CREDIT, request_body=body), replace(REGISTER, body=b'{"_case": [1]}'))
    assert not [place for place in seen["properties"].exercised if place.startswith("credit_case /request/")]


def test_every_place_that_came_is_broken_on_purpose_unless_nothing_there_is_wrong(contract: Contract) -> None:
    seen = parts(contract, *FLOW)
    for name in ("statuses", "headers", "properties", "values"):
        here = {place for place in seen[name].exercised if "/request/" not in place}
        assert here <= seen[name].broken, (name, here - seen[name].broken)
    assert seen["links"].broken == {f"register_invoice /201/links/{name}" for name in ("case", "credit", "cancel")}


def test_where_the_contract_says_nothing_nothing_can_be_broken() -> None:
    document = Contract.load().document
    case = document["components"]["schemas"]["Case"]
    case["properties"]["state"] = {"description": "anything"}
    case["required"].remove("state")
    properties = parts(Contract(document), FIND)["properties"]
    assert "list_cases /200/_items/*/state" in set(properties.not_broken) & properties.exercised


def test_what_breaks_the_contract_is_no_sample_of_what_is_right(contract: Contract) -> None:
    wrong = replace(FIND, body=FIND.body.replace(b'"_total"', b'"_x"').replace(b'"_items"', b'"_items_"'))
    observations = Observations(contract)
    observations.observe(wrong)
    assert observations.samples == {}


def of(name: str, exercised: Iterable[str], broken: Iterable[str]) -> Part:
    return Part(name, ("a", "b", "c"), frozenset(exercised), frozenset(broken))


@pytest.mark.parametrize(("part", "says"), [
    (of("headers", "ab", "a"), ""),
    (of("headers", "a", "a"), "2 not exercised, and 1 by checked.yaml: check it again, or say 2 there; they are b, c"),
    (of("headers", "abc", "a"), "0 not exercised, and 1 by checked.yaml: the suite does more than it did; say 0 there"),
    (of("headers", "ab", ""), "3 not broken, and 2 by checked.yaml: check it again, or say 3 there; they are a, b, c"),
    (of("links", "abc", "abc"), ""),
    (of("links", "ab", "abc"), "1 not exercised, and 0 by checked.yaml: check it again, or say 1 there; they are c"),
])  # fmt: skip
def test_a_figure_that_falls_fails_and_one_that_rises_says_what_to_write(part: Part, says: str, tmp_path: Path) -> None:
    file = tmp_path / "checked.yaml"
    file.write_text("headers: {not_exercised: 1, not_broken: 2}\n", encoding="utf-8")
    assert list(recorded_differences([part], file)) == ([f"{part.name}: {says}"] if says else [])


def test_a_place_that_was_only_broken_was_met() -> None:
    assert of("headers", "a", "b").never_met == ["c"]


def test_rules_are_broken_on_purpose_by_what_the_wrong_servers_showed(tmp_path: Path) -> None:
    file = tmp_path / "checked.yaml"
    file.write_text("broken_rules: [speed, gone]\n", encoding="utf-8")
    part = checked_rules(["speed", "ids"], ["ids", "else"], file)
    assert (part.exercised, part.broken, part.never_met) == (frozenset({"ids"}), frozenset({"speed"}), [])


def test_every_broken_rule_on_file_is_a_rule() -> None:
    on_file = yaml.safe_load(FILE.read_text(encoding="utf-8"))["broken_rules"]
    assert on_file == [name for name in rules() if name in on_file]
