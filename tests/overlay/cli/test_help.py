"""Each `--help` fits a screen, has an example that is right, and is as it was; run as a program, this writes how it is."""

import os
import re
import shlex
from pathlib import Path

import click
import pytest
from amili.cli.program import COMMANDS, program

KEPT = Path(__file__).parent / "help"
NAMES = ("", *COMMANDS)


def help_of(name: str) -> str:
    context = click.Context(program, info_name="amili", terminal_width=80)
    if not name:
        return program.get_help(context) + "\n"
    command = program.get_command(context, name)
    assert command is not None
    made = click.Context(command, info_name=name, parent=context, terminal_width=80, **command.context_settings)
    return command.get_help(made) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_the_help_is_as_it_was(name: str) -> None:
    assert help_of(name) == (KEPT / f"{name or 'amili'}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_help_fits_a_screen(name: str) -> None:
    lines = help_of(name).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_are_right(name: str) -> None:
    context = click.Context(program, info_name="amili")
    examples = help_of(name).partition("Examples:\n")[2].splitlines()
    assert examples
    for line in examples:
        within = re.search(r"\$\((.+)\)", line)
        words = shlex.split(within[1] if within else line)
        words = words[words.index("amili") + 1 :]
        words = words[: next((at for at, word in enumerate(words) if word in ("|", ">", ">>")), None)]
        command = program.get_command(context, words[0])
        assert command is not None
        command.make_context(words[0], words[1:], parent=context, resilient_parsing="--help" in words)


def test_no_command_is_left_out() -> None:
    assert {file.stem for file in KEPT.iterdir()} == {name or "amili" for name in NAMES}


if __name__ == "__main__":
    os.environ["COLUMNS"] = "80"
    KEPT.mkdir(exist_ok=True)
    for each in NAMES:
        (KEPT / f"{each or 'amili'}.txt").write_text(help_of(each), encoding="utf-8")
