"""Print what is wrong with the contract, then what it assumes: `python -m contract_tests.contract.lint`."""

import sys

from contract_tests.contract.document import Contract
from contract_tests.contract.lint.linter import flaws
from contract_tests.contract.lint.sources import assumed


def main() -> int:
    """Return 1 if there is a flaw."""
    contract = Contract.load()
    found = list(flaws(contract))
    for flaw in found:
        print(flaw)
    facts = assumed(contract)
    print(f"{len(facts)} facts of openapi/amili.yaml are assumed; no page of the vendor says them:")
    for fact in facts:
        print(f"  {fact}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
