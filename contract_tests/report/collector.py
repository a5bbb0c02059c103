"""A pytest plugin that turns tests into checks of a record, and prints what fails as it fails."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.changes import in_words
from contract_tests.contract import Contract
from contract_tests.findings import Disagreement, Finding, shown
from contract_tests.pace import Inconclusive
from contract_tests.report.record import RECORD, Check, Record
from contract_tests.report.repeating import at, on_a_stand_in
from contract_tests.report.sharing import shareable, shareable_text

LAYERS = {
    "test_contract_lint": "the contract itself",
    "test_guide_documents": "the contract itself",
    "test_generated_client": "the contract itself",
    "test_contract_changes": "the contract itself",
    "test_cassettes": "cassettes",
    "test_replay": "cassettes",
    "test_scanner": "cassettes",
    "test_tour": "the tour",
    "test_fuzz": "schemathesis",
    "test_bounded_fuzz": "schemathesis",
    "test_machine": "the state machine",
}


class Collector:
    """Collects the outcome of every test."""

    def __init__(self) -> None:
        self.record = Record()
        self._reasons: set[str] = set()
        self._prepared: dict[str, float] = {}
        self._told: set[tuple[str, str, str, str]] = set()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Put the record where the fixtures find it."""
        config.stash[RECORD] = self.record
        self.record.changed = in_words(Contract.load())
        base_url = config.getoption("base_url", None)
        self.record.to_repeat = at(base_url) if base_url else on_a_stand_in(config.getoption("contract_fault", []))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Note how a test ended."""
        report: pytest.TestReport = yield  # type: ignore[assignment]
        if report.when == "setup" and report.passed:
            self._prepared[item.nodeid] = report.duration  # of its fixtures, which may be what takes long
        elif report.when == "call" or not report.passed:
            check = _check(item, report, call.excinfo.value if call.excinfo else None)
            if check is not None:
                check.seconds = round(report.duration + self._prepared.pop(item.nodeid, 0.0), 3)
                check.findings = [shareable(finding) for finding in check.findings]
                check.why = shareable_text(check.why)
                self.record.checks.append(check)
                self.tell(check)
        return report  # type: ignore[return-value]

    def tell(self, check: Check) -> None:
        """Print what a check found; what an earlier one found too is only counted, or one drift would fill the screen."""
        if check.outcome == "inconclusive" and check.why not in self._reasons:
            self._reasons.add(check.why)  # the same trouble stops every check after it
            print(f"INCONCLUSIVE from {check.layer}, {check.title}, on: {check.why}", file=sys.stderr)
        again = 0
        for finding in check.findings:
            if finding.key in self._told:
                again += 1
            else:
                self._told.add(finding.key)
                print(f"DRIFT {finding}", file=sys.stderr)
        if again:
            print(f"DRIFT again in {check.layer}: {check.title}: {again} of what is told above", file=sys.stderr)


def _check(item: pytest.Item, report: pytest.TestReport, problem: BaseException | None) -> Check | None:
    module = item.path.stem
    name = item.name.removeprefix("test_").replace("_", " ")
    check = Check(LAYERS.get(module, "the suite itself"), name, "passed", report.duration)
    if report.skipped:
        check.outcome = "skipped"
        check.why = str(problem or "")
    elif problem is not None and not report.passed:
        _judge(check, problem)
    return check


def _judge(check: Check, problem: BaseException) -> None:
    inner = _inconclusive(problem)
    if inner is not None:
        check.outcome, check.why = "inconclusive", str(inner)
        return
    check.outcome = "drift"
    if isinstance(problem, Disagreement):
        check.findings = problem.findings
    elif isinstance(problem, BaseExceptionGroup):  # schemathesis: one exception for each of its checks that failed
        check.findings = [
            Finding(check.title, type(inner).__name__, "", "what schemathesis checks", _short(inner))
            for inner in problem.exceptions
        ]
    else:
        check.findings = [Finding(check.layer, check.title, "", "the test to pass", _short(problem))]


def _inconclusive(problem: BaseException) -> Inconclusive | None:
    if isinstance(problem, Inconclusive):
        return problem
    inner = problem.__cause__ or problem.__context__
    return _inconclusive(inner) if inner is not None else None


def _short(problem: Any) -> str:
    return shown(f"{type(problem).__name__}: {problem}").strip('"').replace("\\n", " ")
