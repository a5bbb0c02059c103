"""A pytest plugin that turns tests into checks of a record, and prints what fails as it fails."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.contract import Contract, change_lines
from contract_tests.findings import Disagreement, Finding, fact, redact_finding, redact_text
from contract_tests.messages import shown
from contract_tests.report.files import Leaking, write
from contract_tests.report.plan import Plan, layer_of, title_of
from contract_tests.report.reproduce import at, on_a_stand_in
from contract_tests.report.run_result import EXIT, RUN_RESULT, Check, RunResult
from contract_tests.server import Inconclusive


class Collector:
    """Collects the outcome of every test; with --verdict it also prints the verdict and sets the exit status."""

    def __init__(self, config: pytest.Config) -> None:
        self.run_result = config.stash[RUN_RESULT] = RunResult()
        self._reasons: set[str] = set()
        self._prepared: dict[str, float] = {}
        self._printed: set[str] = set()  # by fingerprint
        self._folder: Path | None = config.getoption("--report")
        self._verdict: bool = config.getoption("--verdict")
        if self._verdict and config.getoption("numprocesses", None):
            raise pytest.UsageError("the verdict is that of one process: -n is not possible")
        self.run_result.changed = change_lines(Contract.load())
        base_url, files = config.getoption("--base-url"), config.getoption("--traffic")
        self.run_result.server = f"recorded traffic in {len(files)} files" if files else base_url or RunResult.server
        self.run_result.strict = config.getoption("--strict-verdict")
        if not files:
            self.run_result.to_repeat = at(base_url) if base_url else on_a_stand_in(config.getoption("--contract-fault"))
        self._plan = Plan(on_stand_in=self.run_result.on_stand_in, of_traffic=bool(files))

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Read no checks that do not apply."""
        return None if collection_path.is_dir() or self._plan.applies(collection_path) else True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Iterator[None]:
        """Note what is to be checked before others choose from it."""
        self._plan.collect(items)
        yield

    def others_left_out(self, item: pytest.Item) -> bool:
        """Return whether a check other than this one has no outcome yet."""
        return self._plan.missing() != [Check(layer_of(item.path), title_of(item.name), "missing", 0.0)]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that can't be read as a fault of the suite."""
        if report.failed:
            why = report.longreprtext.strip().rpartition("\n")[2]
            self._add(Check("the suite itself", f"reading {report.nodeid}", "error", 0.0, why=redact_text(why)))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        """After the clean-up write the reports, print the verdict, and end with 0 conforms, 1 drift or 2 for all else."""
        yield
        if not self._verdict:
            return
        for check in (*self._plan.missing(), *_cut_off(session.exitstatus)):
            self._add(check)
        session.exitstatus = EXIT[self.run_result.verdict]
        print()
        try:
            print(*(f"wrote {file}" for file in (write(self.run_result, self._folder) if self._folder else ())), sep="\n")
        except (Leaking, OSError) as problem:
            print(f"contract: {problem}", file=sys.stderr)
            session.exitstatus = EXIT["error"]
        print(*self.run_result.summary_lines(), sep="\n")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Note how a test ended."""
        report: pytest.TestReport = yield  # type: ignore[assignment]
        if report.when == "setup" and report.passed:
            self._prepared[item.nodeid] = report.duration  # of its fixtures, which may be what takes long
        elif report.when == "call" or not report.passed:
            check = self._check(item, report, call.excinfo.value if call.excinfo else None)
            check.seconds = round(report.duration + self._prepared.pop(item.nodeid, 0.0), 3)
            check.findings = [redact_finding(finding) for finding in check.findings]
            check.why = redact_text(check.why)
            self._plan.finish(item)
            self._add(check)
        return report  # type: ignore[return-value]

    def _check(self, item: pytest.Item, report: pytest.TestReport, problem: BaseException | None) -> Check:
        check = Check(layer_of(item.path), title_of(item.name), "passed", report.duration)
        if report.skipped:
            check.outcome = "skipped" if self._plan.may_skip(item) else "missing"
            check.why = str(problem or "")
        elif problem is not None and not report.passed:
            _classify(check, problem)
            if check.outcome == "drift" and not any(map(self.run_result.is_drift, check.findings)):
                _note(check)
        return check

    def _add(self, check: Check) -> None:
        self.run_result.checks.append(check)
        if self._verdict:
            self.print_check(check)

    def print_check(self, check: Check) -> None:
        """Print what a check found; what an earlier one found too is only counted, or one drift would fill the screen."""
        if check.outcome == "inconclusive" and check.why not in self._reasons:
            self._reasons.add(check.why)  # the same reason stops every later check
            print(f"INCONCLUSIVE from {check.layer}, {check.title}, on: {check.why}", file=sys.stderr)
        if check.outcome == "error":
            print(f"ERROR IN THE SUITE in {check.layer}, {check.title}: {check.why}", file=sys.stderr)
        again = 0
        for finding in check.findings:
            if finding.fingerprint in self._printed:
                again += 1
            else:
                self._printed.add(finding.fingerprint)
                print(f"{'DRIFT' if self.run_result.is_drift(finding) else 'NOTED'} {finding}", file=sys.stderr)
        if again:
            word = "DRIFT" if check.outcome == "drift" else "NOTED"
            print(f"{word} again in {check.layer}: {check.title}: {again} of the findings above", file=sys.stderr)


def _cut_off(status: int | pytest.ExitCode) -> list[Check]:
    """Return what a run lacks that pytest did not bring to its end."""
    if status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        return []
    outcome = "missing" if status == pytest.ExitCode.INTERRUPTED else "error"
    return [Check("the suite itself", "the end of the run", outcome, 0.0, why=f"pytest ended with {status!r}")]


def _classify(check: Check, problem: BaseException) -> None:
    """Drift is a disagreement or what schemathesis' own checks raise; any other exception is a fault of the suite."""
    if isinstance(problem, Inconclusive):
        check.outcome, check.why = "inconclusive", str(problem)
    elif isinstance(problem, Disagreement):
        check.outcome, check.findings = "drift", problem.findings
    elif isinstance(problem, BaseExceptionGroup) and _of_schemathesis(problem):
        check.outcome, rests_on = "drift", fact("schemathesis")
        check.findings = [
            Finding(check.title, type(inner).__name__, "", "what schemathesis checks", _short(inner), rests_on=rests_on)
            for inner in problem.exceptions
        ]
    else:
        check.outcome, check.why = "error", _short(problem)


def _note(check: Check) -> None:
    """A check that found nothing against a document is noted, or missing if it could not be made to its end."""
    blocked = [finding for finding in check.findings if finding.rests_on == fact("whole_steps")]
    check.outcome, check.why = ("missing", f"{blocked[0].rule}: {blocked[0].seen}") if blocked else ("noted", "")


def _of_schemathesis(problem: BaseExceptionGroup[Any]) -> bool:
    return all(type(inner).__module__.partition(".")[0] == "schemathesis" for inner in problem.exceptions)


def _short(problem: Any) -> str:
    return shown(f"{type(problem).__name__}: {problem}").strip('"').replace("\\n", " ")
