"""Requests that schemathesis generates from a test-only variant of the contract, checked against contract and model."""

from contract_tests.fuzz.bounded import BUDGET, Bounded
from contract_tests.fuzz.full import PHASES, Fuzzer
from contract_tests.fuzz.schema import OPERATIONS, generator_schema, settings

__all__ = [
    "BUDGET", "OPERATIONS", "PHASES", "Bounded", "Fuzzer", "generator_schema", "settings",
]  # fmt: skip
