import copy
from typing import Any

import pytest

from contract_tests.contract.comparison import change_lines, changes, missing_version
from contract_tests.contract.document import Contract
from contract_tests.messages import dumps, loads

BREAKING: Any = lambda d: _schema(d, "Debt")["required"].pop()  # noqa: E731
HARMLESS: Any = lambda d: _schema(d, "Address")["required"].pop()  # noqa: E731


@pytest.mark.parametrize(
    ("versions", "change", "missing"),
    [
        ("0.1.0 to 0.1.0", BREAKING, "minor"),
        ("0.1.0 to 0.1.1", BREAKING, "minor"),
        ("0.1.0 to 0.0.9", BREAKING, "minor"),
        ("0.1.0 to 0.2.0", BREAKING, ""),
        ("0.1.0 to 0.1.0", HARMLESS, "patch"),
        ("0.1.0 to 0.1.1", HARMLESS, ""),
        ("0.9.0 to 0.10.0", BREAKING, ""),
        ("1.2.0 to 1.3.0", BREAKING, "major"),
        ("1.2.0 to 2.0.0", BREAKING, ""),
        ("1.2.0 to 1.2.1", HARMLESS, "minor"),
        ("1.2.0 to 1.2.0", lambda _: None, ""),
    ],
)
def test_a_version_is_raised_by_what_the_change_means_to_who_holds_the_last_one(
    contract: Contract, monkeypatch: pytest.MonkeyPatch, versions: str, change: Any, missing: str
) -> None:
    before, after = copy.deepcopy(contract.document), copy.deepcopy(contract.document)
    before["info"]["version"], after["info"]["version"] = versions.split(" to ")
    change(after)
    monkeypatch.setattr("contract_tests.contract.comparison._released", lambda: Contract(before))
    assert missing_version(Contract(after)) == missing


def test_changes_are_named_also_under_a_version_that_was_raised_for_them(contract: Contract) -> None:
    document = copy.deepcopy(contract.document)
    document["info"]["version"] = "0.2.0"
    BREAKING(document)
    reported = " to 0.2.0: breaking: loosened at /components/schemas/Debt/required: "
    assert any(reported in words for words in change_lines(Contract(document)))


def _schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    schema: dict[str, Any] = document["components"]["schemas"][name]
    return schema


def _cases(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/cases"]["get"]
    return operation


def _register(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/invoice-registration"]["post"]
    return operation


def _page_size(document: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = _cases(document)["parameters"][4]["schema"]
    return schema


def _property(document: dict[str, Any], schema: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = _schema(document, schema)["properties"][name]
    return found


# The classes of the checks of oasdiff, by what they are about: existence, requiredness, mutability, type, constraints, values and
# structure, of paths, parameters, bodies, responses, headers, schemas and security; and what only this contract has.
CLASSES: dict[str, tuple[Any, str, bool]] = {
    "a path goes": (lambda d: d["paths"].pop("/cases"), "removed", True),
    "a path comes": (lambda d: d["paths"].update({"/payments": {"get": _cases(d)}}), "added", False),
    "an operation gets another id": (lambda d: _cases(d).update(operationId="find_cases"), "changed", True),
    "an operation gets another tag": (lambda d: _cases(d).update(tags=["invoices"]), "changed", True),
    "an operation is deprecated": (lambda d: _cases(d).update(deprecated=True), "added", False),
    "the other spelling changes": (lambda d: _register(d).update({"x-alternate-path": "/x"}), "changed", True),
    "a parameter goes": (lambda d: _cases(d)["parameters"].pop(), "removed", True),
    "a parameter comes": (lambda d: _cases(d)["parameters"].append({"name": "x", "in": "query", "schema": {}}), "added", False),
    "a parameter becomes required": (lambda d: _cases(d)["parameters"][0].update(required=True), "tightened", True),
    "a parameter moves": (lambda d: _cases(d)["parameters"][0].update({"in": "header"}), "changed", True),
    "a parameter allows more": (lambda d: _page_size(d).update(maximum=1000), "loosened", False),
    "a parameter allows less": (lambda d: _page_size(d).update(maximum=50), "tightened", True),
    "a parameter has another default": (lambda d: _page_size(d).update(default=50), "changed", True),
    "a parameter is of another type": (lambda d: _page_size(d).update(type="string"), "changed", True),
    "a body becomes optional": (lambda d: _register(d)["requestBody"].update(required=False), "loosened", False),
    "a body may be of another kind": (lambda d: _register(d)["requestBody"]["content"].update({"text/xml": {}}), "added", False),
    "a response goes": (lambda d: _cases(d)["responses"].pop("422"), "removed", True),
    "a response comes": (lambda d: _cases(d)["responses"].update({"202": {"description": "x"}}), "added", False),
    "a response is of another kind": (
        lambda d: d["components"]["responses"]["ServerError"]["content"].update({"text/xml": {}}),
        "added",
        False,
    ),
    "a header goes": (lambda d: _cases(d)["responses"]["200"]["headers"].pop("X-Total-Count"), "removed", True),
    "a header is of another type": (
        lambda d: d["components"]["headers"]["TotalCount"]["schema"].update(type="string"),
        "changed",
        True,
    ),
    "a header loses its bound": (lambda d: d["components"]["headers"]["TotalCount"]["schema"].pop("minimum"), "loosened", True),
    "security goes": (lambda d: _cases(d).pop("security"), "loosened", True),
    "the token goes into another header": (
        lambda d: d["components"]["securitySchemes"]["ApiKey"].update(name="X"),
        "changed",
        True,
    ),
    "the server moves": (lambda d: d["servers"][0].update(url="https://example.com/v2"), "changed", True),
    "what is sent needs more": (lambda d: _schema(d, "Address")["required"].append("country"), "tightened", True),
    "what is sent needs less": (lambda d: _schema(d, "Address")["required"].remove("city"), "loosened", False),
    "what comes has less": (lambda d: _schema(d, "Case")["required"].remove("state"), "loosened", True),
    "what comes has more": (lambda d: _schema(d, "Case")["required"].append("account"), "tightened", False),
    "a property that is sent comes": (
        lambda d: _schema(d, "Address")["properties"].update(county={"type": "string"}),
        "added",
        False,
    ),
    "a property that is sent goes": (lambda d: _schema(d, "Address")["properties"].pop("country"), "removed", True),
    "a property that comes goes": (lambda d: _schema(d, "Debt")["properties"].pop("debt_reference"), "removed", True),
    "a property with the name of a keyword": (lambda d: _schema(d, "Debt")["properties"].update(required={}), "added", False),
    "a property is of another type": (lambda d: _schema(d, "Text").update(type="integer"), "changed", True),
    "a property may be null": (lambda d: _schema(d, "Text").update(type=["string", "null"]), "changed", True),
    "a property refers to another schema": (
        lambda d: _property(d, "Debt", "invoice_date").update({"$ref": "#/components/schemas/Text"}),
        "changed",
        True,
    ),
    "a property becomes read-only": (
        lambda d: _property(d, "CreditorCrediting", "account").update(readOnly=True),
        "added",
        False,
    ),
    "a pattern goes": (lambda d: _schema(d, "ObjectId").pop("pattern"), "loosened", True),
    "a pattern changes": (lambda d: _schema(d, "Etag").update(pattern="^x$"), "changed", True),
    "a length is set on what is sent and comes": (lambda d: _schema(d, "Text").update(maxLength=9), "tightened", True),
    "a bound on what is sent goes": (
        lambda d: _property(d, "CreditorCrediting", "amount").pop("exclusiveMinimum"),
        "loosened",
        False,
    ),
    "a multiple goes": (lambda d: _schema(d, "Money").pop("multipleOf"), "loosened", True),
    "a list may be empty": (lambda d: _property(d, "InvoiceRegistration", "matrix").pop("minItems"), "loosened", False),
    "a value comes": (lambda d: _schema(d, "CaseState")["enum"].append("news"), "loosened", True),
    "a value goes": (lambda d: _schema(d, "CaseState")["enum"].remove("reminder"), "tightened", False),
    "a list of values is closed": (lambda d: _schema(d, "CaseState").pop("x-open-enum"), "tightened", False),
    "a list of values is opened": (lambda d: _schema(d, "Money").update({"x-open-enum": "x"}), "loosened", True),
    "a constant changes": (lambda d: _property(d, "CreditorCrediting", "origin").update(const="x"), "changed", True),
    "a default changes": (lambda d: _property(d, "CreditorCrediting", "origin").update(default="x"), "changed", True),
    "a choice goes": (lambda d: _schema(d, "Customer").pop("oneOf"), "loosened", False),
    "a choice has one less": (lambda d: _schema(d, "Customer")["oneOf"].pop(), "changed", True),
    "an object is closed": (lambda d: _schema(d, "Address").update(additionalProperties=False), "tightened", True),
    "money is in another unit": (lambda d: _schema(d, "Money").update({"x-unit": "öre"}), "changed", True),
    "an attribute gets another name": (
        lambda d: _property(d, "InvoiceRegistrationReceipt", "_ocr_number").update({"x-python-name": "x"}),
        "changed",
        True,
    ),
    "a schema goes": (lambda d: d["components"]["schemas"].pop("EveError"), "removed", True),
}


@pytest.mark.parametrize(("change", "meaning", "breaks"), CLASSES.values(), ids=CLASSES)
def test_a_change_is_named_by_what_it_means_and_by_whether_it_breaks(
    contract: Contract, change: Any, meaning: str, breaks: bool
) -> None:
    document = loads(dumps(contract.document))  # what YAML writes once, and names, becomes one of several
    change(document)
    reported = [(found.meaning, found.breaks) for found in changes(contract, Contract(document))]
    assert reported == [(meaning, breaks)]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: _schema(d, "Text").update(description="other words"),
        lambda d: _schema(d, "Text").update(example="other words"),
        lambda d: d["info"].update(title="x"),
        lambda d: _schema(d, "Debt").update({"x-source": "assumed"}),
        lambda d: _schema(d, "CaseState").update({"x-open-enum": "other words"}),
    ],
)
def test_words_are_no_change(contract: Contract, change: Any) -> None:
    document = copy.deepcopy(contract.document)
    change(document)
    assert changes(contract, Contract(document)) == []
