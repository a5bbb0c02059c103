"""`amili changes`: the cursor moves only after everything was written."""

from pathlib import Path

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.overlay.cli.running import Command, invoice_file


@pytest.fixture
def registered(against: Command, tmp_path: Path) -> None:
    against("register", invoice_file(tmp_path, "INV-1"))


def test_each_change_is_listed_once(against: Command, registered: None, home: Path) -> None:
    first = against("changes", "--cursor", "c", "--columns", "invoice_number")
    assert (first.out, first.err) == ("number\nINV-1\n", "")
    second = against("changes", "--cursor", "c", "--columns", "invoice_number")
    assert (second.code, second.out, second.err) == (0, "", "amili: no case has changed.\n")
    against("register", invoice_file(home, "INV-2"))
    assert against("changes", "--cursor", "c", "--columns", "invoice_number").out == "number\nINV-2\n"
    assert [file.name for file in home.glob("*c*") if file.is_file()] == ["c"]  # and nothing beside it


def test_a_cursor_follows_a_link(against: Command, registered: None, home: Path) -> None:
    (home / "link").symlink_to("there")
    against("changes", "--cursor", "link", "--json")
    assert (home / "link").is_symlink()
    assert against("changes", "--cursor", "there", "--json").out == ""


def test_the_cursor_stays_where_output_fails(
    against: Command, registered: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("amili.cli.reads.change_list.print_cases", interrupted)
        ended = against("changes", "--cursor", "c")
    assert ended.code == 130
    assert "The cursor was not moved: the next run begins where this one began." in ended.err
    assert not (home / "c").exists()


def test_a_cursor_that_can_not_be_saved(against: Command, registered: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "c").write_text("")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (home / "c").unlink()
    monkeypatch.setattr("os.fsync", full)
    ended = against("changes", "--cursor", "c")
    assert (ended.code, ended.err) == (75, "amili: the output: No space left on device.\n")
    assert [file.name for file in home.iterdir() if "c" in file.name and file.is_file()] == []


def test_a_file_that_is_no_cursor(against: Command, home: Path) -> None:
    (home / "c").write_text("something")
    ended = against("changes", "--cursor", "c")
    assert ended.code == 2
    assert "c is not a cursor file; name another one, or remove it to list all cases" in ended.err
    assert (home / "c").read_text() == "something"


def test_since(against: Command, registered: None, home: Path) -> None:
    assert len(against("changes", "--since", "1h", "--json").documents) == 1
    assert against("changes", "--since", "1h", "--cursor", "c").code == 0
    both = against("changes", "--since", "1h", "--cursor", "c")
    assert both.code == 2
    assert "c says when to begin; leave out --since" in both.err
    assert against("changes").code == 2


def test_a_cursor_without_a_whole_walk_says_that_one_is_due(against: Command, registered: None, home: Path) -> None:
    ended = against("changes", "--since", "1h", "--cursor", "c")
    assert "once a week remove c, so that all cases are listed" in ended.err


def test_a_failed_request_leaves_the_cursor(
    against: Command, registered: None, home: Path, sandbox: SandboxProcess, quick: None
) -> None:
    sandbox.faults.add("error_500", path="/cases")
    ended = against("changes", "--cursor", "c")
    assert ended.code == 75
    assert not (home / "c").exists()
