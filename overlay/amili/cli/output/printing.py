"""Prints rows on standard output, in the form that fits where it goes to."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import click

from amili.cli.output.cells import MASK, Row, cell_text, is_personal, masked_document, printable
from amili.cli.output.csv_text import write_csv
from amili.cli.output.tables import Column, labelled, list_text, print_table

Format = Literal["table", "json", "csv"]


@dataclass(frozen=True)
class Printer:
    """Prints rows in one form; on a terminal what identifies persons is masked, unless `shows_persons`."""

    form: Format = "table"
    shows_persons: bool = False

    @property
    def on_terminal(self) -> bool:
        """Whether standard output is a terminal."""
        return sys.stdout.isatty()

    @property
    def decorated(self) -> bool:
        """Whether bold type and lines are wanted."""
        return self.on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def rows(self, rows: Iterable[Row], columns: Sequence[str], headings: Mapping[str, str] | None = None) -> int:
        """Print rows and return how many they are; `headings` are short names of columns, for tables only."""
        rows = map(self._for_terminal, rows) if self.on_terminal else rows
        if self.form == "json":
            return self._json(rows)
        if self.form == "csv":
            return write_csv(sys.stdout, columns, rows)
        listed = list(rows)
        if listed:
            table = [_column((headings or {}).get(name, name), [row.cells.get(name) for row in listed]) for name in columns]
            print_table(table, self._width, decorated=self.decorated)
        return len(listed)

    def one(self, row: Row, headings: Mapping[str, str] | None = None) -> None:
        """Print one row: as a list of names and values where others would be a table."""
        if self.form != "table":
            self.rows([row], list(row.cells))
            return
        shown = self._for_terminal(row) if self.on_terminal else row
        names = headings or {}
        pairs = [(names.get(name, name), cell_text(value)) for name, value in shown.cells.items() if value is not None]
        print(list_text(pairs, self._width), end="")

    def lines(self, lines: Iterable[tuple[str, str]]) -> None:
        """Print lines of a label and a text, which is wrapped where a terminal is narrow."""
        for label, text in lines:
            print(labelled(label, printable(text), self._width))

    def document(self, document: dict[str, Any]) -> None:
        """Print a document as JSON: indented, or in one line where JSON lines are wanted."""
        shown = masked_document(document) if self.on_terminal and not self.shows_persons else document
        print(json_line(shown) if self.form == "json" else json_line(shown, indent=2))

    @property
    def _width(self) -> int | None:
        """The columns of the terminal; None if there is none, where nothing is cut or rearranged."""
        return shutil.get_terminal_size().columns if self.on_terminal else None

    def _json(self, rows: Iterable[Row]) -> int:
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007 - returned
            print(json_line(row.document))
        return count

    def _for_terminal(self, row: Row) -> Row:
        cells = {name: printable(value) if isinstance(value, str) else value for name, value in row.cells.items()}
        if self.shows_persons:
            return Row(row.document, cells)
        masked = {name: MASK if is_personal(name) and value is not None else value for name, value in cells.items()}
        return Row(masked_document(row.document), masked)


def _column(heading: str, values: Sequence[Any]) -> Column:
    are_numbers = any(_is_number(value) for value in values) and all(value is None or _is_number(value) for value in values)
    return Column(heading, [cell_text(value) for value in values], are_numbers)


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


def json_line(document: Any, indent: int | None = None) -> str:
    """Return a document as JSON, in one line unless indented; characters that could control a terminal are escaped."""
    text = json.dumps(document, ensure_ascii=False, default=str, indent=indent)
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text)


def printer_of(*, as_json: bool, as_csv: bool, shows_persons: bool = False) -> Printer:
    """Return the printer for the options of a command; raises click.UsageError for two forms."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv can't be combined")
    return Printer("json" if as_json else "csv" if as_csv else "table", shows_persons)
