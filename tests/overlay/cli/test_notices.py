"""Lines for a person: a terminal of any width shows them with whole words, numbers and commands."""

import sys

import pytest
from amili.cli.frame import notice

from tests.overlay.cli.running import Terminal

TEXT = "amili: it is not a number such as 1234.50 or 1 234,50; `amili bulk map invoices.csv -o map.toml` proposes one"


def shown(text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the lines that a terminal of 40 columns gets."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", screen := Terminal())
        patch.setenv("COLUMNS", "40")
        notice(text)
    return screen.taken().splitlines()


def test_words_and_commands_are_whole_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(TEXT, monkeypatch)
    assert " ".join(lines) == TEXT
    assert lines[:2] == ["amili: it is not a number such as", "1234.50 or 1 234,50;"]
    assert "`amili bulk map invoices.csv -o map.toml`" in lines


def test_a_command_at_the_end_is_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\namili: interrupted; 3 of 600 rows. To go on: amili bulk resume 'a file.csv' --ledger other.sqlite"
    first, *_, last = shown(text, monkeypatch)
    assert (first, last) == ("", "amili bulk resume 'a file.csv' --ledger other.sqlite")


def test_a_line_of_a_log_is_as_long_as_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    notice(TEXT)
    assert capsys.readouterr().err == f"{TEXT}\n"
