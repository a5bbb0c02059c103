"""Prints lines for a person on standard error, which a terminal shows without breaking words, numbers or commands."""

from __future__ import annotations

import re
import shutil
import sys
from textwrap import wrap

_COMMAND = re.compile(r"`[^`]*`|(?<=: )amili .*$")  # to be copied, so it is never broken
_SPACE = "\N{WORD JOINER}"


def notice(text: str) -> None:
    """Print a line for a person on standard error."""
    lines = text.split("\n")
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        lines = [each for line in lines for each in _wrapped(line, width)]
    print("\n".join(lines), file=sys.stderr)


def _wrapped(line: str, width: int) -> list[str]:
    whole = _COMMAND.sub(lambda found: found[0].replace(" ", _SPACE), line)
    return [part.replace(_SPACE, " ") for part in wrap(whole, width, break_long_words=False, break_on_hyphens=False)] or [line]
