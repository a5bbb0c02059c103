"""A group of commands that are imported when they are used, so that a list of commands stays quick."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class CommandTable(click.Group):
    """A group of commands: a table of the name of each, the module that has it under this name, and its summary."""

    def __init__(self, name: str, table: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(name, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80}, **options)
        self.table = table

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names of the commands, in the order of the help."""
        return list(self.table)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Import a command; None if there is none of this name."""
        if name not in self.table:
            return None
        found: click.Command = getattr(importlib.import_module(self.table[name][0]), name)
        return found

    def resolve_command(self, context: click.Context, arguments: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is refused with the nearest that is known."""
        name = arguments[0]
        if name not in self.table and not context.resilient_parsing:  # as for the completion of a shell
            from difflib import get_close_matches

            near = get_close_matches(name, self.table, n=1)
            hint = f"did you mean {near[0]}?" if near else f"`{context.command_path} --help` lists the commands"
            raise click.UsageError(f"there is no command {name!r}; {hint}")
        return super().resolve_command(context, arguments)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands alone, without importing them; a group has no options but --help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.table.items()])

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are, without wrapping."""
        formatter.write(f"\n{self.epilog}\n")
