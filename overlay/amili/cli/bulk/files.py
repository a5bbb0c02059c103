"""Where things are: the input, its map, and the ledger beside it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from amili._core.engine import is_database_address
from amili._errors import ConfigurationError, InvalidInputError

if TYPE_CHECKING:
    from amili.bulk import ExaminedSource, Ledger, Run, RunRecord
    from amili.cli.frame import Session

F = TypeVar("F", bound=Callable[..., Any])
_ENDING = ".ledger.sqlite"


def ledger_option(function: F) -> F:
    """Add the option that names the ledger."""
    text = "Not FILE.ledger.sqlite; may be postgresql://..."
    return click.option("--ledger", metavar="PLACE", envvar="AMILI_LEDGER", default=None, help=text)(function)


def ledger_of(file: str | None, ledger: str | None) -> Path | str:
    """Return where a ledger is: the one that is named, the one beside an input, or the only one of this folder."""
    if ledger is not None:
        return ledger if is_database_address(ledger) else Path(ledger)
    if file is not None:
        return Path(file) if file.endswith(_ENDING) else Path(file + _ENDING)
    here = sorted(Path().glob(f"*{_ENDING}"))
    if len(here) == 1:
        return here[0]
    found = f"this folder has {len(here)} ledgers" if here else "there is no ledger in this folder"
    raise click.UsageError(f"name the FILE that the run was started with; {found}")


def open_existing(file: str | None, ledger: str | None, *, read_only: bool = False) -> Ledger:
    """Open a ledger that is there; raises click.UsageError if it is not."""
    path = ledger_of(file, ledger)
    if isinstance(path, Path) and not path.exists():
        raise click.UsageError(f"there is no ledger {path}: no run was started with this file, or the ledger was moved")
    return open_until_the_end(path, read_only=read_only)


def ledger_place(file: str | None, ledger: str | None) -> str:
    """Return where a ledger is, for people: without a password."""
    return shown(str(ledger_of(file, ledger)))


def open_until_the_end(place: Path | str, *, read_only: bool = False) -> Ledger:
    """Open a ledger, and close it when the command ends."""
    from amili.bulk import open_ledger

    opened = open_ledger(place, read_only=read_only)
    click.get_current_context().call_on_close(opened.close)
    return opened


def open_run(file: str | None, ledger: str | None, number: int | None) -> Run:
    """Open a run, by default the last of a ledger; in a database, which others use as well, the last of this file."""
    from amili.bulk import Run

    opened = open_existing(file, ledger)
    if number is None and is_database_address(ledger):
        here = None if file is None else os.path.abspath(file)
        found = [run.id for run in opened.runs() if here is not None and run.details.get("file") == here]
        if not found:
            raise click.UsageError("this ledger is shared: name the run with --run N; `amili bulk list` shows all of them")
        number = found[-1]
    return Run.open(opened, number)


def shown(ledger: str) -> str:
    """Return where a ledger is, without a password."""
    return re.sub(r"(?<=password=)[^&]*", "***", re.sub(r"(//[^/@:]*):[^/@]+@", r"\1:***@", ledger))


def key_of(session: Session) -> str:
    """Return the name of the API key, by which workers know which runs are theirs: that of the profile."""
    return session.settings.profile or "default"


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
    words = [*([shlex.quote(named)] if named else []), *(["--ledger", shlex.quote(shown(ledger))] if ledger else [])]
    if number is None and run is not None and is_database_address(ledger):
        number = run.id
    words += [] if number is None else ["--run", str(number)]
    return " ".join(words) + session.again


def details_of(session: Session, file: str, map_: str | None) -> dict[str, str]:
    """Return what a run keeps of its files, its server and its API key."""
    names = {"file": os.path.abspath(file), "server": session.settings.base_url, "key": key_of(session)}
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
