"""The failures of schemathesis' checks as findings."""

from types import SimpleNamespace
from typing import Any

import pytest
from schemathesis import GenerationMode
from schemathesis.core.failures import AcceptedNegativeData, ServerError
from schemathesis.openapi import checks

from contract_tests.fuzz.failures import finding_of
from contract_tests.fuzz.full import changed
from contract_tests.messages import Exchange

NEGATIVE = "Invalid data should have been rejected\nExpected: 400, 422\nInvalid component: in body - currency is missing"
ANSWER = Exchange("POST", "https://api.example.se/x", 500)


def case_of(**data: Any) -> Any:
    known = {"parameter": None, "location": "/properties/currency", "description": ""} | data
    phase = SimpleNamespace(name=SimpleNamespace(value="coverage"), data=SimpleNamespace(**known))
    return SimpleNamespace(meta=SimpleNamespace(generation=SimpleNamespace(mode=GenerationMode.NEGATIVE), phase=phase))


def test_a_failure_has_its_check_its_title_its_message_and_the_place_of_the_mistake() -> None:
    failure = AcceptedNegativeData(operation="POST /x", message=NEGATIVE, status_code=500, expected_statuses=["400"])
    (finding,) = finding_of("register_invoice", "negative_data_rejection", failure, case_of(), ANSWER)
    assert (finding.operation, finding.rule, finding.pointer) == ("register_invoice", "negative_data_rejection", "/currency")
    assert finding.expected == "negative data rejection, a check of schemathesis"
    assert finding.seen == f"500: {failure.title}: Invalid data should have been rejected"
    assert finding.repeat.startswith("curl ")


def test_a_mistake_in_a_header_is_pointed_at() -> None:
    common: dict[str, Any] = {"operation": "POST /x", "message": "x", "header_name": "X-API-Key", "status_code": 500}
    failure = checks.MissingHeaderNotRejected(**common, expected_statuses=[401])
    place = case_of(parameter="X-API-Key", parameter_location=SimpleNamespace(value="header"))
    assert finding_of("list_cases", "missing_required_header", failure, place, ANSWER)[0].pointer == "/headers/x-api-key"


def test_a_request_without_an_answer_is_a_finding_as_well() -> None:
    failure = ServerError(operation="POST /x", status_code=500)
    (finding,) = finding_of("list_cases", "not_a_server_error", failure, case_of(), None)
    assert (finding.seen, finding.repeat) == (failure.title, "")


@pytest.mark.parametrize(("mutations", "wrong"), [(("violates `format`",), True), ((), False), (None, False)])
def test_what_was_made_wrong_is_never_called_right(mutations: Any, wrong: bool) -> None:
    assert changed(case_of(mutations=mutations)) is wrong
