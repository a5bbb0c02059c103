"""What a run leaves behind for its report, besides passed and failed."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from contract_tests.conformance import DeviationKey, Location, Observations, Part, broken_on_purpose, checked, checked_rules
from contract_tests.contract import Contract, assumed
from contract_tests.findings import AGAINST, Finding, redact_text, rules
from contract_tests.fit import Fit
from contract_tests.report.reproduce import ABOUT_STAND_IN, INSTRUCTION
from contract_tests.report.to_do import to_do


@dataclass
class Check:
    """One test: its layer, its title, its outcome, and its findings."""

    layer: str
    title: str
    outcome: str  # passed, noted, drift, inconclusive, error, skipped, missing
    seconds: float
    findings: list[Finding] = field(default_factory=list)
    why: str = ""


@dataclass
class RunResult:
    """Everything about a run."""

    server: str = "the stand-in"
    strict: bool = False
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    checks: list[Check] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    path_variants: dict[str, list[str]] = field(default_factory=dict)
    open_questions: dict[str, str] = field(default_factory=dict)
    seen: Counter[Location] = field(default_factory=Counter)
    broken: set[Location] = field(default_factory=set)  # on purpose, and it was noticed
    found: Counter[DeviationKey] = field(default_factory=Counter)
    registered_invoices: list[dict[str, Any]] = field(default_factory=list)
    cancelled_earlier: list[dict[str, Any]] = field(default_factory=list)  # what earlier runs had left open
    accepted: list[str] = field(default_factory=list)  # of the baseline, what was met
    expiring: list[str] = field(default_factory=list)  # cassettes
    unused: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)  # of the contract, since its last release
    to_repeat: list[str] = field(default_factory=list)  # lines for a shell
    traffic: list[str] = field(default_factory=list)  # what was compared of recorded traffic, by file
    fit: Fit | None = None  # of another server, if a report was asked for

    def add_observations(self, observations: Observations) -> None:
        """Add what one layer saw to what the run saw."""
        self.seen.update(observations.seen)
        new = {place: sample for place, sample in observations.samples.items() if place not in self.broken}
        self.broken |= broken_on_purpose(observations.contract, new, observations.sent_wrong)
        self.found.update(observations.found)

    @property
    def not_described(self) -> dict[str, int]:
        """What the responses of the run had that the contract does not describe, by place, and how often."""
        counts = self.found.most_common()
        places = {
            f"{operation}: {rule} at {pointer or '/'} {value}".strip(): n for (operation, rule, pointer, value), n in counts
        }
        return {redact_text(what): number for what, number in places.items()}

    @property
    def parts(self) -> list[Part]:
        """What was checked of each part of the contract, and of the rules that go beyond it."""
        whole = self.on_stand_in and not {"error", "inconclusive", "missing"} & {check.outcome for check in self.checks}
        applied = rules() if whole else self.open_questions  # elsewhere some rules do not apply
        return [*checked(Contract.load(), self.seen, self.broken), checked_rules(rules(), applied)]

    @property
    def on_stand_in(self) -> bool:
        """Whether the server was a stand-in of the run's own."""
        return self.server == RunResult.server

    @property
    def left_open(self) -> list[dict[str, Any]]:
        """The invoices of this run and of earlier ones that could not be cancelled."""
        return [entry for entry in self.registered_invoices + self.cancelled_earlier if not entry["cancelled"]]

    @property
    def can_be_reproduced(self) -> bool:
        """Whether there is a request to repeat, and the lines for it."""
        return bool(self.to_repeat) and any(finding.repeat for check in self.checks for finding in check.findings)

    def to_do(self) -> list[str]:
        """Return what a person must do, the most urgent first."""
        kinds = {finding.fingerprint for check in self.checks for finding in check.findings if self.is_drift(finding)}
        outcomes, left = Counter(check.outcome for check in self.checks), len(self.left_open) if not self.on_stand_in else 0
        stale = {"expiring": len(self.expiring), "unused": len(self.unused)}
        return to_do(outcomes, findings=len(kinds), noted=len(self.noted), left_open=left, server=self.server, **stale)

    def is_drift(self, finding: Finding) -> bool:
        """Return whether a finding makes the run drift: of a server of others only what is against a document, unless strict."""
        return self.on_stand_in or self.strict or finding.documented

    @property
    def noted(self) -> dict[Finding, str]:
        """What was found against defaults and assumptions and does not count, each kind once, with a proposal."""
        findings = {
            finding.fingerprint: finding for check in self.checks for finding in check.findings if not self.is_drift(finding)
        }
        return {finding: f"{AGAINST[finding.rests_on.kind]}; {finding.rests_on.proposal}" for finding in findings.values()}

    def counts(self) -> str:
        """Return how many checks had which outcome."""
        numbers = Counter(check.outcome for check in self.checks)
        return ", ".join(f"{numbers[outcome]} {words}" for outcome, words in OUTCOMES.items() if numbers[outcome])

    def summary_lines(self) -> list[str]:
        """Return what is printed at the end of a run, the verdict last."""
        lines = [f"{operation} has the path {' and '.join(paths)}" for operation, paths in self.path_variants.items()]
        lines += self.traffic
        lines += self.changed
        lines.append(f"drift: {len(self.found)} kinds of deviation, accepted ones included")
        lines.append(f"exercised, and broken on purpose: {', '.join(map(str, self.parts))}")
        lines += self._noted_lines() + self._missing_lines()
        lines += [f"accepted.yaml: not found in this run: {entry}" for entry in self.unused]
        lines += [f"to be renewed with scripts/record: {cassette}" for cassette in self.expiring]
        if self.cancelled_earlier:
            lines.append(f"{len(self.cancelled_earlier)} invoices of earlier runs were open")
        lines += self.fit.lines() if self.fit else []
        if self.can_be_reproduced:
            lines += [INSTRUCTION, *(f"  {line}" for line in self.to_repeat), *([ABOUT_STAND_IN] if self.on_stand_in else [])]
        left = [entry["invoice_number"] for entry in self.left_open]
        if not self.traffic:
            lines.append(
                f"{len(self.registered_invoices)} invoices registered, {len(left)} left open"
                + (f": {', '.join(left)}" if left else "")
            )
        verdict = "error in the suite" if self.verdict == "error" else self.verdict
        return [*lines, f"{verdict}: {len(self.checks)} checks of {self.server}: {self.counts() or 'none'}"]

    def _noted_lines(self) -> list[str]:
        """Return how many findings don't count, and what may be done about each."""
        if not self.noted:
            return []
        kinds = Counter(AGAINST[finding.rests_on.kind] for finding in self.noted)
        number = ", ".join(f"{number} {against}" for against, number in kinds.items())
        lines = [f"  {one.operation}: {one.rule} at {one.pointer or '/'}, {says}" for one, says in self.noted.items()]
        return [f"not drift, since no document says so: {number}; with --strict they count", *lines]

    def _missing_lines(self) -> list[str]:
        """Return a line for each layer that was not checked as a whole."""
        missing: dict[str, list[str]] = {}
        for check in self.checks:
            if check.outcome == "missing":
                missing.setdefault(check.layer, []).append(f"{check.title}: {check.why}" if check.why else check.title)
        return [
            f"not made in {layer}: {len(titles)} checks: {', '.join(titles[:2])}{', …' if titles[2:] else ''}"
            for layer, titles in missing.items()
        ]

    @property
    def verdict(self) -> str:
        """Drift if anything disagrees, else an error if the suite itself failed, else incomplete, inconclusive or conforms."""
        outcomes = {check.outcome for check in self.checks}
        for worst, verdict in (("drift", "drift"), ("error", "error"), ("missing", "incomplete")):
            if worst in outcomes:
                return verdict
        return "conforms" if "inconclusive" not in outcomes and {"passed", "noted"} & outcomes else "inconclusive"

    def as_json(self) -> dict[str, Any]:
        """Return the record as JSON, with what the contract assumes beside it."""
        contract = Contract.load()
        return {
            "verdict": self.verdict,
            "to_do": self.to_do(),
            "server": self.server,
            "started": self.started.isoformat(timespec="seconds"),
            "contract_sha256": contract.sha256,
            "requests": dict(self.requests),
            "path_variants": self.path_variants,
            "traffic": self.traffic,
            "checks": [self._check_as_json(check) for check in self.checks],
            "drift": {
                "not_described": self.not_described,
                "accepted": self.accepted,
                "unused_accepted": self.unused,
            },
            "checked": {part.name: part.as_json() for part in self.parts},
            "open_questions": self.open_questions,
            "fit": self.fit.as_json() if self.fit else None,
            "assumed": [str(fact) for fact in assumed(contract)],
            "registered_invoices": self.registered_invoices,
            "cancelled_earlier": self.cancelled_earlier,
            "expiring": self.expiring,
            "changed_since_release": self.changed,
            "to_repeat": self.to_repeat,
        }

    def _check_as_json(self, check: Check) -> dict[str, Any]:
        findings = [{"fingerprint": one.fingerprint, **one.as_json(), "drift": self.is_drift(one)} for one in check.findings]
        return {**vars(check), "findings": findings}


RUN_RESULT: pytest.StashKey[RunResult] = pytest.StashKey()
OUTCOMES = {
    "passed": "agree",
    "noted": "agree with every document",
    "drift": "disagree",
    "error": "failed in the suite",
    "inconclusive": "could not be made",
    "missing": "were not made",
    "skipped": "do not apply",
}
EXIT = {"conforms": 0, "drift": 1, "incomplete": 2, "inconclusive": 2, "error": 2}
