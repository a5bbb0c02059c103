"""No rule without a fact, no fact that no rule names, and no source that is nowhere."""

import inspect
import re

import pytest
from amili_sandbox.state import ASSUMPTIONS

from contract_tests.conformance import check_exchange, why_refused
from contract_tests.contract import ROOT, Contract, known_sources
from contract_tests.findings import AGAINST, Fact, Finding, fact, facts, open_questions
from contract_tests.guide import guide_documents
from contract_tests.messages import Exchange, dumps

SUITE = ROOT / "contract_tests"
CODE = "\n".join(
    file.read_text(encoding="utf-8") for file in sorted(SUITE.rglob("*.py")) if "tests" not in file.relative_to(SUITE).parts
)
STANDARDS = {"RFC 1952", "RFC 7519", "RFC 8259", "RFC 8725", "RFC 9110", "RFC 9112"}


def test_every_finding_names_the_fact_it_rests_on() -> None:
    rests_on = inspect.signature(Finding).parameters["rests_on"]
    assert (rests_on.default, rests_on.annotation) == (inspect.Parameter.empty, Fact)


def test_every_fact_is_named_by_a_rule_and_every_named_fact_is_there() -> None:
    named = re.findall(r'(?<!def )\bfact\("(\w+)"\)', CODE)
    assert {*named} == facts().keys()
    assert len(named) == len(re.findall(r"(?<!def )\bfact\(", CODE)), "a fact is named by its name, so that it can be found"


def test_every_open_question_is_put_by_a_rule() -> None:
    assert {name for name in open_questions() if f'"{name}"' not in CODE} == set()


@pytest.mark.parametrize(
    "each", [*facts().values(), *(question.fact for question in open_questions().values())], ids=lambda each: each.id
)
def test_a_fact_has_a_source_that_is_known(each: Fact) -> None:
    assert each.says
    assert each.proposal
    if switch := re.search(r"switch (\w+)", each.source):
        assert switch[1] in {assumption.name for assumption in ASSUMPTIONS}
    names = {"assumed"} if each.source.startswith("assumed") else {*each.source.split(", ")}
    assert {name for name in names - STANDARDS - known_sources() if not (ROOT / name).is_file()} == set()


@pytest.mark.parametrize(("source", "kind"), [
    ("flow-guide", "document"),
    ("A-CRED, A-CANC", "document"),
    ("seen", "document"),
    ("eve-default", "framework"),
    ("assumed", "assumption"),
    ("assumed, from A-STATUS", "assumption"),
])  # fmt: skip
def test_a_page_and_what_was_seen_are_documents_and_nothing_else_is(source: str, kind: str) -> None:
    each = Fact("x", source, "So it is.", "change it")
    assert each.kind == kind
    assert str(each).startswith(f"{AGAINST[each.kind]}: So it is.")


def test_what_second_look_calls_wrong_is_no_document() -> None:
    names = ("etag_moves", "case_dates", "histories", "local_is_total", "bookings", "ocr_luhn", "states_forward", "closed")
    assert {fact(name).kind for name in names} == {"assumption", "framework"}


def test_a_breach_of_the_contract_rests_on_the_source_of_that_place(contract: Contract) -> None:
    reply = guide_documents()["2-find.reply.json"].content
    case = reply["_items"][0]
    for change, kind in (
        ({"state": 7}, "document"),  # CaseState has pages
        ({"_meta": None}, "document"),
        ({"debt": {}}, "assumption"),  # x-source-required of Debt
    ):
        page = {**reply, **change} if "_meta" in change else {**reply, "_items": [{**case, **change}]}
        headers = {"content-type": "application/json"}
        exchange = Exchange("GET", "http://127.0.0.1/cases", 200, {"x-api-key": "x"}, headers=headers, body=dumps(page).encode())
        assert {found.rests_on.kind for found in check_exchange(contract, exchange)} == {kind}, change


def test_a_body_must_be_refused_because_of_what_the_contract_says_of_it(contract: Contract) -> None:
    crediting = guide_documents()["3-credit.request.json"].content
    assert why_refused(contract, "credit_case", {}).source == "A-CRED"
    assert why_refused(contract, "credit_case", {**crediting, "amount": 0}).kind == "assumption"
    assert why_refused(contract, "register_invoice", {}).kind == "assumption", "that they are required is taken from examples"
    assert why_refused(contract, "credit_case", crediting) == fact("unknown_ids")
