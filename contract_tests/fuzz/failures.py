"""A failed check of schemathesis as a finding: the check, what it calls the failure, and the place of the mistake."""

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

from contract_tests.findings import Finding, fact, repeatable
from contract_tests.fuzz.intended_error import mistaken
from contract_tests.messages import Exchange


def finding_of(
    operation: str, check: str, failure: Failure, case: schemathesis.Case[Any], exchange: Exchange | None
) -> list[Finding]:
    """Return the failure of a check as a finding that can be repeated; an exchange of None was not answered."""
    says = failure.message.strip().partition("\n")[0]
    expected = f"{check.replace('_', ' ')}, a check of schemathesis"
    status = f"{exchange.status}: " if exchange else ""
    seen = status + (failure.title if says in ("", failure.title) else f"{failure.title}: {says}")
    found = Finding(operation, check, _place_of_mistake(case), expected, seen, rests_on=fact("schemathesis"))
    return repeatable([found], exchange) if exchange else [found]


def _place_of_mistake(case: schemathesis.Case[Any]) -> str:
    """Return the pointer to what is wrong on purpose in the request; empty if nothing is, or it is not known."""
    data = case.meta.phase.data if case.meta is not None else None
    name, place = getattr(data, "parameter", None), getattr(data, "parameter_location", None)
    where = str(getattr(place, "value", ""))
    if name and where in ("query", "header", "path", "cookie"):
        return f"/headers/{name.lower()}" if where == "header" else f"/{where}/{name}"
    return f"/{(mistaken(case) or '').replace('.', '/')}".rstrip("/")
