"""A disagreement between contract and traffic: what was expected, what was seen, how to reproduce it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.findings.facts import Fact
from contract_tests.messages import Exchange, any_position, curl, dumps, shown


@dataclass(frozen=True)
class Finding:
    """One disagreement: where, which rule and the fact it rests on, what was expected, what was seen, how to see it again."""

    operation: str
    rule: str
    pointer: str
    expected: str
    seen: str
    repeat: str = ""
    rests_on: Fact = field(kw_only=True)

    @property
    def documented(self) -> bool:
        """Whether this is against a document, and so drift of whatever server."""
        return self.rests_on.kind == "document"

    @property
    def fingerprint(self) -> str:
        """What is the same in every run, whatever was seen: see `fingerprint`."""
        return fingerprint(self.operation, self.rule, self.pointer, self.seen)

    def __str__(self) -> str:
        lines = [f"{self.operation}: {self.rule} at {self.pointer or '/'}"]
        lines += [f"  expected {self.expected}", f"  seen     {self.seen}", f"  {self.rests_on}"]
        return "\n".join(lines + ([f"  repeat   {self.repeat}"] if self.repeat else []))

    def as_json(self) -> dict[str, Any]:
        """Return the finding for a report: the fact by kind, name, source and what it says, and what may be done about it."""
        rests_on = {"kind": self.rests_on.kind, **vars(self.rests_on)}
        return {**vars(self), "rests_on": rests_on}


def seen_is_the_finding(rule: str) -> bool:
    """Return whether by this rule another value at the same place is another finding."""
    return rule.startswith(("undocumented value", "behaviour "))


def fingerprint(operation: str, rule: str, pointer: str, seen: str) -> str:
    """Return a hash of operation, rule and place in any order, and of what was seen if that is the finding."""
    identity = dumps([operation, rule, any_position(pointer), seen if seen_is_the_finding(rule) else ""])
    return hashlib.sha256(identity.encode(errors="backslashreplace")).hexdigest()[:16]


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


def agree_on(operation: str, rule: str, expected: Any, seen: Any, *, rests_on: Fact) -> None:
    """Raise Disagreement unless two values are equal."""
    if expected != seen:
        raise Disagreement([Finding(operation, rule, "", shown(expected), shown(seen), rests_on=rests_on)])
