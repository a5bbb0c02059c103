"""What a ledger must not do to a person: count as done what another server has, or credit a corrected file twice."""

import pkgutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import amili.bulk
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import HEADER, row, write_rows
from tests.overlay.cli.bulk.conftest import INPUT, LEDGER, MAP
from tests.overlay.cli.running import Command, Terminal


def test_a_ledger_is_for_one_server(
    against: Command, registered: Path, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert against("bulk", "map", INPUT, "--for", "lookup", "-o", "lookup.toml").code == 0
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("AMILI_BASE_URL", sandbox.base_url.replace("127.0.0.1", "localhost"))
        for arguments in (["--again"], []):
            ended = against("bulk", "register", INPUT, "--map", MAP, *arguments)
            assert (ended.code, "name another file with --ledger" in ended.err) == (2, True)
            assert f"run 1 of this ledger was at {sandbox.base_url}" in ended.err
        assert against("bulk", "lookup", INPUT, "--map", "lookup.toml").code == 0  # it writes nothing
    assert against("bulk", "register", INPUT, "--map", MAP, "--again").code == 1  # a lookup elsewhere is no obstacle


def test_a_corrected_file_of_creditings_is_not_credited_twice(
    against: Command, registered: Path, sandbox: SandboxProcess
) -> None:
    file = registered.parent / "some.csv"
    write_rows(file, [["Fakturanr", "Belopp"], ["F1", "100,00"], ["F9", "50,00"]])
    assert against("bulk", "map", "some.csv", "--for", "credit", "-o", "credit.toml").code == 0
    assert against("bulk", "credit", "some.csv", "--map", "credit.toml").code == 1
    write_rows(file, [["Fakturanr", "Belopp"], ["F1", "100,00"], ["F2", "50,00"]])
    before = Counter(each["method"] for each in sandbox.requests())
    ended = against("bulk", "credit", "some.csv", "--map", "credit.toml")
    assert (ended.code, "some.csv, row 2 is in run 1 of the ledger already" in ended.err) == (2, True)
    assert Counter(each["method"] for each in sandbox.requests()) == before
    assert against("bulk", "credit", "some.csv", "--map", "credit.toml", "--again").code == 0


def test_what_was_settled_in_part_is_said(against: Command, registered: Path, sandbox: SandboxProcess) -> None:
    sandbox.assume(overcrediting="warning")
    write_rows(registered.parent / "some.csv", [["Fakturanr", "Belopp"], ["F1", "999999,00"], ["F2", "10,00"]])
    assert against("bulk", "map", "some.csv", "--for", "credit", "-o", "credit.toml").code == 0
    ended = against("bulk", "credit", "some.csv", "--map", "credit.toml")
    words = "1 row was done, but not as asked; the first is some.csv, row 2: only 3086.25 SEK were settled; look at the case."
    assert (ended.code, words in ended.err) == (1, True)
    assert against("bulk", "status", "some.csv").code == 1


def test_what_was_written_twice_needs_a_person(against: Command, registered: Path) -> None:
    with closing(sqlite3.connect(registered.parent / LEDGER)) as ledger, ledger:
        ledger.execute("UPDATE rows SET outcome = 'written twice', problem = 'it is there twice' WHERE n = 2")
    assert against("bulk", "status", INPUT).code == 5
    resumed = against("bulk", "resume", INPUT)
    assert (resumed.code, "the first is invoices.csv, row 3: it is there twice." in resumed.err) == (5, True)


def test_the_next_command_names_the_run_that_was_named(against: Command, registered: Path) -> None:
    write_rows(registered, [HEADER, row("F1")])
    assert against("bulk", "register", INPUT, "--map", MAP).code == 1
    write_rows(registered, [HEADER, *(row(f"F{number}") for number in range(1, 4))])
    resumed = against("bulk", "resume", INPUT, "--run", "1")
    assert (resumed.code, "amili bulk results invoices.csv --run 1 -o results.csv" in resumed.err) == (0, True)


def test_a_warning_of_the_api_is_said(against: Command, registered: Path, sandbox: SandboxProcess) -> None:
    sandbox.assume(second_cancellation="warning")
    write_rows(registered.parent / "some.csv", [["Fakturanr"], ["F1"]])
    assert against("bulk", "map", "some.csv", "--for", "cancel", "-o", "cancel.toml").code == 0
    assert against("bulk", "cancel", "some.csv", "--map", "cancel.toml").code == 0
    ended = against("bulk", "cancel", "some.csv", "--map", "cancel.toml", "--again")
    assert (ended.code, "it was done with a warning of the API; look at the case" in ended.err) == (1, True)


def test_an_unfinished_run_of_a_changed_file_can_be_ended(
    against: Command, registered: Path, sandbox: SandboxProcess, quick: None
) -> None:
    with closing(sqlite3.connect(registered.parent / LEDGER)) as ledger, ledger:
        ledger.execute("UPDATE rows SET state = 'unknown', sent_at = 0 WHERE n = 2")
        ledger.execute("UPDATE rows SET state = 'new', case_id = NULL WHERE n = 3")
        ledger.execute("UPDATE runs SET state = 'running', ended_at = NULL")
    write_rows(registered, [HEADER, *(row(f"F{number}") for number in range(1, 5))])
    before = Counter(each["method"] for each in sandbox.requests())["POST"]
    for words in (("resume", INPUT), ("register", INPUT, "--map", MAP)):
        ended = against("bulk", *words)
        assert (ended.code, "--send-nothing" in ended.err) == (2, True)
    settled = against("bulk", "resume", INPUT, "--send-nothing")
    assert (settled.code, Counter(each["method"] for each in sandbox.requests())["POST"]) == (1, before)
    assert [line.split()[:2] for line in settled.out.splitlines()[1:]] == [["done", "1"], ["reconciled", "1"], ["refused", "1"]]
    again = against("bulk", "register", INPUT, "--map", MAP, "--json")
    assert (again.code, {each["key"]: each["result"] for each in again.documents}) == (
        1,
        {"F1": "exists", "F2": "exists", "F3": "exists", "F4": "done"},
    )


def test_a_file_that_changes_meanwhile_ends_the_work_and_says_what_was_sent(
    against: Command, invoices: Path, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(f"F{number}") for number in range(150)]  # two lots
    write_rows(invoices, [HEADER, *rows])
    target, changed = "amili.bulk.runs.items.Items.of", [HEADER, *rows[:120], *(row("X") for _ in range(30))]

    before = pkgutil.resolve_name(target)

    def changing(self: Any, lot: Any) -> Any:
        found = before(self, lot)
        write_rows(invoices, changed)
        self._read.clear()
        return found

    monkeypatch.setattr(target, changing)
    ended = against("bulk", "register", INPUT, "--map", MAP)
    assert ended.code == 130
    assert "Nothing more was sent; 99 of 150 rows. To go on with the file as it was: amili bulk resume invoices.csv" in ended.err
    assert "Nothing was sent" not in ended.err


def test_the_file_that_is_sent_is_the_one_whose_totals_were_shown(
    against: Command, invoices: Path, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = amili.bulk.check

    def checks(*arguments: Any) -> Any:
        found = before(*arguments)
        write_rows(invoices, [HEADER, row("F1", belopp="9 999,00")])
        return found

    monkeypatch.setattr(amili.bulk, "check", checks)
    ended = against("bulk", "register", INPUT, "--map", MAP)
    assert (ended.code, "was changed after it was opened" in ended.err, sandbox.requests()) == (2, True, [])


def test_the_advice_on_a_file_that_was_run_names_ledger_and_run(against: Command, registered: Path) -> None:
    assert against("bulk", "register", INPUT, "--map", MAP, "--ledger", "l.sqlite").code == 1
    assert against("bulk", "register", INPUT, "--map", MAP, "--ledger", "l.sqlite", "--again").code == 1
    ended = against("bulk", "register", INPUT, "--map", MAP, "--ledger", "l.sqlite")
    assert "`amili bulk status invoices.csv --ledger l.sqlite --run 1` shows it" in ended.err


def test_a_problem_has_no_words_for_programmers(against: Command, registered: Path) -> None:
    write_rows(registered.parent / "some.csv", [["Fakturanr", "Belopp"], ["F1", "999999,00"]])
    assert against("bulk", "map", "some.csv", "--for", "credit", "-o", "credit.toml").code == 0
    assert against("bulk", "credit", "some.csv", "--map", "credit.toml").code == 1
    [result] = against("bulk", "results", "some.csv", "--json").documents
    assert "nothing was stored" in result["problem"]
    assert ".issues" not in result["problem"]


def test_a_terminal_without_a_width_shows_tables(
    against: Command, registered: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "0")
    assert against("bulk", "status", INPUT).code == 0
    assert "the API acknowledged it" in terminal.getvalue()
