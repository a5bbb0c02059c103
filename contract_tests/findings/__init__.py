"""What a check reports when something disagrees, the facts that checks rest on, and which disagreements are accepted."""

from contract_tests.findings.accepted import AcceptedDeviation, AcceptedDeviations, to_accept
from contract_tests.findings.facts import AGAINST, Fact, contract_fact, fact, facts, weakest
from contract_tests.findings.finding import Disagreement, Finding, agree, agree_on, repeatable
from contract_tests.findings.redaction import redact_finding, redact_text
from contract_tests.findings.undocumented import open_questions, rules

__all__ = [
    "AGAINST", "AcceptedDeviation", "AcceptedDeviations", "Disagreement", "Fact", "Finding", "agree", "agree_on", "contract_fact",
    "fact", "facts", "open_questions", "redact_finding", "redact_text", "repeatable", "rules", "to_accept", "weakest",
]  # fmt: skip
