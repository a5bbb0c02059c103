"""Redacts findings: reports and CI logs have other readers than the data of a response."""

from dataclasses import replace

from contract_tests.findings.finding import Finding
from contract_tests.privacy import leaks


def redact_finding(finding: Finding) -> Finding:
    """Return a finding with every part left out that would show a secret or a person; operation, rule and pointer stay."""
    expected, seen, repeat = map(redact_text, (finding.expected, finding.seen, finding.repeat))
    return replace(finding, expected=expected, seen=seen, repeat=repeat)


def redact_text(text: str) -> str:
    """Return a text, or what kept it from being shown."""
    found = leaks(text)
    return f"(not shown: {found[0].what} is in it)" if found else text
