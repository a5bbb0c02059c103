"""The report as one page of HTML: readable on a phone, without scripts, from a file, with nothing from elsewhere."""

import re
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

from amili_inspector import stylesheet
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from contract_tests.findings import Finding, to_accept
from contract_tests.report.reproduce import ABOUT_STAND_IN, INSTRUCTION
from contract_tests.report.run_result import OUTCOMES, RunResult

_VERDICTS = {
    "conforms": "Contract and server agree.",
    "drift": "Contract and server do not agree.",
    "incomplete": "Nothing can be said: not every check was made.",
    "inconclusive": "Nothing can be said: the server could not be asked.",
    "error": "Nothing can be said: the suite itself failed.",
}


def page(run_result: RunResult) -> str:
    """Return the page of a run: the verdict, what a person must do, what was found, and what was checked."""
    findings = [finding for check in run_result.checks for finding in check.findings if run_result.is_drift(finding)]
    times = Counter(finding.fingerprint for finding in findings)
    reasons = Counter(check.why for check in run_result.checks if check.outcome == "inconclusive")
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    environment.filters["breakable"] = _breakable
    return environment.get_template("page.html.j2").render(
        stylesheet=Markup(stylesheet()),  # noqa: S704 - our own file
        run=run_result,
        verdicts=_VERDICTS,
        kinds=len(times),
        findings=findings,
        to_do=run_result.to_do(),
        entries={finding.fingerprint: to_accept(finding, run_result.server) for finding in findings},
        counts=run_result.counts(),
        errors=[f"{check.layer}, {check.title}: {check.why}" for check in run_result.checks if check.outcome == "error"],
        missing=[f"{check.layer}: {check.title}" for check in run_result.checks if check.outcome == "missing"],
        reasons=[f"{why} ({number} checks)" for why, number in reasons.items()],
        left=[f"{each['invoice_number']}: case {each['case']}" for each in run_result.left_open],
        operations=_by_operation(findings, times),
        noted=[
            f"{one.operation}: {one.rule} at {one.pointer or '/'}, expected {one.expected}, seen {one.seen}; {one.rests_on}."
            f" Proposal: {one.rests_on.proposal}."
            for one in run_result.noted
        ],
        parts=run_result.parts,
        layers=list(_layers(run_result)),
        not_described=[f"{what}: {number} times" for what, number in run_result.not_described.items()],
        paths=[f"{name}: {', '.join(known)}" for name, known in run_result.path_variants.items()],
        fit=run_result.fit.lines() if run_result.fit else [],
        answers=[f"{name.replace('_', ' ')}: {seen}" for name, seen in run_result.open_questions.items()],
        all_checks=[f"{check.layer}: {check.title} ({check.outcome})" for check in run_result.checks],
        instruction=INSTRUCTION,
        about_stand_in=ABOUT_STAND_IN,
    )


def _by_operation(findings: list[Finding], times: Counter[str]) -> dict[str, list[tuple[Finding, int]]]:
    operations: dict[str, list[tuple[Finding, int]]] = {}
    for fingerprint, finding in {finding.fingerprint: finding for finding in findings}.items():
        operations.setdefault(finding.operation, []).append((finding, times[fingerprint]))
    return operations


def _layers(run_result: RunResult) -> Any:
    for name, group in groupby(sorted(run_result.checks, key=lambda check: check.layer), key=lambda check: check.layer):
        checks = list(group)
        counts = Counter(check.outcome for check in checks)
        worst = next(
            outcome for outcome in ("drift", "error", "missing", "inconclusive", "noted", "passed", "skipped") if counts[outcome]
        )
        word = {"passed": "agrees", "skipped": "does not apply"}.get(worst, f"{counts[worst]} {OUTCOMES[worst]}")
        seconds = sum(check.seconds for check in checks)
        yield {"name": name, "worst": worst, "word": word, "checks": len(checks), "seconds": seconds}


def _breakable(text: str) -> Markup:
    """Let a line break after the marks in names and pointers, rather than anywhere."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[,/_])(?=\w)", text))
