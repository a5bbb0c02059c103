"""What a test that fails means for the verdict: only a disagreement is drift, all else is a fault of the suite."""

from typing import Any

import pytest
from schemathesis.core.failures import FailureGroup, ServerError

from contract_tests.findings import Disagreement, Finding, fact
from contract_tests.report.plugin import _classify
from contract_tests.report.run_result import Check
from contract_tests.server import Inconclusive

FINDING = Finding("list_cases", "a rule", "", "1", "2", rests_on=fact("actions"))


@pytest.mark.parametrize(("problem", "outcome"), [
    (Disagreement([FINDING]), "drift"),
    (FailureGroup([ServerError(operation="GET /x", status_code=500)]), "drift"),
    (Inconclusive("no network"), "inconclusive"),
    (AssertionError("1 == 2"), "error"),
    (KeyError("state"), "error"),
    (ExceptionGroup("two", [KeyError("state")]), "error"),
])  # fmt: skip
def test_only_a_disagreement_is_drift(problem: Any, outcome: str) -> None:
    check = Check("tour", "a step", "passed", 0.1)
    _classify(check, problem)
    assert check.outcome == outcome
    assert bool(check.findings) == (outcome == "drift")
    assert bool(check.why) == (outcome in ("inconclusive", "error"))
