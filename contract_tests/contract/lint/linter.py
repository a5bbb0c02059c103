"""The linter of the contract, with the rules of this project: strict, decided, sourced, and without loss into Python."""

from collections.abc import Iterator, Sequence

from contract_tests.contract.document import Contract
from contract_tests.contract.lint.flaw import Flaw
from contract_tests.contract.lint.operations import operation_flaws
from contract_tests.contract.lint.schemas import schema_flaws
from contract_tests.contract.lint.sources import assumed, source_flaws
from contract_tests.options import Parser


def flaws(contract: Contract) -> Iterator[Flaw]:
    """Return everything about a contract that breaks a rule of this project."""
    yield from schema_flaws(contract)
    yield from operation_flaws(contract)
    yield from source_flaws(contract)


def run_lint(arguments: Sequence[str] = ()) -> int:
    """Print the flaws of the contract, then what it assumes; return 1 if there is a flaw."""
    Parser("contract lint", "Print the flaws of the contract, then what it assumes.").parse_args(arguments)
    contract = Contract.load()
    found, facts = list(flaws(contract)), assumed(contract)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(facts)} facts of openapi/amili.yaml are assumed; no page of the vendor documents them:")
    print(*(f"  {fact}" for fact in facts), sep="\n")
    return 1 if found else 0
