"""A group of commands that are imported when they are used, so that a list of commands stays quick."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import click


class Entry(NamedTuple):
    """Where a command is, and what the list of commands says of it."""

    room: str
    attribute: str
    summary: str


class CommandTable(click.Group):
    """A group of the commands in a table."""

    def __init__(self, name: str, table: Mapping[str, Entry], **options: Any) -> None:
        super().__init__(name, **options)
        self.table = table

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names of the commands, in the order of the help."""
        return list(self.table)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        entry = self.table.get(name)
        if entry is None:
            return super().get_command(context, name)
        found: click.Command = getattr(importlib.import_module(entry.room), entry.attribute)
        return found

    def resolve_command(self, context: click.Context, arguments: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is refused with the nearest that is known."""
        name = arguments[0]
        if name not in self.table and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, self.table, n=1)
            hint = f"did you mean {near[0]}?" if near else f"`{context.command_path} --help` lists the commands"
            raise click.UsageError(f"there is no command {name!r}; {hint}")
        return super().resolve_command(context, arguments)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands alone: options are named in the text above, so that the help fits a screen."""
        self.format_commands(context, formatter)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.table.items()])
