"""Each `--help` fits a screen, has an example that is right, and is as it was; run as a program, this writes how it is."""

import io
import os
import re
import shlex
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from amili.cli import main

KEPT = Path(__file__).parent / "help"
EXAMPLES = "Examples:\n"


def help_of(*path: str, others: Sequence[str] = ()) -> str:
    """Return the help of the program or of a command, on a screen of 80 columns; other words must be right as well."""
    os.environ["COLUMNS"] = "80"  # a fixture restores it
    with redirect_stdout(io.StringIO()) as printed:
        assert main([*path, "--help", *others]) == 0
    return printed.getvalue()


def summaries(*group: str) -> dict[str, str]:
    """Return the commands in the help of the program or of a group of commands, each with its summary."""
    return dict(re.findall(r"^  (\w+)  +(.+)$", help_of(*group).partition("Commands:\n")[2], re.MULTILINE))


COMMANDS = tuple(summaries())
GROUP = "bulk"
IN_GROUP = tuple(summaries(GROUP))
PAGES = {"amili": (), **{name: (name,) for name in COMMANDS}, **{f"{GROUP}-{name}": (GROUP, name) for name in IN_GROUP}}


@pytest.mark.parametrize("page", PAGES)
def test_the_help_is_as_it_was(page: str) -> None:
    assert help_of(*PAGES[page]) == (KEPT / f"{page}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_the_help_fits_a_screen(page: str) -> None:
    lines = help_of(*PAGES[page]).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("page", list(PAGES)[1:])
def test_the_examples_are_right(page: str) -> None:
    examples = help_of(*PAGES[page]).partition(EXAMPLES)[2].splitlines()
    assert examples
    for line in examples:
        within = re.search(r"\$\((.+)\)", line)
        words = shlex.split(within[1] if within else line)
        words = words[words.index("amili") + 1 :]
        end = next((at for at, word in enumerate(words) if word in ("|", ">", ">>", "--")), None)
        at = 2 if words[0] == GROUP else 1  # an option that is not there would be refused before the help is printed
        assert EXAMPLES in help_of(*words[:at], others=words[at:end])


def test_each_command_is_listed_with_a_sentence() -> None:
    assert len(COMMANDS) >= 14
    assert [text for text in (*summaries().values(), *summaries(GROUP).values()) if not text.endswith(".")] == []
    assert {file.stem for file in KEPT.iterdir()} == set(PAGES)


if __name__ == "__main__":
    for each, path in PAGES.items():
        (KEPT / f"{each}.txt").write_text(help_of(*path), encoding="utf-8")
