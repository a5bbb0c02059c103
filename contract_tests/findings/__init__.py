"""What a check reports when something disagrees, which disagreements are accepted, and what no page documents."""

from contract_tests.findings.accepted import AcceptedDeviation, AcceptedDeviations, to_accept
from contract_tests.findings.finding import Disagreement, Finding, agree, agree_on, repeatable
from contract_tests.findings.redaction import redact_finding, redact_text
from contract_tests.findings.undocumented import open_questions

__all__ = [
    "AcceptedDeviation", "AcceptedDeviations", "Disagreement", "Finding", "agree", "agree_on", "open_questions",
    "redact_finding", "redact_text", "repeatable", "to_accept",
]  # fmt: skip
