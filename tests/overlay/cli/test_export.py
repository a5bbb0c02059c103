"""`amili export`: a whole file or none, safe to open in a spreadsheet."""

import csv
import json
import stat
import sys
from pathlib import Path

import pytest
from amili_sandbox.testing import SandboxProcess
from python_calamine import CalamineWorkbook

from tests.overlay.cli.running import Command, Terminal, invoice_file
from tests.samples import PERSONAL_NUMBER

FORMULA = '=HYPERLINK("http://127.0.0.1/","pay")'


@pytest.fixture
def registered(against: Command, tmp_path: Path) -> None:
    customer = {
        "name": FORMULA,
        "id_number": PERSONAL_NUMBER,
        "is_person": True,
        "address": {"address_line_1": "Testgatan 1", "zip_code": "54321", "city": "Teststad"},
    }
    assert against("register", invoice_file(tmp_path, "INV-1", customer=customer)).code == 0


def test_csv(against: Command, registered: None, home: Path) -> None:
    ended = against("export", "cases.csv", "no:closed")
    assert (ended.code, ended.out, ended.err) == (0, "", "amili: 1 case written to cases.csv.\n")
    [row] = csv.DictReader((home / "cases.csv").read_text(encoding="utf-8").splitlines())
    assert row["customer_name"] == f"'{FORMULA}"
    assert row["customer_id_number"] == PERSONAL_NUMBER
    assert row["total_remaining_capital_amount"] == "500.00"
    assert row["case_settings.interest_rate.reference_rate"] in ("yes", "no")
    assert stat.S_IMODE((home / "cases.csv").stat().st_mode) == 0o600


def test_json_lines(against: Command, registered: None, home: Path) -> None:
    assert against("export", "cases.jsonl").code == 0
    [line] = (home / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["customer_name"] == FORMULA


def test_a_workbook(against: Command, registered: None, home: Path) -> None:
    columns = "invoice_number,customer_name,total_remaining_capital_amount,invoice_date,"
    columns += "debt.invoice_due_days_after_invoice_date,closed,case_registration"
    assert against("export", "cases.xlsx", "--columns", columns).code == 0
    names, row = CalamineWorkbook.from_path(str(home / "cases.xlsx")).get_sheet_by_name("cases").to_python()
    assert names[0] == "debt.invoice_number"
    assert row[:3] == ["INV-1", FORMULA, 500.0]
    assert str(row[3]) in ("2025-10-07", "2025-10-07 00:00:00")
    assert row[4:6] == [10.0, "no"]


def test_standard_output(against: Command, registered: None) -> None:
    ended = against("export", "-", "--format", "csv", "--columns", "invoice_number,state")
    assert ended.out == "debt.invoice_number,state\nINV-1,initializing\n"
    assert ended.err == "amili: 1 case written.\n"
    assert json.loads(against("export", "-", "--format", "jsonl").out)["customer_name"] == FORMULA


def test_standard_output_on_a_terminal_is_masked(against: Command, registered: None, terminal: Terminal) -> None:
    against("export", "-", "--format", "jsonl")
    assert PERSONAL_NUMBER not in terminal.getvalue()


def test_a_file_that_is_there_stays(against: Command, registered: None, home: Path) -> None:
    (home / "cases.csv").write_text("mine")
    ended = against("export", "cases.csv")
    assert ended.code == 2
    assert "cases.csv is there already; --force replaces it" in ended.err
    assert (home / "cases.csv").read_text() == "mine"
    assert against("export", "cases.csv", "--force").code == 0
    assert (home / "cases.csv").read_text() != "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cases.txt",), "give --format csv, jsonl or xlsx"),
        (("-",), "give --format csv, jsonl or xlsx"),
        (("-", "--format", "xlsx"), "xlsx needs a file"),
        (("cases.csv", "--columns", "stat"), "did you mean state?"),
        (("missing/cases.csv",), "missing/"),
    ],
)
def test_what_can_not_be_written(against: Command, arguments: tuple[str, ...], message: str) -> None:
    ended = against("export", *arguments)
    assert ended.code == 2
    assert message in ended.err


def test_a_failure_leaves_no_file(against: Command, registered: None, home: Path, sandbox: SandboxProcess, quick: None) -> None:
    sandbox.faults.add("error_500", path="/cases")
    assert against("export", "cases.csv").code == 75
    assert list(home.glob("*cases*")) == []


def test_too_many_rows_for_a_sheet(against: Command, registered: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amili.cli.output.workbook._MOST_ROWS", 0)
    ended = against("export", "cases.xlsx")
    assert ended.code == 2
    assert "a sheet has room for 0 rows; export CSV" in ended.err
    assert list(home.glob("*cases*")) == []


def test_without_xlsxwriter(against: Command, registered: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    ended = against("export", "cases.xlsx")
    assert ended.code == 2
    assert "clone[cli,excel]" in ended.err
    assert list(home.glob("*cases*")) == []
