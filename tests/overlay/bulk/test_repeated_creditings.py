"""A file of creditings that was corrected: what an earlier run of its ledger has credited is not credited again unasked."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from amili import Amili, InvalidInputError
from amili.bulk import CaseKey, CreditingItem, Run, open_ledger
from amili.bulk.ledger import Ledger
from amili_sandbox.testing import SandboxProcess

from tests.samples import invoice


@pytest.fixture
def amili(sandbox: SandboxProcess) -> Iterator[Amili]:
    with Amili(sandbox.base_url, sandbox.token, quota="off") as client:
        yield client


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


@pytest.fixture
def cases(amili: Amili, sandbox: SandboxProcess) -> list[str]:
    numbers = ("N1", "N2", "N3")
    return [str(amili.register(invoice(number, account=sandbox.account, creditor=sandbox.creditor)).case) for number in numbers]


def credit_of(case: str, amount: str = "10.00", reference: str | None = None) -> CreditingItem:
    return CreditingItem(CaseKey(id=case), Decimal(amount), reference)


def creditings(sandbox: SandboxProcess) -> int:
    return Counter((each["method"], "credit" in each["path"]) for each in sandbox.requests())["POST", True]


def test_a_corrected_file_credits_nothing_twice(amili: Amili, ledger: Ledger, cases: list[str], sandbox: SandboxProcess) -> None:
    items = [credit_of(case) for case in cases]
    list(Run.start(ledger, [*items[:2], credit_of("0" * 24)], "credit").work(amili))
    with pytest.raises(InvalidInputError, match="2 rows, the first of them row 1, are in run 1 of the ledger already"):
        Run.start(ledger, items, "credit")
    assert [run.id for run in ledger.runs()] == [1]
    with pytest.raises(InvalidInputError, match="row 2 is in run 1"):
        Run.start(ledger, [items[2], items[1]], "credit")
    before = creditings(sandbox)
    list(Run.start(ledger, items[2:], "credit").work(amili))
    assert creditings(sandbox) == before + 1


def test_another_amount_or_reference_is_another_crediting(amili: Amili, ledger: Ledger, cases: list[str]) -> None:
    list(Run.start(ledger, [credit_of(cases[0])], "credit").work(amili))
    others = [credit_of(cases[0], "11.00"), credit_of(cases[0], reference="RMA-2"), credit_of(cases[1])]
    results = list(Run.start(ledger, others, "credit").work(amili))
    assert {result.state for result in results} == {"done"}


def test_a_person_can_say_that_all_is_to_be_credited_again(
    amili: Amili, ledger: Ledger, cases: list[str], sandbox: SandboxProcess
) -> None:
    list(Run.start(ledger, [credit_of(cases[0])], "credit").work(amili))
    list(Run.start(ledger, [credit_of(cases[0])], "credit", again=True).work(amili))
    assert creditings(sandbox) == 2


def test_one_input_is_not_started_twice_at_once(ledger: Ledger, cases: list[str]) -> None:
    Run.start(ledger, [credit_of(case) for case in cases], "credit")
    with pytest.raises(InvalidInputError, match="3 rows"):
        Run.start(ledger, [credit_of(case) for case in cases], "credit")


def test_what_was_not_credited_yet_is_no_repetition_in_another_input(ledger: Ledger, cases: list[str]) -> None:
    Run.start(ledger, [credit_of(case) for case in cases], "credit")
    assert Run.start(ledger, [credit_of(cases[0])], "credit").id == 2
