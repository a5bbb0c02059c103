"""Runs over real HTTP against the stand-in: each operation, what is there already, and what people ask of a run."""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import Amili
from amili.bulk import CaseKey, CreditingItem, Ledger, RowResult, Run, open_ledger
from amili_sandbox.testing import SandboxProcess

from tests.samples import invoice

Make = Callable[..., Any]


@pytest.fixture
def make(sandbox: SandboxProcess) -> Make:
    return lambda number, **changes: invoice(number, account=sandbox.account, creditor=sandbox.creditor, **changes)


@pytest.fixture
def amili(sandbox: SandboxProcess) -> Iterator[Amili]:
    with Amili(sandbox.base_url, sandbox.token, quota="off") as client:
        yield client


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def methods(sandbox: SandboxProcess) -> Counter[str]:
    return Counter(each["method"] for each in sandbox.requests())


def states(results: Any) -> Counter[str]:
    return Counter(result.state for result in results)


def numbered(results: Any) -> dict[int, RowResult]:
    return {result.number: result for result in results}


def test_invoices_are_registered_with_one_look_up_for_a_lot(
    amili: Amili, ledger: Ledger, make: Make, sandbox: SandboxProcess
) -> None:
    run = Run.start(ledger, [make(f"N{number}") for number in range(120)], "register")
    results = list(run.work(amili))
    assert states(results) == {"done": 120}
    assert methods(sandbox) == {"POST": 120, "GET": 2 + 3}  # three to make sure that this API knows `in`
    assert sorted(results, key=lambda result: result.number) == list(run.results())
    assert {case.id for case in amili.cases()} == {result.case_id for result in results}
    assert all(result.ocr_number and result.outcome == "created" for result in results)
    assert ledger.run().state == "ended"


def test_what_is_registered_already_is_not_sent(amili: Amili, ledger: Ledger, make: Make, sandbox: SandboxProcess) -> None:
    case = amili.register(make("N1")).case
    other = amili.register(make("N2", matrix=[make("")["matrix"][0] | {"unit_price": 7, "total_price_excluding_vat": 7}])).case
    results = numbered(Run.start(ledger, [make("N1"), make("N2"), make("N3")], "register").work(amili))
    assert [(results[n].state, results[n].case_id, results[n].outcome) for n in (1, 2)] == [
        ("exists", case, "existing"),
        ("exists", other, "another"),
    ]
    assert results[3].state == "done"
    assert methods(sandbox)["POST"] == 3


def test_a_second_run_of_the_same_numbers_sends_nothing(
    amili: Amili, ledger: Ledger, make: Make, sandbox: SandboxProcess
) -> None:
    first = numbered(Run.start(ledger, [make(f"N{number}") for number in range(3)], "register").work(amili))
    before = methods(sandbox)
    again = numbered(Run.start(ledger, [make(f"N{number}") for number in (2, 1, 0)], "register").work(amili))
    assert methods(sandbox) == before
    assert [again[n].case_id for n in (1, 2, 3)] == [first[n].case_id for n in (3, 2, 1)]
    assert (again[1].state, again[1].problem) == ("exists", "row 3 of run 1 registered it")


def test_a_number_that_occurs_twice_is_registered_once(amili: Amili, ledger: Ledger, make: Make) -> None:
    results = numbered(Run.start(ledger, [make("N0"), make("N1"), make("N0")], "register").work(amili))
    assert [results[n].state for n in (1, 2)] == ["done", "done"]
    assert (results[3].state, results[3].case_id, results[3].problem) == ("exists", results[1].case_id, "row 1 registered it")


def test_cases_are_credited_by_number_and_by_identifier(
    amili: Amili, ledger: Ledger, make: Make, sandbox: SandboxProcess
) -> None:
    cases = [amili.register(make(f"N{number}")).case for number in range(4)]
    before = methods(sandbox)
    items = [
        CreditingItem(CaseKey(invoice_number="N0", creditor=sandbox.creditor), Decimal(10), "R0"),
        CreditingItem(CaseKey(invoice_number="N1", creditor=sandbox.creditor), Decimal(20)),
        CreditingItem(CaseKey(invoice_number="N9", creditor=sandbox.creditor), Decimal(20)),
        CreditingItem(CaseKey(id=cases[2]), Decimal(30)),
        CreditingItem(CaseKey(id=cases[2]), Decimal(30)),
    ]
    run = Run.start(ledger, items, "credit")
    results = numbered(run.work(amili))
    assert [results[n].state for n in range(1, 6)] == ["done", "done", "refused", "done", "done"]
    assert results[3].problem == "no case has it; nothing was sent"
    assert [results[n].case_id for n in (1, 2, 4)] == cases[:3]
    left = {case.id: case.total_remaining_capital_amount for case in amili.cases()}
    assert [left[case] for case in cases] == [490, 480, 440, 500]
    assert methods(sandbox) - before == {"POST": 4, "GET": 4}  # one by number, one by id, one for the second on a case; ours


def test_cases_are_cancelled(amili: Amili, ledger: Ledger, make: Make, sandbox: SandboxProcess) -> None:
    cases = [amili.register(make(f"N{number}")).case for number in range(3)]
    before = methods(sandbox)
    assert states(Run.start(ledger, [CaseKey(id=case) for case in cases], "cancel").work(amili)) == {"done": 3}
    assert methods(sandbox) - before == {"POST": 3, "GET": 1}
    assert all(case.closed for case in amili.cases())


def test_cases_are_looked_up(amili: Amili, ledger: Ledger, make: Make, sandbox: SandboxProcess) -> None:
    case = amili.register(make("N0")).case
    keys = [CaseKey(invoice_number="N0"), CaseKey(invoice_number="N1"), CaseKey()]
    results = numbered(Run.start(ledger, keys, "lookup").work(amili))
    assert [results[n].state for n in (1, 2, 3)] == ["found", "missing", "refused"]
    assert results[1].case is not None
    assert results[1].case.id == results[1].case_id == case
    assert methods(sandbox) == {"POST": 1, "GET": 2}
