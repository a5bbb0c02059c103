"""Tables of commands, each imported when it is used."""

from amili.cli.commands.table import CommandTable

__all__ = ["CommandTable"]
