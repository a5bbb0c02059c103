"""The findings as SARIF 2.1.0, for code hosts: each once, beside the line of the contract that it is about."""

import json
import re
from collections import Counter
from typing import Any

from contract_tests.contract import CONTRACT_FILE, ROOT, Contract, lines
from contract_tests.findings import Finding
from contract_tests.privacy import TOOL
from contract_tests.report.run_result import EXIT, RunResult

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_STATUS = re.compile(r" in (\d{3})$")
_OF_REQUESTS = ("request-", "a request ", "contract too loose")  # how the rules begin that are about what was sent


def sarif(run_result: RunResult) -> str:
    """Return the log of a run. What kept the suite from checking is in the notifications of its invocation."""
    findings = [finding for check in run_result.checks for finding in check.findings]
    times = Counter(finding.fingerprint for finding in findings)
    once = {finding.fingerprint: finding for finding in findings}
    rules = list(dict.fromkeys(finding.rule for finding in once.values()))
    run = {
        "tool": {
            "driver": {
                "name": TOOL,
                "version": str(Contract.load().document["info"]["version"]),
                "rules": [{"id": rule, "shortDescription": {"text": rule}} for rule in rules],
            }
        },
        "invocations": [_invocation(run_result)],
        "automationDetails": {"id": f"contract/{run_result.server}/"},
        "results": [
            {**_result(finding, rules.index(finding.rule), times[known]), "level": _level(run_result, finding)}
            for known, finding in once.items()
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _level(run_result: RunResult, finding: Finding) -> str:
    """Return `error` for drift, and `note` for what is only against a default or an assumption."""
    return "error" if run_result.is_drift(finding) else "note"


def _result(finding: Finding, rule: int, times: int) -> dict[str, Any]:
    place = f"{finding.operation} {finding.pointer or '/'}"
    physical = {
        "artifactLocation": {"uri": CONTRACT_FILE.relative_to(ROOT).as_posix()},
        "region": {"startLine": line_of(finding)},
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "message": {"text": f"{finding.rule}: {place}, expected {finding.expected}, seen {finding.seen}; {finding.rests_on}"},
        "locations": [{"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": place}]}],
        "partialFingerprints": {"finding/v1": finding.fingerprint},
        "occurrenceCount": times,
    }


def _invocation(run_result: RunResult) -> dict[str, Any]:
    untold = [check for check in run_result.checks if check.outcome in ("error", "inconclusive", "missing")]
    says = {f"{check.layer}, {check.title}: {check.outcome}{f': {check.why}' if check.why else ''}": check for check in untold}
    return {
        "executionSuccessful": not untold,
        "exitCode": EXIT[run_result.verdict],
        "exitCodeDescription": run_result.verdict,
        "startTimeUtc": run_result.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "toolExecutionNotifications": [
            {"level": "error" if check.outcome == "error" else "warning", "message": {"text": text}}
            for text, check in says.items()
        ],
    }


def line_of(finding: Finding) -> int:
    """Return the line of the contract that a finding is about: what describes its place, or its operation, or the first line."""
    if finding.operation == CONTRACT_FILE.name:
        return lines().at(finding.pointer)
    status = _STATUS.search(finding.rule)
    answered = "" if finding.rule.startswith(_OF_REQUESTS) else status[1] if status else "200" if finding.pointer else ""
    return lines().of(finding.operation, answered, finding.pointer)
