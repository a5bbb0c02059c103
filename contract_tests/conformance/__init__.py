"""One exchange against the contract, and which parts of the contract a run has seen."""

from contract_tests.conformance.coverage import Kind, Observations, Place, never_seen
from contract_tests.conformance.every_reply import reply_truths
from contract_tests.conformance.exchange import judge, judge_reply, judge_request

__all__ = [
    "Kind", "Observations", "Place", "judge", "judge_reply", "judge_request", "never_seen", "reply_truths",
]  # fmt: skip
