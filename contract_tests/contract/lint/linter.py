"""The linter of the contract, with the rules of this project: strict, decided, sourced, and without loss into Python."""

from collections.abc import Iterator

from contract_tests.contract.document import Contract
from contract_tests.contract.lint.flaw import Flaw
from contract_tests.contract.lint.operations import operation_flaws
from contract_tests.contract.lint.schemas import schema_flaws
from contract_tests.contract.lint.sources import source_flaws


def flaws(contract: Contract) -> Iterator[Flaw]:
    """Return everything about a contract that breaks a rule of this project."""
    yield from schema_flaws(contract)
    yield from operation_flaws(contract)
    yield from source_flaws(contract)
