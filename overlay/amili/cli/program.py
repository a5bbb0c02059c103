"""Finds a command in the table and imports it, and how the program ends."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Sequence

import click

from amili.cli.table import COMMANDS, help_text


class Program(click.Group):
    """The group of all commands."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names of the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Import a command; None if there is none of this name."""
        if name not in COMMANDS:
            return None
        found: click.Command = getattr(importlib.import_module(COMMANDS[name][0]), name)
        return found

    def resolve_command(self, context: click.Context, arguments: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is refused with the nearest that is known."""
        name = arguments[0]
        if name not in COMMANDS and not context.resilient_parsing:  # as for the completion of a shell
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "`amili --help` lists the commands"
            raise click.UsageError(f"there is no command {name!r}; {hint}")
        return super().resolve_command(context, arguments)

    def get_help(self, _: click.Context) -> str:
        """Return the help of the program."""
        return help_text()


program: Program = Program("amili", context_settings={"help_option_names": ["-h", "--help"]})


def run(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code; what click itself refuses is one line."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # data is UTF-8 everywhere; a terminal that lacks a character shows an escape
        encoding, errors = (None, "backslashreplace") if sys.stdout.isatty() else ("utf-8", None)
        sys.stdout.reconfigure(encoding=encoding, errors=errors)
    try:
        status = program.main(args=list(arguments), prog_name="amili", standalone_mode=False)
    except click.UsageError as problem:
        message = problem.format_message().rstrip(".")
        where = f"; see `{problem.ctx.command_path} --help`." if problem.ctx is not None else "" if message.endswith("?") else "."
        print(f"amili: {message}{where}", file=sys.stderr)
        return problem.exit_code
    except click.ClickException as problem:
        print(f"amili: {problem.format_message()}", file=sys.stderr)
        return problem.exit_code
    except click.Abort:
        print("\namili: interrupted. Nothing was sent.", file=sys.stderr)
        return 130
    return status if isinstance(status, int) else 0
