"""Accepted deviations: a file of findings that are known, each with a reason and a date; they are known by their fingerprint."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from contract_tests.findings.finding import Finding, fingerprint, seen_is_the_finding
from contract_tests.messages import any_position, is_loopback

FILE = Path(__file__).parent / "accepted.yaml"


@dataclass(frozen=True)
class AcceptedDeviation:
    """One deviation of one server that a person has accepted."""

    host: str
    operation: str
    rule: str
    pointer: str
    reason: str
    date: date
    seen: str = ""  # of a rule of which another value is another finding
    rare: bool = False  # not met in every run, and so never stale

    def __post_init__(self) -> None:
        if not self.reason.strip() or type(self.date) is not date:
            raise ValueError(f"accepted.yaml: {self} needs a reason and a date")
        if bool(self.seen) != seen_is_the_finding(self.rule):
            raise ValueError(f"accepted.yaml: {self} {'can have no' if self.seen else 'needs the'} value that was seen")

    def __str__(self) -> str:
        return f"{self.operation}: {self.rule} at {self.pointer}{f' ({self.seen})' if self.seen else ''}"

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of every finding that is this deviation."""
        return fingerprint(self.operation, self.rule, self.pointer, self.seen)


def to_accept(finding: Finding, server: str) -> str:
    """Return the entry that accepts a finding; it counts once a person has written a reason."""
    entry = {"host": _host(server), "operation": finding.operation, "rule": finding.rule}
    entry |= {"pointer": any_position(finding.pointer)} | ({"seen": finding.seen} if seen_is_the_finding(finding.rule) else {})
    return yaml.safe_dump(
        [{**entry, "reason": "", "date": datetime.now(UTC).date()}], sort_keys=False, width=1000, allow_unicode=True
    )


def _host(server: str) -> str:
    """Return how the file names the server at a URL."""
    return "stand-in" if is_loopback(server) else urlsplit(server).hostname or "stand-in"


class AcceptedDeviations:
    """The accepted deviations of one server, and which of them a run has met."""

    def __init__(self, accepted: Iterable[AcceptedDeviation]) -> None:
        self.accepted = list(accepted)
        self._matched: set[AcceptedDeviation] = set()

    @classmethod
    def of(cls, base_url: str, file: Path = FILE) -> "AcceptedDeviations":
        """Return what is accepted of the server at a URL."""
        entries = [AcceptedDeviation(**entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8")) or []]
        return cls(entry for entry in entries if entry.host == _host(base_url))

    def unaccepted(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are not accepted."""
        fresh = []
        for finding in findings:
            known = [entry for entry in self.accepted if entry.fingerprint == finding.fingerprint]
            self._matched.update(known)
            if not known:
                fresh.append(finding)
        return fresh

    @property
    def matched(self) -> list[AcceptedDeviation]:
        """What was accepted and met."""
        return [entry for entry in self.accepted if entry in self._matched]

    @property
    def unused(self) -> list[AcceptedDeviation]:
        """What was accepted and not met: the server has changed, or the entry was wrong."""
        return [entry for entry in self.accepted if entry not in self._matched and not entry.rare]
