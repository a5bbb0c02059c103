import copy
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.contract.document import CONTRACT_FILE, Contract
from contract_tests.contract.lint.linter import flaws
from contract_tests.contract.lint.sources import assumed

Break = Callable[[dict[str, Any]], Any]


def _schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    schema: dict[str, Any] = document["components"]["schemas"][name]
    return schema


PASSED_BY_ALL = ("", ".*", "^.+$", r"^[\s\S]*$", "^[^a]*$")


def _with_pattern(pattern: str) -> Break:
    return lambda d: _schema(d, "ObjectId").update(pattern=pattern)


BREAKS: dict[str, tuple[str, Break]] = {
    "a string loses its pattern": ("bounded strings", lambda d: _schema(d, "ObjectId").pop("pattern")),
    "a string loses its reason": ("bounded strings", lambda d: _schema(d, "Text").pop("x-no-limit-because")),
    "a string has an empty reason": ("bounded strings", lambda d: _schema(d, "Text").update({"x-no-limit-because": " "})),
    "a string that may be null has no end": (
        "bounded strings",
        lambda d: _schema(d, "Debt")["properties"].update(debt_reference={"type": ["string", "null"], "x-source": "CASE"}),
    ),
    **{f"everything passes a pattern: {each}": ("bounded strings", _with_pattern(each)) for each in PASSED_BY_ALL},
    "a property has no type": ("typed", lambda d: _schema(d, "Debt")["properties"]["invoice_date"].pop("$ref")),
    "a property has no type and an empty reason": (
        "typed",
        lambda d: _schema(d, "Case")["properties"]["original_invoice"].update({"x-no-limit-because": ""}),
    ),
    "a new property has no source of its own": (
        "sources",
        lambda d: _schema(d, "Debt")["properties"].update(
            foo={"type": "string", "maxLength": 5, "description": "a foo", "examples": ["x"]}
        ),
    ),
    "a response of one operation has a string without end": (
        "bounded strings",
        lambda d: d["paths"]["/cases"]["get"]["responses"]["200"]["content"].update({"text/csv": {"schema": {"type": "string"}}}),
    ),
    "a header of one operation has no end": (
        "bounded strings",
        lambda d: d["paths"]["/cases"]["get"]["responses"]["200"]["headers"].update({"X-More": {"schema": {"type": "string"}}}),
    ),
    "an object leaves its openness open": ("decided openness", lambda d: _schema(d, "Debt").pop("additionalProperties")),
    "an inner object as well": (
        "decided openness",
        lambda d: _schema(d, "CaseSettings")["properties"]["interest_rate"].pop("additionalProperties"),
    ),
    "a required property is not described": ("decided openness", lambda d: _schema(d, "Debt")["required"].append("nothing")),
    "an enum does not say if others may come": ("decided openness", lambda d: _schema(d, "CaseState").pop("x-open-enum")),
    "money is not whole öre": ("units", lambda d: _schema(d, "Money").pop("multipleOf")),
    "money is a binary fraction": ("units", lambda d: _schema(d, "Money").pop("format")),
    "an amount is any number": (
        "units",
        lambda d: _schema(d, "Debt")["properties"].update(
            initial_capital={"type": "number", "description": "x", "examples": [1]}
        ),
    ),
    "two names are one in Python": (
        "names in Python",
        lambda d: _schema(d, "CreditorCreditingReceipt")["properties"]["_status"].pop("x-python-name"),
    ),
    "a property has no description": ("described", lambda d: _schema(d, "Address")["properties"]["country"].pop("description")),
    "a property has no example": ("described", lambda d: _schema(d, "Address")["properties"]["country"].pop("examples")),
    "an example is not true": ("true examples", lambda d: _schema(d, "ObjectId")["examples"].append("not an id")),
    "an example is in the older form": ("true examples", lambda d: _schema(d, "ObjectId").update(example="0" * 24)),
    "an error response is missing": ("error responses", lambda d: d["paths"]["/cases"]["get"]["responses"].pop("422")),
    "an error response has no body": ("error responses", lambda d: d["components"]["responses"]["NotFound"].pop("content")),
    "an operation needs no token": ("security", lambda d: d["paths"]["/cases"]["get"].pop("security")),
    "the other spelling is missing": (
        "both spellings",
        lambda d: d["paths"]["/creditor-crediting"]["post"].pop("x-alternate-path"),
    ),
    "a parameter is lost by the generator": (
        "no silent loss",
        lambda d: d["paths"]["/cases"]["get"]["parameters"][0].update(
            schema={}, content={"application/json": {"schema": {"type": "object"}}}
        ),
    ),
    "a page has no end": ("bounded numbers", lambda d: d["paths"]["/cases"]["get"]["parameters"][4]["schema"].pop("maximum")),
    "a link leads nowhere": ("links", lambda d: d["components"]["links"]["CaseOfRegistration"].update(operationId="get_nothing")),
    "a link sends what is not taken": (
        "links",
        lambda d: d["components"]["links"]["CancelRegisteredCase"]["requestBody"].update(amount=1),
    ),
    "a schema has no source": ("sources", lambda d: _schema(d, "Debt").pop("x-source")),
    "a source is unknown": ("sources", lambda d: _schema(d, "Debt").update({"x-source": "somewhere"})),
}


@pytest.mark.parametrize(("rule", "break_it"), BREAKS.values(), ids=BREAKS)
def test_the_linter_notices_when(contract: Contract, rule: str, break_it: Break) -> None:
    document = copy.deepcopy(contract.document)
    break_it(document)
    assert rule in {flaw.rule for flaw in flaws(Contract(document))}


def test_what_is_assumed_is_listed(contract: Contract) -> None:
    facts = assumed(contract)
    print(*facts, sep="\n")
    text = CONTRACT_FILE.read_text(encoding="utf-8")
    stated = [line for line in text.splitlines() if "assumed" in line and not line.startswith("#")]
    assert len({(fact.aspect, fact.says) for fact in facts}) == len(stated), (
        "the list and the file disagree; look for an `assumed` outside x-source"
    )
