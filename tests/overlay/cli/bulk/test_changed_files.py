"""A file or a map that is another one than before: nothing is credited twice, and no result stands beside a wrong row."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import HEADER, row, write_rows
from tests.overlay.cli.bulk.conftest import INPUT, MAP
from tests.overlay.cli.running import Command

CREDITINGS, CREDIT = "creditings.csv", "credit.toml"


def posts(sandbox: SandboxProcess) -> int:
    return Counter(each["method"] for each in sandbox.requests())["POST"]


@pytest.fixture
def credited(against: Command, registered: Path) -> Path:
    """A file with two creditings that were made."""
    file = write_rows(registered.with_name(CREDITINGS), [["Fakturanr", "Belopp"], ["F1", "100,00"], ["F2", "50,00"]])
    assert against("bulk", "map", CREDITINGS, "--for", "credit", "-o", CREDIT).code == 0
    assert against("bulk", "credit", CREDITINGS, "--map", CREDIT).code == 0
    return file


@pytest.mark.parametrize("words", [("resume", INPUT), ("retry", INPUT, "--refused"), ("results", INPUT, "-o", "results.csv")])
def test_a_changed_file_is_not_gone_on_with(against: Command, registered: Path, words: tuple[str, ...]) -> None:
    write_rows(registered, [HEADER, row("F2"), row("F1")])
    ended = against("bulk", *words)
    assert ended.code == 2
    assert "invoices.csv or its map has changed since run 1 was started: put both back as they were; or register" in ended.err
    assert not Path("results.csv").exists()


def test_a_changed_map_is_not_gone_on_with(against: Command, credited: Path) -> None:
    Path(CREDIT).write_text(Path(CREDIT).read_text("utf-8").replace("[columns]", '[columns]\nreference = "Belopp"'), "utf-8")
    ended = against("bulk", "resume", CREDITINGS)
    assert (ended.code, ended.err.count("was started: put both back as they were. Nothing was sent.\n")) == (2, 1)


def test_a_folder_that_was_moved_has_its_map_beside_the_file(
    against: Command, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = registered.parent / "archive"
    folder.mkdir()
    for file in (INPUT, MAP, *(each.name for each in registered.parent.glob(f"{INPUT}.ledger*"))):
        (registered.parent / file).rename(folder / file)
    assert against("bulk", "resume", f"archive/{INPUT}").code == 0
    monkeypatch.chdir(folder)
    assert against("bulk", "resume", INPUT).code == 0
    (folder / MAP).unlink()
    ended = against("bulk", "resume", INPUT)
    assert (ended.code, f"there is no map {MAP}" in ended.err) == (2, True)


def test_crediting_a_file_again_says_what_that_does(against: Command, credited: Path, sandbox: SandboxProcess) -> None:
    ended = against("bulk", "credit", CREDITINGS, "--map", CREDIT)
    assert (ended.code, posts(sandbox)) == (2, 5)
    assert "--again does all rows once more, which credits twice what was credited" in ended.err


def test_a_corrected_file_of_an_unfinished_run_is_not_begun_anew(
    against: Command, credited: Path, sandbox: SandboxProcess
) -> None:
    with closing(sqlite3.connect(f"{CREDITINGS}.ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE rows SET state = 'new' WHERE n = 2")
        ledger.execute("UPDATE runs SET state = 'running', ended_at = NULL")
    write_rows(credited, [["Fakturanr", "Belopp"], ["F1", "100,00"], ["F2", "55,00"]])
    ended = against("bulk", "credit", CREDITINGS, "--map", CREDIT)
    assert (ended.code, posts(sandbox)) == (2, 5)
    words = "run 1 of this file has not ended, and the file or its map has changed since, so nothing was sent; put both back"
    assert words in ended.err


def test_a_new_file_of_the_same_name_is_a_new_run(against: Command, registered: Path, sandbox: SandboxProcess) -> None:
    write_rows(registered, [HEADER, row("F4")])
    assert (against("bulk", "register", INPUT, "--map", MAP).code, posts(sandbox)) == (0, 4)


def test_a_file_that_is_no_ledger_is_named_without_advice_on_settings(against: Command, registered: Path) -> None:
    Path("other.sqlite").write_bytes(b"faktura;belopp\n" * 300)
    ended = against("bulk", "status", "--ledger", "other.sqlite")
    assert (ended.code, "ledger=" in ended.err, "amili config" in ended.err) == (3, True, False)
