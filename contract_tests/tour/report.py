"""What a tour reports: findings about the last exchange, and the answers to open questions."""

from collections.abc import Iterable
from typing import Any

from contract_tests.findings import Fact, Finding, open_questions
from contract_tests.messages import shown
from contract_tests.model import Difference
from contract_tests.server import Caller


class Report:
    """Findings go to the client that sent the request; answers are kept until the end."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.answers: dict[str, str] = {}

    def add_finding(self, operation: str, rule: str, pointer: str, expected: Any, seen: Any, *, rests_on: Fact) -> None:
        """Add a finding about the last exchange."""
        known = [value if isinstance(value, str) else shown(value) for value in (expected, seen)]
        self.caller.add(Finding(operation, rule, pointer, *known, rests_on=rests_on))

    def expect(self, operation: str, rule: str, pointer: str, expected: Any, seen: Any, *, rests_on: Fact) -> None:
        """Add a finding unless two values are the same."""
        if expected != seen:
            self.add_finding(operation, rule, pointer, expected, seen, rests_on=rests_on)

    def add_differences(self, operation: str, rule: str, base: str, differences: Iterable[Difference]) -> None:
        """Add a finding for each difference."""
        for rests_on, pointer, expected, seen in differences:
            self.add_finding(operation, rule, base + pointer, expected, seen, rests_on=rests_on)

    def record_answer(self, name: str, operation: str, seen: str) -> None:
        """Record how the server answers an open question."""
        self.answers[name] = seen
        for finding in open_questions()[name].compare(operation, seen):
            self.caller.add(finding)

    def record_unknown(self, operation: str, unknown: Iterable[str], refused: Iterable[str]) -> None:
        """Record whether properties that no page names are refused, in every place."""
        kept = sorted({*unknown} - {*refused})
        seen = "refused" if not kept else "accepted" if len(kept) == len([*unknown]) else f"accepted as {', '.join(kept)}"
        self.record_answer("unknown_property", operation, seen)
