"""The findings for code hosts: the shape that SARIF 2.1.0 prescribes, and the lines of the contract."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.contract import CONTRACT_FILE
from contract_tests.findings import Finding, fact
from contract_tests.report.files import write
from contract_tests.report.run_result import Check, RunResult
from contract_tests.report.sarif import line_of, sarif

TYPE = Finding("list_cases", "wrong type in 200", "/_items/0/debt/invoice_number", "string", "5", "curl", rests_on=fact("json"))
ANSWER = Finding("cancel_case", "behaviour second cancellation", "", "refused", "accepted <&> \ud800", rests_on=fact("speed"))
CONTRACT = CONTRACT_FILE.read_text(encoding="utf-8").splitlines()


def run_result() -> RunResult:
    again = replace(TYPE, pointer=TYPE.pointer.replace("0", "7"))
    checks = [Check("tour", "a step", "drift", 0.1, [TYPE, ANSWER]), Check("fuzz", "a phase", "drift", 0.1, [again])]
    return RunResult(checks=[*checks, Check("tour", "another", "inconclusive", 0.1, why="no network")])


def log(run: RunResult) -> dict[str, Any]:
    document = json.loads(sarif(run))
    assert document["version"] == "2.1.0"
    (only,) = document["runs"]
    return dict(only)


def test_each_finding_stands_there_once_with_its_fingerprint_and_how_often_it_was_found() -> None:
    results = log(run_result())["results"]
    assert [(each["ruleId"], each["occurrenceCount"]) for each in results] == [(TYPE.rule, 2), (ANSWER.rule, 1)]
    assert [each["partialFingerprints"] for each in results] == [{"finding/v1": each.fingerprint} for each in (TYPE, ANSWER)]
    assert "expected string, seen 5" in results[0]["message"]["text"]


def test_it_has_the_shape_that_the_standard_prescribes() -> None:
    """What its schema requires of what is used here: keys, references by index, levels, times and URIs."""
    only = log(run_result())
    assert only.keys() == {"tool", "invocations", "automationDetails", "results"}
    rules = only["tool"]["driver"]["rules"]
    for result in only["results"]:
        keys = {"ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints", "occurrenceCount"}
        assert result.keys() == keys
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"] == {"uri": "openapi/amili.yaml"}
        assert 1 <= place["physicalLocation"]["region"]["startLine"] <= len(CONTRACT)
    (invocation,) = only["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 1)
    assert invocation["startTimeUtc"].endswith("Z")
    assert [each["message"]["text"] for each in invocation["toolExecutionNotifications"]] == [
        "tour, another: inconclusive: no network"
    ]


def test_only_what_is_against_a_document_is_an_error_of_a_server_of_others() -> None:
    run = replace(run_result(), server="https://api.example.se")
    assert [each["level"] for each in log(run_result())["results"]] == ["error", "error"]
    assert [each["level"] for each in log(run)["results"]] == ["error", "note"]
    assert "against our assumption" in log(run)["results"][1]["message"]["text"]


def test_a_run_that_conforms_has_no_result_and_was_successful() -> None:
    only = log(RunResult(checks=[Check("tour", "a step", "passed", 0.1)]))
    assert (only["results"], only["invocations"][0]["executionSuccessful"], only["tool"]["driver"]["rules"]) == ([], True, [])


@pytest.mark.parametrize(("operation", "rule", "pointer", "line"), [
    ("list_cases", "wrong type in 200", "/_items/3/debt/invoice_number", "invoice_number:"),
    ("list_cases", "undocumented property in 200", "/_items/*/debt/news", "debt:"),
    ("list_cases", "missing header in 200", "/headers/x-total-count", "X-Total-Count:"),
    ("list_cases", "undocumented status in 418", "", "operationId: list_cases"),
    ("list_cases", "no strict JSON in 200", "", "'200':"),
    ("list_cases", "wrong type in 503", "/_error/code", "code:"),
    ("list_cases", "request-parameter", "/query/where", "- &where-parameter"),
    ("list_cases", "a case is what was done to it", "/_items/0/state", "state:"),
    ("credit_case", "request-body", "/amount", "amount:"),
    ("credit_case", "a request that breaks the contract is refused", "", "operationId: credit_case"),
    ("amili.yaml", "bounded strings", "/components/schemas/Money/multipleOf", "multipleOf:"),
    ("amili.yaml", "bounded strings", "/components/schemas/Nothing", "schemas:"),
    ("guide-flow", "a cassette holds nothing private", "", "#"),
])  # fmt: skip
def test_a_finding_stands_beside_what_describes_its_place(operation: str, rule: str, pointer: str, line: str) -> None:
    found = CONTRACT[line_of(Finding(operation, rule, pointer, "", "", rests_on=fact("json"))) - 1]
    assert found.strip().startswith(line), found


def test_it_is_written_beside_the_others_and_can_be_read_whatever_a_server_sent(tmp_path: Path) -> None:
    assert {file.name for file in write(run_result(), tmp_path)} == {
        "contract.xml", "contract.sarif", "contract.json", "contract.html"
    }  # fmt: skip
    json.loads((tmp_path / "contract.sarif").read_text(encoding="utf-8"))
