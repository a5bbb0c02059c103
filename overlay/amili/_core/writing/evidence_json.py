"""Evidence as the journal stores it: JSON without personal data."""

import json
import os
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any, get_type_hints

from amili._core.writing.evidence import CancellationEvidence, CreditingEvidence, Evidence, RegistrationEvidence
from amili._core.writing.journal import Journal

_KINDS: dict[str, Any] = {kind.operation: kind for kind in (RegistrationEvidence, CreditingEvidence, CancellationEvidence)}
_TYPES = {operation: get_type_hints(kind) for operation, kind in _KINDS.items()}
_MAX_AMOUNT = 10**15  # SEK


def open_journal(file: str | os.PathLike[str]) -> Journal:
    """Open the journal of writes in a file; raises ConfigurationError if the file can't be used."""
    return Journal(file, evidence_text, evidence_of)


def evidence_text(evidence: Evidence) -> str:
    """Encode evidence as JSON, without the digest of the debtor's number."""
    if isinstance(evidence, RegistrationEvidence):
        evidence = replace(evidence, debtor=None)
    return json.dumps(asdict(evidence), default=str)


def evidence_of(operation: str, text: str) -> Evidence:
    """Decode evidence; raises one of the errors in `journal.UNREADABLE` if another version wrote it."""
    facts: dict[str, Any] = json.loads(text)
    for name in ("total", "amount", "remaining"):
        if facts.get(name) is not None:
            facts[name] = Decimal(facts[name])
    if "transactions" in facts:
        facts["transactions"] = tuple(facts["transactions"])
    evidence: Evidence = _KINDS[operation](**facts)
    for name, kind in _TYPES[operation].items():
        if not _fits(getattr(evidence, name), kind):
            raise TypeError(f"{name} is of another type or size")
    return evidence


def _fits(value: Any, kind: Any) -> bool:
    if kind == tuple[str, ...]:
        return isinstance(value, tuple) and all(isinstance(inner, str) for inner in value)
    return isinstance(value, kind) and not (isinstance(value, Decimal) and not abs(value) < _MAX_AMOUNT)
