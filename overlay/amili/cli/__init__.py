"""The command `amili`, for people and scripts; needs the extra `cli`."""

from amili.cli.entry import main

__all__ = ["main"]
