"""`amili bulk map` and `amili bulk check`: what a file asks for, without a network."""

import errno
import sys
from pathlib import Path

import pytest

from tests.overlay.bulk.support import HEADER, row, write_rows
from tests.overlay.cli.bulk.conftest import INPUT, MAP
from tests.overlay.cli.running import Command
from tests.samples import ACCOUNT, CREDITOR

SETTINGS = {"AMILI_ACCOUNT": ACCOUNT, "AMILI_CREDITOR": CREDITOR}


@pytest.fixture
def offline(amili: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command with an input and a map, and without a server."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    write_rows(home / INPUT, [HEADER, row("F1"), row("F2")])
    assert amili("bulk", "map", INPUT, "-o", MAP).code == 0
    return amili


def test_a_proposal_has_the_constants_of_the_settings(offline: Command) -> None:
    ended = offline("bulk", "map", INPUT)
    assert ended.code == 0
    assert f'account = "{ACCOUNT}"' in ended.out
    assert 'invoice_number = "Fakturanr"' in ended.out
    assert ended.out == Path(MAP).read_text(encoding="utf-8")
    assert "amili: Is Belopp the total of a line without VAT? It must be." in ended.err


def test_a_constant_can_be_given(offline: Command) -> None:
    ended = offline("bulk", "map", INPUT, "--for", "credit", "--set", "creditor=abc")
    assert 'operation = "credit"' in ended.out
    assert 'creditor = "abc"' in ended.out
    assert "account" not in ended.out
    assert "customer.is_person = true" in offline("bulk", "map", INPUT, "--set", "customer.is_person=true").out.replace('"', "")
    assert "--set takes NAME=VALUE" in offline("bulk", "map", INPUT, "--set", "creditor").err


def test_a_map_that_is_there_is_not_replaced(offline: Command) -> None:
    ended = offline("bulk", "map", INPUT, "-o", MAP)
    assert (ended.code, "it may have been changed by hand" in ended.err) == (2, True)


def test_a_good_file_is_added_up(offline: Command) -> None:
    ended = offline("bulk", "check", INPUT, "--map", MAP, "--json")
    assert ended.code == 0
    assert ended.documents == [
        {
            "file": INPUT,
            "operation": "register",
            "good": 2,
            "refused": 0,
            "lines": 2,
            "excluding_vat": "4938.00",
            "including_vat": "6172.50",
            "first_due": "2025-10-17",
            "last_due": "2025-10-17",
        }
    ]
    assert "amili: invoices.csv: the delimiter is a semicolon." in ended.err


def test_problems_are_listed_with_row_and_column(offline: Command, home: Path) -> None:
    write_rows(home / INPUT, [HEADER, row("F1"), *(row(f"G{n}", personnr="201010001") for n in range(25))])
    ended = offline("bulk", "check", INPUT, "--map", MAP)
    assert ended.code == 1
    assert 'invoices.csv, row 3, column E "Personnr": ' in ended.err
    assert "201010001" not in ended.err
    assert ended.err.count("column E") == 20
    assert "20 of 25 are shown. That file quotes cells: treat it as personal data." in ended.err
    assert (home / f"{INPUT}.problems.csv").exists()
    assert "rows with problems  25" in ended.out
    assert "amili: 25 problems, all of them in invoices.csv.problems.csv" in ended.err
    assert "Next:" not in ended.err


def test_a_folder_that_can_not_be_written_to_is_no_obstacle(offline: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "x")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    ended = offline("bulk", "check", INPUT, "--map", MAP)
    assert (ended.code, "good rows           2" in ended.out) == (0, True)
    assert "invoices.csv.problems.csv can't be written (Read-only file system), so only the first problems" in ended.err


def test_warnings_are_shown_where_there_is_no_problem(offline: Command, home: Path) -> None:
    write_rows(home / INPUT, [HEADER, row("F1", personnr="199001010002")])
    ended = offline("bulk", "check", INPUT, "--map", MAP)
    assert ended.code == 0
    assert 'warning: invoices.csv, row 2, column E "Personnr"' in ended.err
    assert "amili: 1 warning, all of them in" in ended.err


def test_the_totals_are_for_people_and_lead_to_the_next_command(offline: Command) -> None:
    ended = offline("bulk", "check", INPUT, "--map", MAP)
    assert "sum without VAT     4,938.00 SEK\nsum with VAT        6,172.50 SEK\n" in ended.out
    assert ended.err.endswith("nothing was sent. Next: amili bulk register invoices.csv --map map.toml --dry-run\n")


def test_what_is_wrong_with_a_map_is_no_setting(offline: Command, home: Path) -> None:
    (home / MAP).write_text('version = 1\noperation = "lookup"\n[columns]\ncase_number = "Fakturanr"\n', encoding="utf-8")
    ended = offline("bulk", "check", INPUT, "--map", MAP)
    assert (ended.code, "amili config" in ended.err) == (2, False)
    assert "the map names 'case_number', which lookup does not have" in ended.err


def test_a_missing_extra_is_no_setting(offline: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    (home / "book.xlsx").write_bytes(b"PK")
    ended = offline("bulk", "map", "book.xlsx")
    assert (ended.code, "need the extra 'excel'" in ended.err, "amili config" in ended.err) == (2, True, False)


def test_a_proposal_says_what_it_lacks(offline: Command, home: Path) -> None:
    write_rows(home / "creditings.csv", [["Fakturanr", "Krediteras"], ["F1", "100,00"]])
    ended = offline("bulk", "map", "creditings.csv", "--for", "credit", "--set", "creditor=1234")
    assert "amili: Give a column or a constant for amount.\n" in ended.err


def test_wrong_names_of_files_are_refused_in_a_sentence(offline: Command, home: Path) -> None:
    for arguments, words in (
        (("-", "--map", MAP), "standard input won't do; save it to a file"),
        (("other.csv", "--map", MAP), "there is no file other.csv"),
        ((INPUT,), "`amili bulk map invoices.csv -o map.toml` proposes a --map"),
    ):
        ended = offline("bulk", "check", *arguments)
        assert (ended.code, words in ended.err) == (2, True), ended.err


def test_a_map_for_another_operation_is_refused(offline: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_BASE_URL", "http://127.0.0.1:1")
    ended = offline("bulk", "cancel", INPUT, "--map", MAP)
    assert (ended.code, "the map is for register, not for cancel; use `amili bulk register`" in ended.err) == (2, True)


def test_the_group_alone_lists_its_commands(offline: Command) -> None:
    ended = offline("bulk")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: amili bulk ")
    assert ended.err.endswith("--dry-run\n")
