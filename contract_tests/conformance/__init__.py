"""One exchange against the contract, and which parts of the contract a run has seen and broken on purpose."""

from contract_tests.conformance.breaking import broken_on_purpose
from contract_tests.conformance.coverage import DeviationKey, Observations, undescribed
from contract_tests.conformance.every_response import response_invariants
from contract_tests.conformance.exchange import check_exchange, check_request, check_response, why_refused
from contract_tests.conformance.figures import Part, checked, checked_rules, recorded_differences
from contract_tests.conformance.places import Location

__all__ = [
    "DeviationKey", "Location", "Observations", "Part", "broken_on_purpose", "check_exchange", "check_request", "check_response",
    "checked", "checked_rules", "recorded_differences", "response_invariants", "undescribed",
    "why_refused",
]  # fmt: skip
