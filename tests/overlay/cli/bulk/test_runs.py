"""The commands about a run that was started: stop, list, status, watch, results, and going on elsewhere."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from amili.bulk import Progress, Run, open_ledger, open_source
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import HEADER, row, write_rows
from tests.overlay.cli.bulk.conftest import INPUT, LEDGER, MAP
from tests.overlay.cli.running import Command


def test_runs_are_listed(against: Command, registered: Path) -> None:
    [run] = against("bulk", "list", "--json").documents
    assert {name: run[name] for name in ("run", "operation", "input", "state", "rows", "open", "unknown")} == {
        "run": 1, "operation": "register", "input": INPUT, "state": "ended", "rows": 3, "open": 0, "unknown": 0,
    }  # fmt: skip
    assert run["ended"] >= run["created"]


def test_the_status_of_a_run_that_has_ended(against: Command, registered: Path) -> None:
    ended = against("bulk", "status", INPUT)
    assert ended.code == 0
    assert "run 1 (register, invoices.csv) has ended: 3 of 3 rows" in ended.err


def test_a_stopped_run_goes_on(against: Command, registered: Path, sandbox: SandboxProcess) -> None:
    write_rows(registered, [HEADER, *(row(f"G{number}") for number in range(3))])
    ledger = open_ledger(LEDGER)
    Run.start(ledger, open_source(INPUT, MAP), "register", details={"file": str(registered), "map": str(Path(MAP).absolute())})
    ledger.close()
    assert against("bulk", "stop", INPUT).err == "amili: run 2 is stopped; the requests in hand are finished.\n"
    status = against("bulk", "status", LEDGER)
    assert (status.code, "was stopped: 0 of 3 rows" in status.err) == (75, True)
    assert "`amili bulk resume invoices.csv.ledger.sqlite` goes on" in status.err
    watched = against("bulk", "watch", INPUT)
    assert (watched.code, "the run was stopped. To go on: amili bulk resume invoices.csv" in watched.err) == (130, True)
    assert against("bulk", "resume", LEDGER).code == 0
    assert against("bulk", "status", INPUT, "--run", "2", "--json").documents[0]["rows"] == 3


def test_a_run_goes_on_only_where_it_was_started(
    against: Command, registered: Path, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = sandbox.base_url
    monkeypatch.setenv("AMILI_BASE_URL", "https://api.example")
    ended = against("bulk", "resume", INPUT, "--yes")
    assert ended.code == 2
    assert f"run 1 was started at {server}, but the settings say https://api.example" in ended.err


def test_wrong_settings_leave_an_ended_run_as_it_is(against: Command, registered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMILI_TOKEN")
    assert against("bulk", "resume", INPUT).code == 3
    assert against("bulk", "status", INPUT).code == 0


def test_nothing_refused_is_nothing_to_retry(against: Command, registered: Path) -> None:
    assert against("bulk", "retry", INPUT, "--refused").err == "amili: no row of this run was refused.\n"


def test_results_are_shown_in_the_order_of_the_file(against: Command, registered: Path) -> None:
    ended = against("bulk", "results", INPUT, "--csv")
    assert [line[2] for line in csv.reader(ended.out.splitlines())] == ["key", "F1", "F2", "F3"]


def test_results_are_written_beside_the_columns_of_the_file(against: Command, registered: Path, home: Path) -> None:
    ended = against("bulk", "results", INPUT, "-o", "results.csv")
    assert (ended.code, ended.err) == (0, "amili: the results are in results.csv.\n")
    with (home / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(each["Fakturanr"], each["amili_result"]) for each in rows] == [("F1", "done"), ("F2", "done"), ("F3", "done")]
    assert all(each["amili_ocr"] and each["amili_case_id"] for each in rows)
    assert "--force replaces it" in against("bulk", "results", INPUT, "-o", "results.csv").err
    assert against("bulk", "results", INPUT, "-o", "results.csv", "--force").code == 0


def test_a_run_is_watched_until_it_ends(against: Command, registered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(LEDGER)) as ledger, ledger:
        ledger.execute("UPDATE runs SET state = 'running'")
    before = Run.progress

    def ends(self: Run, *given: object) -> Progress:
        found = before(self, *given)  # type: ignore[arg-type]
        with closing(sqlite3.connect(LEDGER)) as ledger, ledger:
            ledger.execute("UPDATE runs SET state = 'ended'")
        return found

    monkeypatch.setattr(Run, "progress", ends)
    ended = against("bulk", "watch", INPUT)
    assert (ended.code, "done 3" in ended.words) == (0, True)


def test_a_lookup_goes_on_without_a_question(
    against: Command, registered: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_rows(home / "some.csv", [["Fakturanr"], ["F1"]])
    assert against("bulk", "map", "some.csv", "--for", "lookup", "-o", "lookup.toml").code == 0
    assert against("bulk", "lookup", "some.csv", "--map", "lookup.toml").code == 0
    assert against("bulk", "resume", "some.csv").code == 0


def test_the_ledger_must_be_there_and_be_clear(against: Command, registered: Path, home: Path) -> None:
    assert "there is no ledger other.csv.ledger.sqlite" in against("bulk", "status", "other.csv").err
    assert against("bulk", "list", "--ledger", LEDGER).code == 0
    (home / f"second{LEDGER}").write_bytes((home / LEDGER).read_bytes())
    assert "this folder has 2 ledgers" in against("bulk", "list").err
    for each in home.glob("*.sqlite"):
        each.unlink()
    assert "there is no ledger in this folder" in against("bulk", "list").err


def test_an_unknown_command_is_refused_with_the_nearest(amili: Command) -> None:
    assert "there is no command 'regster'; did you mean register?" in amili("bulk", "regster").err
    assert "`amili bulk --help` lists the commands" in amili("bulk", "xyzzy").err


def test_a_shell_completes_the_names_of_commands(
    amili: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"_AMILI_COMPLETE": "bash_complete", "COMP_WORDS": "amili bulk re", "COMP_CWORD": "2"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="0"):
        amili()
    completed = capsys.readouterr().out.split()
    assert [each.partition(",")[2] for each in completed] == ["register", "resume", "retry", "results"]
