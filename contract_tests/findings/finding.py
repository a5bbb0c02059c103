"""A disagreement between contract and traffic: what was expected, what was seen, how to reproduce it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from contract_tests.messages import Exchange, any_position, curl, dumps, shown

_SEEN_IS_THE_FINDING = ("undocumented value", "behaviour ")


@dataclass(frozen=True)
class Finding:
    """One disagreement: where, which rule, what was expected and what was seen, and how to see it again."""

    operation: str
    rule: str
    pointer: str
    expected: str
    seen: str
    repeat: str = ""

    @property
    def seen_is_the_finding(self) -> bool:
        """Whether another value at the same place would be another finding."""
        return self.rule.startswith(_SEEN_IS_THE_FINDING)

    @property
    def fingerprint(self) -> str:
        """What is the same in every run: a hash of operation, rule and place, and of what was seen if that is the finding."""
        value = self.seen if self.seen_is_the_finding else ""
        identity = dumps([self.operation, self.rule, any_position(self.pointer), value])
        return hashlib.sha256(identity.encode(errors="backslashreplace")).hexdigest()[:16]

    def __str__(self) -> str:
        lines = [f"{self.operation}: {self.rule} at {self.pointer or '/'}"]
        lines += [f"  expected {self.expected}", f"  seen     {self.seen}"]
        return "\n".join(lines + ([f"  repeat   {self.repeat}"] if self.repeat else []))


class Disagreement(AssertionError):
    """Findings as an exception, for tests to fail with."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("\n" + "\n".join(str(finding) for finding in self.findings))


def repeatable(findings: Iterable[Finding], exchange: Exchange) -> list[Finding]:
    """Add to findings how the request can be repeated."""
    return [finding if finding.repeat else replace(finding, repeat=curl(exchange)) for finding in findings]


def agree(findings: Iterable[Finding]) -> None:
    """Raise Disagreement if there is a finding."""
    found = list(findings)
    if found:
        raise Disagreement(found)


def agree_on(operation: str, rule: str, expected: Any, seen: Any, pointer: str = "") -> None:
    """Raise Disagreement unless two values are equal."""
    if expected != seen:
        raise Disagreement([Finding(operation, rule, pointer, shown(expected), shown(seen))])
