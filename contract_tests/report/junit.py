"""The result as JUnit XML, for CI systems: drift is a failure, an inconclusive check or a fault of the suite an error.

What is against no document passes, and is said in the output of its check.
"""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from contract_tests.report.run_result import Check, RunResult

_ERRORS = {"inconclusive": "inconclusive", "error": "error in the suite", "missing": "not made"}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run_result: RunResult) -> str:
    """Return the XML of a run: a suite for each layer, a case for each check."""
    root = Element("testsuites", {"name": "contract", **_counts(run_result.checks)})
    for layer in dict.fromkeys(check.layer for check in run_result.checks):
        checks = [check for check in run_result.checks if check.layer == layer]
        suite = SubElement(root, "testsuite", {"name": layer, **_counts(checks)})
        for check in checks:
            case = SubElement(suite, "testcase", classname=layer, name=check.title, time=f"{check.seconds:.3f}")
            _outcome(case, check)
    indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{_printable(tostring(root, encoding='unicode'))}\n"


def _outcome(case: Element, check: Check) -> None:
    if check.outcome == "drift":
        first = check.findings[0] if check.findings else None
        message = f"{first.operation}: {first.rule} at {first.pointer or '/'}" if first else "it does not agree"
        SubElement(case, "failure", message=message).text = "\n".join(str(finding) for finding in check.findings)
    elif check.outcome == "noted":
        SubElement(case, "system-out").text = "\n".join(str(finding) for finding in check.findings)
    elif check.outcome in _ERRORS:
        word = _ERRORS[check.outcome]
        SubElement(case, "error", message=": ".join(filter(None, (word, check.why))))
    elif check.outcome == "skipped":
        SubElement(case, "skipped", message=check.why)


def _counts(checks: list[Check]) -> dict[str, str]:
    number = {outcome: sum(check.outcome == outcome for check in checks) for outcome in ("drift", *_ERRORS, "skipped")}
    counts = {
        "failures": number["drift"],
        "errors": sum(number[outcome] for outcome in _ERRORS),
        "skipped": number["skipped"],
        "tests": len(checks),
    }
    return {name: str(value) for name, value in counts.items()} | {"time": f"{sum(check.seconds for check in checks):.3f}"}


def _printable(text: str) -> str:
    """Replace characters that XML can't hold by question marks."""
    return _NOT_IN_XML.sub("?", text)
