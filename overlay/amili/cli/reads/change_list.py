"""`amili changes`: what changed since last time, and the file that says when that was."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from amili._errors import InvalidInputError
from amili.cli.frame import Session, command, notice, output_options
from amili.cli.output import printer_of
from amili.cli.reads.conditions import moment
from amili.cli.reads.lists import print_cases
from amili.cli.reads.rows import columns_of


@command(
    "changes",
    help="List the cases that changed since the last run with this cursor file; the first run lists all. "
    "The file is saved after everything was written, so that what was cut short is repeated.",
    example="amili changes --cursor cases.cursor --json >> cases.jsonl\namili changes --since 24h",
    interrupted="The cursor was not moved: the next run begins where this one began.",
)
@click.option("--cursor", type=click.Path(dir_okay=False, path_type=Path), default=None, metavar="FILE", help="The file.")
@click.option("--since", metavar="WHEN", default=None, help="Begin at a day, a moment, or 7d, 12h, 30m ago.")
@click.option("--columns", metavar="NAMES", default=None, help="Show these, separated by commas.")
@output_options
def changes(session: Session, cursor: Path | None, since: str | None, columns: str | None, **output: bool) -> None:
    printer, chosen = printer_of(**output), columns_of(columns)
    if cursor is None and since is None:
        raise click.UsageError("give --cursor FILE, or --since for a single look")
    saved = None if cursor is None else _saved(cursor)
    if saved is not None and since is not None:
        raise click.UsageError(f"{cursor} says when to begin; leave out --since, or name a new file")
    begin = None if since is None else moment(since, datetime.now(UTC))
    with session.client() as client:
        try:
            found = client.changes(since=begin, cursor=saved, projection=chosen)
        except InvalidInputError:
            raise InvalidInputError(f"{cursor} is not a cursor file; name another one, or remove it to list all cases") from None
        if print_cases(printer, found, chosen) == 0:
            notice("amili: no case has changed.")
        sys.stdout.flush()
        if cursor is not None:
            _save(cursor, found.cursor)
            if found.whole_walk_due:
                notice(f"amili: some changes can't be seen; once a week remove {cursor}, so that all cases are listed.")


def _saved(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _save(file: Path, cursor: str) -> None:
    """Replace the file, so that it has the whole cursor or the one before, whatever happens."""
    file = file.resolve()
    number, made = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with open(number, "w", encoding="utf-8") as beside:
            beside.write(cursor + "\n")
            beside.flush()
            os.fsync(beside.fileno())
        Path(made).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(made).unlink()
        raise
