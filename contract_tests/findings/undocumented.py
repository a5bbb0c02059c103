"""Open questions: what no page of the vendor documents, each with the answer expected so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contract_tests.findings.facts import Fact, facts
from contract_tests.findings.finding import Finding

FILE = Path(__file__).parent / "undocumented.yaml"


@dataclass(frozen=True)
class OpenQuestion:
    """A question, the expected answer, other possible answers, and the source."""

    name: str
    asks: str
    expected: str
    others: list[str]
    since: str

    @property
    def fact(self) -> Fact:
        """The expected answer as a fact; `since` is its source."""
        change = f"change `expected` of {self.name} in contract_tests/findings/undocumented.yaml, with since: seen"
        return Fact(self.name, self.since, f"{self.asks} {self.expected}", change)

    def compare(self, operation: str, seen: str) -> list[Finding]:
        """Return a finding if what was seen is not what is expected."""
        if seen == self.expected:
            return []
        rule = f"behaviour {self.name.replace('_', ' ')}"
        return [Finding(operation, rule, "", self.expected, seen, rests_on=self.fact)]


@cache
def open_questions() -> Mapping[str, OpenQuestion]:
    """Return all behaviours by name."""
    questions: Mapping[str, Mapping[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: OpenQuestion(name, **fields) for name, fields in questions.items()}


def rules() -> list[str]:
    """Return the names of all that the suite's rules say beyond the contract: the facts, and the answers that are expected."""
    return [*facts(), *open_questions()]
