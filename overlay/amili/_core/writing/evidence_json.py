"""Evidence as the journal stores it: JSON without personal data."""

import json
import os
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from amili._core.writing.case_evidence import CancellationEvidence, CreditingEvidence
from amili._core.writing.evidence import Evidence, RegistrationEvidence
from amili._core.writing.journal import Journal

_KINDS: dict[str, Any] = {kind.operation: kind for kind in (RegistrationEvidence, CreditingEvidence, CancellationEvidence)}


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
    return evidence
