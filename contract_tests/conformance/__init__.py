"""One exchange against the contract, and which parts of the contract a run has seen."""

from contract_tests.conformance.coverage import DeviationKey, Location, Observations, never_seen
from contract_tests.conformance.every_reply import reply_invariants
from contract_tests.conformance.exchange import check_exchange, check_reply, check_request

__all__ = [
    "DeviationKey", "Location", "Observations", "check_exchange", "check_reply", "check_request", "never_seen",
    "reply_invariants",
]  # fmt: skip
