"""Where things are: the input, its map, and the ledger beside it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amili._errors import ConfigurationError, InvalidInputError

if TYPE_CHECKING:
    from amili.bulk import ExaminedSource, Ledger, Run, RunRecord
    from amili.cli.frame import Session

_ENDING = ".ledger.sqlite"


def ledger_of(file: str | None, ledger: str | None) -> Path:
    """Return the file of a ledger: the one that is named, the one beside an input, or the only one of this folder."""
    if ledger is not None:
        return Path(ledger)
    if file is not None:
        return Path(file) if file.endswith(_ENDING) else Path(file + _ENDING)
    here = sorted(Path().glob(f"*{_ENDING}"))
    if len(here) == 1:
        return here[0]
    found = f"this folder has {len(here)} ledgers" if here else "there is no ledger in this folder"
    raise click.UsageError(f"name the FILE that the run was started with; {found}")


def open_existing(file: str | None, ledger: str | None) -> Ledger:
    """Open a ledger that is there; raises click.UsageError if it is not."""
    from amili.bulk import open_ledger

    path = ledger_of(file, ledger)
    if not path.exists():
        raise click.UsageError(f"there is no ledger {path}: no run was started with this file, or the ledger was moved")
    return open_ledger(path)


@contextmanager
def of_the_files() -> Iterator[None]:
    """Let what is wrong with a map, or an extra that is missing, be no matter of the settings."""
    try:
        yield
    except ConfigurationError as problem:
        raise InvalidInputError(str(problem)) from None


def open_input(file: str, map_: str | None, operation: str | None) -> ExaminedSource:
    """Open a file with its map; raises if the map is for another operation."""
    from amili.bulk import open_source

    if file == "-":
        raise click.UsageError("bulk reads a file more than once, so standard input won't do; save it to a file")
    if not Path(file).is_file():
        raise click.UsageError(f"there is no file {file}")
    if map_ is not None and not Path(map_).is_file():
        raise click.UsageError(f"there is no map {map_}")
    if map_ is None and Path(file).suffix.lower() not in (".jsonl", ".ndjson"):
        raise click.UsageError(f"say which column is which property: `amili bulk map {file} -o map.toml` proposes a --map")
    with of_the_files():
        source = open_source(file, map_)
    if operation is not None and source.operation != operation:
        raise InvalidInputError(f"the map is for {source.operation}, not for {operation}; use `amili bulk {source.operation}`")
    return source


def refuse_other_server(ledger: Ledger, server: str) -> None:
    """Raise InvalidInputError if a ledger has writes at another server: its rows would seem to be done at this one."""
    for run in ledger.runs():
        other = run.details.get("server", server)
        if run.operation != "lookup" and other != server:
            message = f"run {run.id} of this ledger was at {other}, and what was done there was not done at {server}"
            raise InvalidInputError(f"{message}; name another file with --ledger")


def words_of(
    session: Session, file: str | None, ledger: str | None, run: RunRecord | None = None, number: int | None = None
) -> str:
    """Return the words that name a run in the next command; `number` is that of a run that is perhaps not the last."""
    named = file or (run.details.get("file") if run else None)
    words = [*([shlex.quote(named)] if named else []), *(["--ledger", shlex.quote(ledger)] if ledger else [])]
    words += [] if number is None else ["--run", str(number)]
    return " ".join(words) + session.again


def details_of(file: str, map_: str | None, server: str) -> dict[str, str]:
    """Return what a run keeps of its files and its server."""
    names = {"file": os.path.abspath(file), "server": server}
    return names if map_ is None else {**names, "map": os.path.abspath(map_)}


def source_of(run: Run, file: str | None) -> ExaminedSource:
    """Open the input of a run again; `file` is where it is now, if it was named. Raises InvalidInputError if it has changed."""
    details = run.record.details
    if file is None or file.endswith(_ENDING):
        file = details["file"]
    map_ = details.get("map")
    if map_ is not None and not os.path.exists(map_):  # the folder was moved: the map is where it was beside the file
        map_ = os.path.join(os.path.dirname(file), os.path.relpath(map_, os.path.dirname(details["file"])))
    source = open_input(file, map_, None)
    if source.checksum != run.record.checksum:
        advice = "put both back as they were"
        if run.record.ended_at is None or run.record.counts.get("unknown"):
            advice += "; or look up what may have been sent and end the run: add --send-nothing to `amili bulk resume`"
        elif run.operation == "register":
            advice += "; or register the corrected file as a new run, where what is registered already is not sent again"
        raise InvalidInputError(f"{source.name} or its map has changed since run {run.id} was started: {advice}")
    return source
