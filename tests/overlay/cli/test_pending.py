"""`amili pending`: what was lost is listed, looked up and recorded."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.overlay.cli.running import Command, invoice_file


@pytest.fixture
def lost(against: Command, home: Path, sandbox: SandboxProcess, quick: None) -> Path:
    """The journal of a registration whose response was lost, and which could not be looked up."""
    sandbox.faults.add("drop_after", method="POST", times=1)
    sandbox.faults.add("error_500", method="GET", after=1)  # the first look is that before the write
    ended = against("register", invoice_file(home))
    assert ended.code == 5, ended.err
    sandbox.faults.clear()
    [journal] = (home / "config" / "amili" / "journals").glob("*.sqlite")
    return journal


def test_what_is_lost_is_listed_and_resolved(against: Command, lost: Path, sandbox: SandboxProcess) -> None:
    listed = against("pending", "--json")
    assert listed.code == 5
    assert listed.documents[0]["what"] == f"invoice INV-1 of creditor {sandbox.creditor}"
    assert "`amili pending resolve` looks up whether they happened" in listed.err
    resolved = against("pending", "resolve")
    assert (resolved.code, resolved.err) == (0, "amili: every outcome is known.\n")
    assert "reconciled" in resolved.out
    for again in (against("pending"), against("pending", "resolve")):
        assert (again.code, again.out, again.err) == (0, "", "amili: no write is pending.\n")


def test_what_was_not_written_may_be_sent_again(against: Command, lost: Path, sandbox: SandboxProcess) -> None:
    sandbox.reset()  # as if the invoice had never arrived
    ended = against("pending", "resolve", "--json")
    assert (ended.code, ended.documents[0]["result"]) == (0, "not written")
    assert "what was not written may be sent again" in ended.err


def test_what_stays_unknown_needs_a_person(against: Command, lost: Path, sandbox: SandboxProcess) -> None:
    sandbox.faults.add("error_500", method="GET")
    ended = against("pending", "resolve", "--json")
    assert (ended.code, ended.documents[0]["result"]) == (5, "unknown")
    assert "these stay pending. Try again later, or look at the cases; do not send them again" in ended.err


def test_a_damaged_entry_is_listed(against: Command, lost: Path) -> None:
    with closing(sqlite3.connect(lost)) as journal, journal:
        journal.execute("UPDATE intents SET evidence = 'x', sent_at = 1e30, expires_at = 0")
    ended = against("pending", "--json")
    assert ended.code == 5
    assert ended.documents[0]["sent"] == "unknown"
    assert "can't be read" in ended.documents[0]["problem"]


def test_a_journal_of_another_server_is_refused(against: Command, lost: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SandboxProcess() as other:
        monkeypatch.setenv("AMILI_JOURNAL", str(lost))
        monkeypatch.setenv("AMILI_BASE_URL", other.base_url)
        monkeypatch.setenv("AMILI_TOKEN", other.token)
        for arguments in (("pending", "resolve"), ("doctor",)):
            ended = against(*arguments)
            assert ended.code == 3
            assert "which can't be looked up at" in ended.out + ended.err
        assert [each for each in other.requests() if each["method"] == "POST"] == []


def test_a_journal_beside_which_nothing_can_be_written(against: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_JOURNAL", "missing/j.sqlite")
    ended = against("register", invoice_file(home))
    assert ended.code == 3
    assert "j.sqlite.server can't be written: No such file or directory; set AMILI_JOURNAL to another file." in ended.err


def test_without_a_journal_nothing_is_pending(against: Command, home: Path) -> None:
    ended = against("pending", "resolve")
    assert (ended.code, ended.out) == (0, "")
    assert "is not there yet" in ended.err
    assert not (home / "config").exists()


def test_the_commands_to_run_next_name_the_profile(
    against: Command, home: Path, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess, quick: None
) -> None:
    (home / "profiles.toml").write_text(f'[profiles."my own"]\nbase_url = "{sandbox.base_url}"\njournal = "j.sqlite"\n')
    monkeypatch.setenv("AMILI_CONFIG", "profiles.toml")
    sandbox.faults.add("drop_after", method="POST", times=1)
    sandbox.faults.add("error_500", method="GET", after=1)
    ended = against("register", invoice_file(home), "--profile", "my own")
    assert ended.code == 5
    assert "`amili pending resolve --profile 'my own'` looks up whether it happened" in ended.err
    assert (home / "j.sqlite").exists()
    listed = against("pending", "--profile", "my own")
    assert "`amili pending resolve --profile 'my own'` looks up" in listed.err
