"""The exit codes of the command."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended, for the program that started it."""

    DONE = 0
    REFUSED = 1
    """Done, but some were refused by the API, or there already."""
    USAGE = 2
    SETTINGS = 3
    """A setting or a credential can't be used."""
    NOT_FOUND = 4
    UNKNOWN = 5
    """An outcome is unknown, or a write is there twice: a person is needed."""
    FAULT = 70
    """A fault of the command itself."""
    TRY_LATER = 75
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141
    """What read the output has ended: what follows it was not written."""
