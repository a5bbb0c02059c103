"""The OpenAPI document: operations, validation, its linter, and the comparison with the last release."""

from contract_tests.contract.comparison import change_lines, compare_with_release, missing_version
from contract_tests.contract.document import CONTRACT_FILE, METHODS, ROOT, Contract, Operation, Schema
from contract_tests.contract.json_schema import Violation
from contract_tests.contract.line_numbers import lines
from contract_tests.contract.lint.linter import flaws, run_lint
from contract_tests.contract.lint.sources import assumed, known_sources

__all__ = [
    "CONTRACT_FILE", "METHODS", "ROOT", "Contract", "Operation", "Schema", "Violation", "assumed", "change_lines",
    "compare_with_release", "flaws", "known_sources", "lines", "missing_version", "run_lint",
]  # fmt: skip
