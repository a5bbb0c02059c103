"""Tables and lists of text, for terminals of any width and for files; no value is ever cut."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

_GAP = 2
_COMFORTABLE = 24  # characters of a value that a line should have room for: an identifier
_NARROW = 60  # characters of a terminal in which a text begins below its label


class Column(NamedTuple):
    """The heading of a column and its texts; numbers are aligned to the right."""

    heading: str
    texts: Sequence[str]
    is_number: bool = False

    @property
    def width(self) -> int:
        """The longest text of the column."""
        return max(len(text) for text in (self.heading, *self.texts))

    def aligned(self, text: str) -> str:
        """Return a text of this column with its spaces."""
        return text.rjust(self.width) if self.is_number else text.ljust(self.width)


def print_table(columns: Sequence[Column], width: int | None, *, decorated: bool) -> None:
    """Print a table, or a list for each row if a terminal of this width has no room for it."""
    names = [column.heading for column in columns]
    lines = list(zip(*(column.texts for column in columns), strict=True))
    if width is not None and sum(column.width + _GAP for column in columns) - _GAP > width:
        pairs = ([pair for pair in zip(names, line, strict=True) if pair[1]] for line in lines)
        print("\n".join(list_text(each, width) for each in pairs), end="")
    elif not decorated or not _print_with_rich(columns, lines):
        for line in (names, *lines):
            aligned = (column.aligned(text) for column, text in zip(columns, line, strict=True))
            print((" " * _GAP).join(aligned).rstrip())


def list_text(pairs: Sequence[tuple[str, str]], width: int | None) -> str:
    """Return lines of a name and a value; on a narrow terminal the value is on a line of its own."""
    size = max((len(name) for name, _ in pairs), default=0)
    longest = max((len(value) for _, value in pairs), default=0)
    if width is not None and size + _GAP + min(longest, _COMFORTABLE) > width:
        return "".join(f"{name}\n  {value}\n" for name, value in pairs)
    return "".join(f"{name.ljust(size)}{' ' * _GAP}{value}\n" for name, value in pairs)


def labelled(label: str, text: str, width: int | None) -> str:
    """Return a label and a text; a text that a terminal of this width has no room for goes on below itself."""
    if width is None or len(label) + len(text) <= width:
        return label + text
    indent, before = (len(label), label) if width >= _NARROW else (2, f"{label.rstrip()}\n  ".lstrip("\n"))
    lines = wrap(text, max(width - indent, 10), break_long_words=False, break_on_hyphens=False)
    return before + ("\n" + " " * indent).join(lines)


def _print_with_rich(columns: Sequence[Column], lines: Sequence[Sequence[str]]) -> bool:
    """Print a table with rich; returns False if it is not installed."""
    try:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ModuleNotFoundError:
        return False
    made = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for column in columns:
        made.add_column(Text(column.aligned(column.heading)), no_wrap=True, overflow="ignore")
    for line in lines:
        made.add_row(*(Text(column.aligned(text)) for column, text in zip(columns, line, strict=True)))
    width = sum(
        column.width + _GAP for column in columns
    )  # a terminal may say that it has no columns, and shows lines all the same
    Console(highlight=False, soft_wrap=True, width=width).print(made)
    return True
