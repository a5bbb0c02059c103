"""Accepted deviations: a file of findings that are known, each with a reason and a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from contract_tests.findings.finding import Finding
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
    seen: str | None = None
    rare: bool = False  # not met in every run, and so never stale

    def __post_init__(self) -> None:
        if not self.reason.strip() or type(self.date) is not date:
            raise ValueError(f"accepted.yaml: {self} needs a reason and a date")

    def __str__(self) -> str:
        return f"{self.operation}: {self.rule} at {self.pointer}{f' ({self.seen})' if self.seen else ''}"

    def covers(self, finding: Finding) -> bool:
        """Return whether a finding is this deviation."""
        same = (self.operation, self.rule, self.pointer) == (finding.operation, finding.rule, any_position(finding.pointer))
        return same and self.seen in (None, finding.seen)


class AcceptedDeviations:
    """The accepted deviations of one server, and which of them a run has met."""

    def __init__(self, accepted: Iterable[AcceptedDeviation]) -> None:
        self.accepted = list(accepted)
        self._matched: set[AcceptedDeviation] = set()

    @classmethod
    def of(cls, base_url: str, file: Path = FILE) -> "AcceptedDeviations":
        """Return what is accepted of the server at a URL."""
        host = "stand-in" if is_loopback(base_url) else urlsplit(base_url).hostname
        entries = [AcceptedDeviation(**entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8")) or []]
        return cls(entry for entry in entries if entry.host == host)

    def unaccepted(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are not accepted."""
        fresh = []
        for finding in findings:
            known = [entry for entry in self.accepted if entry.covers(finding)]
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
