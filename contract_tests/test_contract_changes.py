import copy
from typing import Any

import pytest

from contract_tests.changes import RELEASED_FILE, changes
from contract_tests.contract import Contract
from contract_tests.mutation.spec_mutants import caught_by, mutants

EVERY = 16  # scripts/mutation-score tries them all


def test_the_contract_has_not_changed_since_its_last_release_or_has_a_new_version(contract: Contract) -> None:
    released = Contract.load(RELEASED_FILE)
    told = [str(change) for change in changes(released, contract)]
    newer = contract.document["info"]["version"] != released.document["info"]["version"]
    advice = "raise info.version; if it never was released, accept with: python -m contract_tests.changes --release"
    assert newer or not told, "\n".join([advice, *told])


@pytest.mark.parametrize("position", range(EVERY))
def test_wrong_contracts_are_noticed(contract: Contract, position: int) -> None:
    mutant = list(mutants(contract))[position * 12]
    assert caught_by(mutant.of(contract), contract), mutant.name


def _schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    schema: dict[str, Any] = document["components"]["schemas"][name]
    return schema


@pytest.mark.parametrize(
    ("change", "meaning"),
    [
        (lambda d: _schema(d, "Address")["required"].remove("city"), "loosened"),
        (lambda d: _schema(d, "Address")["required"].append("country"), "tightened"),
        (lambda d: _schema(d, "ObjectId").pop("pattern"), "loosened"),
        (lambda d: _schema(d, "Text").update(maxLength=9), "tightened"),
        (lambda d: _schema(d, "CaseState")["enum"].append("news"), "loosened"),
        (lambda d: _schema(d, "Address").update(additionalProperties=False), "tightened"),
        (lambda d: d["paths"]["/cases"]["get"]["parameters"][4]["schema"].update(maximum=1000), "loosened"),
        (lambda d: d["paths"]["/cases"]["get"]["responses"].pop("422"), "removed"),
        (lambda d: _schema(d, "Address")["properties"].update(county={"type": "string"}), "added"),
        (lambda d: _schema(d, "Text").update(description="other words"), None),
    ],
)
def test_a_change_is_named_by_what_it_means(contract: Contract, change: Any, meaning: str | None) -> None:
    document = copy.deepcopy(contract.document)
    change(document)
    assert [found.meaning for found in changes(contract, Contract(document))] == ([meaning] if meaning else [])
