"""Findings without values: of traffic that others recorded a report has places and kinds, never what stood there."""

import re
from collections.abc import Sequence
from dataclasses import replace

from contract_tests.findings import Finding
from contract_tests.messages import any_position

# Names as APIs choose them; a key that looks otherwise may be data.
_A_NAME = re.compile(r"(?!(?:\D*\d){3})[a-z_][a-z0-9_-]{0,39}")
_A_MEDIA_TYPE = re.compile(r"(?:application|text|image|multipart)/[a-z.+-]{1,40}")
_SAFE = ("nothing", "none", "none that fits", "null", "true", "false")
_FIRST_LETTERS = {'"': "text", "{": "an object", "[": "a list", "-": "a number"}


def without_values(finding: Finding, status: int) -> Finding:
    """Return a finding with the kind of what was seen, without the request; `expected` must be without values already."""
    seen = kind_of(finding)
    if finding.rule.startswith("request"):
        seen += f"; the response was {status}" if status else "; there was no response"
    return replace(finding, pointer=place(finding.pointer), seen=seen, repeat="")


def place(pointer: str) -> str:
    """Return a JSON pointer with a star for each position, and for each key that may be data."""
    pointer = pointer.lower() if pointer.startswith("/headers/") else pointer
    steps = any_position(pointer).split("/")[1:]
    return "".join(f"/{step if _A_NAME.fullmatch(step) else '*'}" for step in steps)


def kind_of(finding: Finding) -> str:
    """Return in one word what was seen."""
    if finding.rule.startswith("undocumented "):
        return f"a {finding.rule.split()[1]} that it does not describe"
    if finding.seen.startswith("the unknown parameter "):
        return "an unknown parameter"
    media_type = finding.seen.partition(";")[0].strip()
    if "content" in finding.rule and _A_MEDIA_TYPE.fullmatch(media_type):
        return media_type
    if finding.seen in _SAFE:
        return finding.seen
    return "a number" if finding.seen[:1].isdigit() else _FIRST_LETTERS.get(finding.seen[:1], "something else")


def counted(found: Sequence[tuple[int, Finding]]) -> list[Finding]:
    """Return each finding once, with the entries in which it was found."""
    numbers: dict[tuple[str, ...], list[int]] = {}
    first: dict[tuple[str, ...], Finding] = {}
    for number, finding in found:
        numbers.setdefault(_place(finding), []).append(number)
        first.setdefault(_place(finding), finding)
    return [replace(finding, seen=f"{finding.seen} (entry {_listed(numbers[key])})") for key, finding in first.items()]


def _place(finding: Finding) -> tuple[str, ...]:
    return finding.operation, finding.rule, finding.pointer, finding.expected, finding.seen


def _listed(numbers: list[int]) -> str:
    different = sorted(set(numbers))
    return f"{different[0]} and {len(different) - 1} more" if len(different) > 1 else str(different[0])
