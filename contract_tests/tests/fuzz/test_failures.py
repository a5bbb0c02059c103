"""The checks of schemathesis that are switched on, each told in our words: expected and seen the right way round."""

from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import AcceptedNegativeData, ContentTypeServerError, Failure, ResponseTimeExceeded, ServerError
from schemathesis.openapi import checks

from contract_tests.fuzz.failures import told
from contract_tests.fuzz.full import changed
from contract_tests.fuzz.schema import settings
from contract_tests.messages import Exchange

SAID: dict[str, Any] = {"operation": "POST /x", "message": "x"}
PAGE = ["application/json", "text/html"]
NOT_A_NUMBER = next(jsonschema_rs.validator_for({"type": "integer"}).iter_errors("many"))
NEGATIVE = "Invalid data should have been rejected\nExpected: 400, 422\nInvalid component: in body - currency is missing"
TOLD: list[tuple[str, Failure, str, str, str]] = [
    ("not_a_server_error", ServerError(operation="POST /x", status_code=500), "", "a status below 500", "500"),
    ("not_a_server_error", ContentTypeServerError(**SAID, status_code=500), "", "a status below 500", "500"),
    (
        "status_code_conformance",
        checks.UndefinedStatusCode(**SAID, status_code=500, defined_status_codes=["201", "422"], allowed_status_codes=[201, 422]),
        "",
        "a status of 201, 422",
        "500",
    ),
    (
        "content_type_conformance",
        checks.MissingContentType(**SAID, media_types=PAGE),
        "/headers/content-type",
        "application/json or text/html",
        "nothing",
    ),
    (
        "content_type_conformance",
        checks.UndefinedContentType(**SAID, content_type="text/csv", defined_content_types=PAGE),
        "/headers/content-type",
        "application/json or text/html",
        "text/csv",
    ),
    (
        "content_type_conformance",
        checks.MalformedMediaType(**SAID, actual="json", defined="application/json"),
        "/headers/content-type",
        "a media type such as application/json",
        "json",
    ),
    (
        "response_headers_conformance",
        checks.MissingHeaders(**SAID, missing_headers=["X-Total-Count"]),
        "/headers/x-total-count",
        "the header, which is required",
        "nothing",
    ),
    (
        "response_headers_conformance",
        checks.JsonSchemaError(operation="GET /x", exc=NOT_A_NUMBER, root_schema={"type": "integer"}),
        "/headers",
        'a header by the contract: {"type":"integer"}',
        '"many"',
    ),
    (
        "negative_data_rejection",
        AcceptedNegativeData(operation="POST /x", message=NEGATIVE, status_code=500, expected_statuses=["400", "422"]),
        "/currency",
        "a status of 400, 422, since this is wrong: in body - currency is missing",
        "500",
    ),
    (
        "positive_data_acceptance",
        checks.RejectedPositiveData(**SAID, status_code=500, allowed_statuses=["2xx"]),
        "",
        "a status of 2xx, since nothing is wrong with the request",
        "500",
    ),
    (
        "missing_required_header",
        checks.MissingHeaderNotRejected(**SAID, header_name="X-API-Key", status_code=500, expected_statuses=[401, 422]),
        "/headers/x-api-key",
        "401 or 422, since the header was not sent",
        "500",
    ),
    (
        "ignored_auth",
        checks.IgnoredAuth(**SAID, scenario=checks.AuthScenario.NO_AUTH),
        "/headers/x-api-key",
        "401 or 403, since no token was sent",
        "500",
    ),
    (
        "allow_header_conformance",
        checks.AllowHeaderMismatch(**SAID, allow_header="GET, PUT", missing_methods=["POST"], undocumented_methods=["PUT"]),
        "/headers/allow",
        "the methods of the contract, with POST and without PUT",
        "GET, PUT",
    ),
    ("max_response_time", ResponseTimeExceeded(**SAID, elapsed=6.214, deadline=5.0), "", "an answer within 5 s", "6.21 s"),
]


@pytest.mark.parametrize(("check", "failure", "pointer", "expected", "seen"), TOLD, ids=[type(row[1]).__name__ for row in TOLD])
def test_a_failure_is_told_the_right_way_round(check: str, failure: Failure, pointer: str, expected: str, seen: str) -> None:
    data = SimpleNamespace(parameter=None, location="/properties/currency", description="")
    phase = SimpleNamespace(name=SimpleNamespace(value="coverage"), data=data)
    case: Any = SimpleNamespace(meta=SimpleNamespace(generation=SimpleNamespace(mode=GenerationMode.NEGATIVE), phase=phase))
    (finding,) = told("register_invoice", check, failure, case, Exchange("POST", "https://api.example.se/x", 500))
    assert (finding.operation, finding.rule) == ("register_invoice", check)
    assert (finding.pointer, finding.expected, finding.seen) == (pointer, expected, seen)
    assert finding.repeat.startswith("curl ")


@pytest.mark.parametrize(("mutations", "wrong"), [(("violates `format`",), True), ((), False), (None, False)])
def test_what_was_made_wrong_is_never_called_right(mutations: Any, wrong: bool) -> None:
    case: Any = SimpleNamespace(meta=SimpleNamespace(phase=SimpleNamespace(data=SimpleNamespace(mutations=mutations))))
    assert changed(case) is wrong


def test_no_check_that_is_switched_on_is_left_out() -> None:
    off = {name for name, said in settings()["checks"].items() if isinstance(said, dict) and said.get("enabled") is False}
    on = {*CHECKS.get_all_names(), "max_response_time"} - off - {"agrees_with_the_contract"}
    wanted = {kind.__name__ for kind in _kinds(Failure) if on & set(kind.checks) and "graphql" not in kind.__module__}
    assert wanted - {type(row[1]).__name__ for row in TOLD} == set()


def _kinds(kind: type[Failure]) -> list[type[Failure]]:
    return [each for inner in kind.__subclasses__() for each in (inner, *_kinds(inner))]
