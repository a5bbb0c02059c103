"""`amili bulk register`, `credit`, `cancel` and `lookup` against the stand-in."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from amili import Amili, NoResponseError
from amili.bulk import Run
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import HEADER, row, write_rows
from tests.overlay.cli.bulk.conftest import INPUT, LEDGER, MAP
from tests.overlay.cli.running import Command, Terminal
from tests.samples import invoice


def posts(sandbox: SandboxProcess) -> int:
    return Counter(each["method"] for each in sandbox.requests())["POST"]


def test_a_file_is_registered(against: Command, invoices: Path, sandbox: SandboxProcess) -> None:
    ended = against("bulk", "register", INPUT, "--map", MAP)
    assert (ended.code, posts(sandbox)) == (0, 3)
    assert ended.out.splitlines()[1].split(maxsplit=2) == ["done", "3", "the API acknowledged it"]
    assert ended.err.endswith("amili: the result of each row: amili bulk results invoices.csv -o results.csv\n")
    assert (invoices.parent / LEDGER).stat().st_mode & 0o077 == 0


def test_results_are_printed_as_they_come(against: Command, invoices: Path) -> None:
    ended = against("bulk", "register", INPUT, "--map", MAP, "--json", "--at-once", "1")
    assert [(each["row"], each["key"], each["result"]) for each in ended.documents] == [
        (number, f"F{number}", "done") for number in (1, 2, 3)
    ]
    assert all(each["case"] and each["ocr_number"] for each in ended.documents)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each["at"]) for each in ended.documents)


def test_a_dry_run_sends_nothing(against: Command, invoices: Path, sandbox: SandboxProcess) -> None:
    ended = against("bulk", "register", INPUT, "--map", MAP, "--dry-run")
    assert ended.code == 0
    words = f"register 3 invoices of 9,258.75 SEK including VAT at {sandbox.base_url}, with 4 requests, in about 1 min. Nothing"
    assert words in ended.err
    assert sandbox.requests() == []
    assert not (invoices.parent / LEDGER).exists()


def test_a_file_is_run_once_only(against: Command, registered: Path, sandbox: SandboxProcess) -> None:
    ended = against("bulk", "register", INPUT, "--map", MAP)
    assert (ended.code, posts(sandbox)) == (2, 3)
    assert "run 1 has done this file already, so nothing was sent; `amili bulk status invoices.csv` shows it" in ended.err
    assert "--again does all rows once more, without what is registered already" in ended.err
    again = against("bulk", "register", INPUT, "--map", MAP, "--again")
    assert (again.code, posts(sandbox)) == (1, 3)
    assert "exists 3" in again.words


def test_what_was_interrupted_is_to_be_resumed(
    against: Command, invoices: Path, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> Iterator[Any]:
        yield from ()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Run, "work", interrupted)
        ended = against("bulk", "register", INPUT, "--map", MAP)
    assert ended.code == 130
    assert "amili: interrupted; 0 of 3 rows. To go on: amili bulk resume invoices.csv\n" in ended.err
    refused = against("bulk", "register", INPUT, "--map", MAP)
    assert (refused.code, "`amili bulk resume invoices.csv` goes on" in refused.err) == (2, True)
    assert against("bulk", "resume", INPUT).code == 0
    assert posts(sandbox) == 3


def test_a_failure_says_how_to_go_on(against: Command, invoices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Iterator[Any]:
        yield from ()
        raise NoResponseError("no response", temporary=True)

    monkeypatch.setattr(Run, "work", fails)
    ended = against("bulk", "register", INPUT, "--map", MAP, "--ledger", "other.sqlite")
    assert ended.code == 75
    words = "not finished; 0 of 3 rows. To go on, once the cause is mended: amili bulk resume invoices.csv --ledger other.sqlite"
    assert words in ended.err


def test_rows_with_problems_stop_a_file_unless_they_are_left_out(
    against: Command, invoices: Path, sandbox: SandboxProcess
) -> None:
    write_rows(invoices, [HEADER, row("F1"), row("F2", belopp="much")])
    ended = against("bulk", "register", INPUT, "--map", MAP)
    assert (ended.code, sandbox.requests()) == (2, [])
    assert "nothing was sent: 1 row has problems; correct them, or leave them out with --skip-invalid." in ended.err
    skipping = against("bulk", "register", INPUT, "--map", MAP, "--skip-invalid")
    assert (skipping.code, posts(sandbox)) == (1, 1)
    assert "skipped 1" in skipping.words


def test_a_file_without_good_rows_is_refused(against: Command, invoices: Path) -> None:
    write_rows(invoices, [HEADER, row("F1", belopp="much"), row("F2", belopp="more")])
    ended = against("bulk", "register", INPUT, "--map", MAP, "--skip-invalid")
    assert (ended.code, "nothing was sent: no row can be sent." in ended.err) == (2, True)
    assert "2 rows have problems" in against("bulk", "register", INPUT, "--map", MAP).err or "no row" in ended.err
    write_rows(invoices, [HEADER])
    assert "nothing was sent: the file has no rows." in against("bulk", "register", INPUT, "--map", MAP).err


def test_a_refused_row_can_be_retried(against: Command, invoices: Path, sandbox: SandboxProcess) -> None:
    with Amili(sandbox.base_url, sandbox.token) as client:
        client.register(invoice("F9", account=sandbox.account, creditor=sandbox.creditor))
    write_rows(invoices, [["Ärendeid", "Belopp"], ["0" * 24, "100"]])
    assert against("bulk", "map", INPUT, "--for", "credit", "-o", "credit.toml").code == 0
    ended = against("bulk", "credit", INPUT, "--map", "credit.toml")
    assert ended.code == 1, ended.err
    words = "1 row was refused; `amili bulk results invoices.csv` says why. Once mended: amili bulk retry invoices.csv --refused"
    assert words in ended.err
    retried = against("bulk", "retry", INPUT, "--refused")
    assert (retried.code, "refused 1" in retried.words) == (1, True)


def test_a_refusal_by_the_api_is_advice_for_people(against: Command, registered: Path) -> None:
    write_rows(registered.parent / "some.csv", [["Fakturanr", "Belopp"], ["F1", "999999,00"]])
    assert against("bulk", "map", "some.csv", "--for", "credit", "-o", "credit.toml").code == 0
    assert against("bulk", "credit", "some.csv", "--map", "credit.toml").code == 1
    [result] = against("bulk", "results", "some.csv", "--json").documents
    assert "the API's own words are not kept, since they may quote personal data" in result["problem"]
    assert ".issues" not in result["problem"]


def test_cases_are_credited_cancelled_and_looked_up(against: Command, registered: Path, sandbox: SandboxProcess) -> None:
    write_rows(registered.parent / "some.csv", [["Fakturanr", "Belopp"], ["F1", "100,00"], ["F2", "50,50"]])
    for operation in ("credit", "cancel", "lookup"):
        assert against("bulk", "map", "some.csv", "--for", operation, "-o", f"{operation}.toml").code == 0
    credited = against("bulk", "credit", "some.csv", "--map", "credit.toml")
    assert (credited.code, posts(sandbox)) == (0, 5)
    cancelled = against("bulk", "cancel", "some.csv", "--map", "cancel.toml")
    assert (cancelled.code, posts(sandbox)) == (0, 7)
    found = against("bulk", "lookup", "some.csv", "--map", "lookup.toml", "--json")
    assert (found.code, {each["result"] for each in found.documents}) == (0, {"found"})
    again = against("bulk", "lookup", "some.csv", "--map", "lookup.toml", "--json")
    assert again.code == 0


def test_what_is_not_found_is_said(against: Command, registered: Path) -> None:
    write_rows(registered.parent / "some.csv", [["Fakturanr"], ["F1"], ["F7"]])
    assert against("bulk", "map", "some.csv", "--for", "lookup", "-o", "lookup.toml").code == 0
    ended = against("bulk", "lookup", "some.csv", "--map", "lookup.toml")
    assert (ended.code, "missing 1" in ended.words) == (4, True)


def test_an_unknown_outcome_needs_a_person(against: Command, registered: Path, sandbox: SandboxProcess) -> None:
    with closing(sqlite3.connect(registered.parent / LEDGER)) as ledger, ledger:
        ledger.execute("UPDATE rows SET state = 'unknown' WHERE n = 2")
    sandbox.faults.add("error_500", method="GET")
    ended = against("bulk", "status", INPUT)
    assert (ended.code, "unknown 1" in ended.words) == (5, True)
    sandbox.faults.clear()
    resumed = against("bulk", "resume", INPUT)
    assert (resumed.code, "reconciled 1" in resumed.words, posts(sandbox)) == (0, True, 3)


def test_unknown_outcomes_are_said_at_the_end(against: Command, registered: Path) -> None:
    with closing(sqlite3.connect(registered.parent / LEDGER)) as ledger, ledger:
        ledger.execute("UPDATE rows SET state = 'unknown' WHERE n > 1")
    ended = against("bulk", "watch", INPUT)
    assert ended.code == 5
    assert "2 rows have an unknown outcome. Do not send them again. To look them up once more: amili bulk resume" in ended.err


def test_lines_of_json_need_no_map(against: Command, home: Path, sandbox: SandboxProcess) -> None:
    documents = (invoice(f"J{n}", account=sandbox.account, creditor=sandbox.creditor) for n in range(2))
    (home / "invoices.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    assert against("bulk", "register", "invoices.jsonl").code == 0
    assert posts(sandbox) == 2


def test_a_question_is_asked_before_a_write_elsewhere(
    against: Command, invoices: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMILI_BASE_URL", "https://api.example")
    against.typed = "n\n"
    ended = against("bulk", "register", INPUT, "--map", MAP)
    assert ended.code == 130
    assert "Register 3 invoices of 9,258.75 SEK including VAT at https://api.example? [y/N]" in terminal.taken()


def test_without_a_terminal_yes_is_needed(against: Command, invoices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_BASE_URL", "https://api.example")
    ended = against("bulk", "register", INPUT, "--map", MAP)
    assert (ended.code, "there is no terminal to ask on; add --yes" in ended.err) == (2, True)
