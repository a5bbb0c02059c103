"""`amili case`, `cases` and `wait`, against the stand-in."""

from pathlib import Path
from typing import Any

import pytest
from amili import Amili, Case
from amili_sandbox.testing import SandboxProcess

from tests.overlay.cli.running import Command, Terminal, invoice_file
from tests.samples import CASE, PERSONAL_NUMBER, case, invoice

TWO = ("INV-1", "INV-2")


@pytest.fixture
def registered(against: Command, tmp_path: Path) -> dict[str, str]:
    """Two invoices, with the identifiers of their cases."""
    found = {}
    for number in TWO:
        ended = against("register", invoice_file(tmp_path, number), "--json")
        assert ended.code == 0, ended.err
        found[number] = ended.documents[0]["_case"]
    return found


def test_a_case_by_number_and_by_id(against: Command, registered: dict[str, str]) -> None:
    by_number = against("case", "INV-1", "--json")
    by_id = against("case", registered["INV-1"].upper(), "--json")
    assert by_number.code == by_id.code == 0
    assert by_number.documents == by_id.documents
    assert by_number.documents[0]["debt"]["invoice_number"] == "INV-1"
    assert by_number.documents[0]["customer_id_number"] == PERSONAL_NUMBER  # this is not a terminal


def test_a_case_as_a_list_and_as_csv(against: Command, registered: dict[str, str]) -> None:
    shown = against("case", "INV-1").out
    assert f"id                               {registered['INV-1']}\n" in shown
    assert "remaining                        500.00\n" in shown
    names, values = against("case", "INV-1", "--csv").out.splitlines()
    assert len(names.split(",")) == len(values.split(",")) > 30


def test_a_case_that_is_not_there(against: Command) -> None:
    by_number, by_id = against("case", "INV-9"), against("case", "0" * 24)
    assert (by_number.code, by_number.out, by_id.code) == (4, "", 4)
    assert "no case has the invoice number 'INV-9' of creditor" in by_number.err
    assert "no case matches" in by_id.err


def test_a_number_of_two_cases_names_both(against: Command, registered: dict[str, str], sandbox: SandboxProcess) -> None:
    with Amili(sandbox.base_url, sandbox.token) as client:
        [(_, [first])] = client.cases_by_number(["INV-1"])
    twice = {**_document(sandbox), "invoice_number": "INV-1"}
    with Amili(sandbox.base_url, sandbox.token) as client:
        second = client.register(twice)
    ended = against("case", "INV-1", "--creditor", sandbox.creditor)
    assert ended.code == 2
    assert first.id in ended.err
    assert second.case in ended.err


def _document(sandbox: SandboxProcess) -> dict[str, Any]:
    return invoice(account=sandbox.account, creditor=sandbox.creditor)


def test_cases_by_conditions(against: Command, registered: dict[str, str]) -> None:
    assert against("cases", "invoice_number=INV-2", "--json").documents[0]["_id"] == registered["INV-2"]
    assert len(against("cases", "total_remaining_capital_amount>=500", "no:closed", "--json").documents) == 2
    assert len(against("cases", "--since", "1h", "--limit", "1", "--json").documents) == 1
    empty = against("cases", "state=reminder")
    assert (empty.code, empty.out, empty.err) == (0, "", "amili: no case meets the conditions.\n")


def test_the_order_and_the_columns_of_cases(against: Command, registered: dict[str, str]) -> None:
    ended = against("cases", "--sort", "-invoice_number", "--columns", "invoice_number,total_remaining_capital_amount")
    assert ended.out.splitlines() == ["number  remaining", "INV-2      500.00", "INV-1      500.00"]
    listed = against("cases", "--sort", "invoice_number", "--columns", "_id,state", "--csv").out.splitlines()
    assert listed[:2] == ["_id,state", f"{registered['INV-1']},initializing"]


def test_what_identifies_a_person_is_masked_on_a_terminal(
    against: Command, registered: dict[str, str], terminal: Terminal
) -> None:
    for arguments in (("case", "INV-1"), ("cases", "--json"), ("cases", "--csv"), ("cases", "--columns", "customer_name,_id")):
        assert against(*arguments).code == 0
    assert "***" in terminal.getvalue()
    assert PERSONAL_NUMBER not in terminal.getvalue()
    assert "Test Person" not in terminal.getvalue()
    against("case", "INV-1", "--show-personal-data")
    assert PERSONAL_NUMBER in terminal.getvalue()
    assert "Test Person" in terminal.getvalue()


def test_a_terminal_shows_the_first_cases_and_says_so(
    against: Command, registered: dict[str, str], terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amili.cli.reads.lists.ON_A_TERMINAL", 1)
    against("cases")
    assert terminal.taken().endswith("amili: these are the first 1; --limit 0 lists all.\n")
    against("cases", "--limit", "0")
    assert "first" not in terminal.taken()
    monkeypatch.setattr("amili.cli.reads.lists.ON_A_TERMINAL", 2)
    against("cases")
    assert "first" not in terminal.taken()


def test_a_property_that_can_not_be_read_is_left_out(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Case.from_dict(case(CASE, total_remaining_capital_amount="much", debt=[]))
    monkeypatch.setattr(Amili, "case", lambda *_: wrong)
    ended = against("case", CASE)
    assert ended.code == 0
    assert CASE in ended.out
    assert "remaining   " not in ended.out


def test_two_forms_at_once_are_refused(against: Command) -> None:
    ended = against("cases", "--json", "--csv")
    assert (ended.code, ended.err) == (2, "amili: --json and --csv can't be combined; see `amili cases --help`.\n")


def test_waiting_for_a_state(against: Command, registered: dict[str, str], sandbox: SandboxProcess) -> None:
    assert against("wait", "INV-1", "initializing", "invoice", "--json").documents[0]["state"] == "initializing"
    late = against("wait", registered["INV-1"], "reminder", "--timeout", "0.01")
    assert late.code == 75
    assert "longer --timeout" in late.err
    wrong = against("wait", "INV-1", "invoce")
    assert (wrong.code, wrong.err) == (2, "amili: 'invoce' is not a known state; did you mean invoice? Nothing was sent.\n")
    assert against("wait", "INV-1", "paid", "--timeout", "0.01").code == 75  # the vendor may have states that are not documented
