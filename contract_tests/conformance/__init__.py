"""One exchange against the contract, and which parts of the contract a run has seen."""

from contract_tests.conformance.coverage import DeviationKey, Location, Observations, never_seen
from contract_tests.conformance.every_response import response_invariants
from contract_tests.conformance.exchange import check_exchange, check_request, check_response, why_refused

__all__ = [
    "DeviationKey",
    "Location",
    "Observations",
    "check_exchange",
    "check_request",
    "check_response",
    "never_seen",
    "response_invariants",
    "why_refused",
]  # fmt: skip
