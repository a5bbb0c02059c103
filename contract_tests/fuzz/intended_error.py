"""Checks that a refusal names the property that was generated wrong."""

import re
from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis import GenerationMode

from contract_tests.findings import Finding, fact
from contract_tests.messages import Exchange
from contract_tests.model import issues

_MISSING = re.compile(r"Missing required property: (\w+)$")


def unnamed_mistake(operation: str, case: schemathesis.Case[Any], exchange: Exchange) -> Iterator[Finding]:
    """Return a finding if a 422 does not name what schemathesis made wrong in one property."""
    name = mistaken(case)
    if exchange.status != 422 or name is None:
        return
    named_issues = issues(exchange.object_or_empty)
    without_positions = {".".join(step for step in path.split(".") if not step.isdigit()) for path in named_issues}
    if not any(path == name or path.startswith(f"{name}.") or name.startswith(f"{path}.") for path in without_positions):
        seen = ", ".join(sorted(named_issues)) or "no property at all"
        rule, pointer = "a refusal names what is wrong", f"/_issues/{name.replace('.', '/')}"
        yield Finding(operation, rule, pointer, "what is wrong with it", seen, rests_on=fact("issues"))


def mistaken(case: schemathesis.Case[Any]) -> str | None:
    """Return the one property of the body that is wrong on purpose, dotted and without positions; None if that is not known."""
    meta = case.meta
    if meta is None or meta.generation.mode is not GenerationMode.NEGATIVE or meta.phase.name.value != "coverage":
        return None
    data = meta.phase.data
    steps = re.findall(r"/properties/(\w+)", data.location or "")
    missing = _MISSING.search(data.description or "")
    return ".".join([*steps, *([missing.group(1)] if missing else [])]) or None
