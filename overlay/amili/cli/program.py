"""Finds a command in the table and imports it, and how the program ends."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import click

from amili.cli.commands import CommandTable
from amili.cli.frame import notice
from amili.cli.table import COMMANDS, help_text


class Program(CommandTable):
    """The group of all commands."""

    def get_help(self, _: click.Context) -> str:
        """Return the help of the program."""
        return help_text()


program: Program = Program("amili", COMMANDS)


def run(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code; what click itself refuses is one line."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # data is UTF-8 everywhere; a terminal that lacks a character shows an escape
        encoding, errors = (None, "backslashreplace") if sys.stdout.isatty() else ("utf-8", None)
        sys.stdout.reconfigure(encoding=encoding, errors=errors)
    try:
        status = program.main(args=list(arguments), prog_name="amili", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as problem:
        print(problem.format_message(), file=sys.stderr)
        return problem.exit_code
    except click.UsageError as problem:
        message = problem.format_message().rstrip(".")
        where = f"; see `{problem.ctx.command_path} --help`." if problem.ctx is not None else "" if message.endswith("?") else "."
        notice(f"amili: {message}{where}")
        return problem.exit_code
    except click.ClickException as problem:
        print(f"amili: {problem.format_message()}", file=sys.stderr)
        return problem.exit_code
    except click.Abort:
        print("\namili: interrupted. Nothing was sent.", file=sys.stderr)
        return 130
    return status if isinstance(status, int) else 0
