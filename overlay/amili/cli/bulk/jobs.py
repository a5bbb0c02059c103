"""`amili bulk register`, `credit`, `cancel` and `lookup`: check a file, ask, and do it for each row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from amili._core.engine import is_database_address
from amili.cli.bulk.files import (
    details_of,
    ledger_of,
    ledger_option,
    open_input,
    open_until_the_end,
    refuse_other_server,
    words_of,
)
from amili.cli.bulk.inputs import checked, sum_in_words
from amili.cli.bulk.working import work_on
from amili.cli.frame import AmiliCommand, Exit, Session, command, confirm_write, form_options, notice
from amili.cli.output import printer_of

if TYPE_CHECKING:
    from amili.bulk import Check, Ledger, Source
    from amili.bulk.rows import Operation

F = TypeVar("F", bound=Callable[..., Any])
RESUMABLE = "What was sent is in the ledger: `amili bulk status FILE` shows it, `amili bulk resume FILE` goes on."
_WORDS = {
    "register": "Register {} invoices",
    "credit": "Make {} creditings",
    "cancel": "Cancel {} cases",
    "lookup": "Look up {} cases",
}


def working_options(function: F) -> F:
    """Add the options of a command that works on a run."""
    text = "Requests a minute to leave to others."
    function = click.option("--reserve", type=click.IntRange(min=0), default=0, metavar="N", help=text)(function)
    function = click.option("--at-once", type=click.IntRange(1, 64), default=8, metavar="N", help="Requests at the same time.")(
        function
    )
    return form_options(function)


def _job(operation: Operation, help_: str, example: str) -> AmiliCommand:
    @command(operation, help=help_, example=example, interrupted=RESUMABLE)
    @click.argument("file", metavar="FILE")
    @click.option("--map", "map_", metavar="MAP", default=None, help="The map of the columns; not needed for JSON lines.")
    @ledger_option
    @click.option("--skip-invalid", is_flag=True, default=False, help="Leave out rows with problems.")
    @click.option("--again", is_flag=True, default=False, help="Although this file was run before.")
    @click.option("--dry-run", is_flag=True, default=False, help="Check the file and say what would be sent.")
    @click.option("--leave-to-workers", is_flag=True, default=False, help="Only start it: `amili bulk work` elsewhere does it.")
    @click.option("--yes", is_flag=True, default=False, help="Do not ask before writing.")
    @working_options
    def job(session: Session, **options: Any) -> int:
        return _run(session, operation, **options)

    return job


def _run(
    session: Session,
    operation: Operation,
    *,
    file: str,
    map_: str | None,
    ledger: str | None,
    skip_invalid: bool,
    again: bool,
    dry_run: bool,
    leave_to_workers: bool,
    yes: bool,
    reserve: int,
    at_once: int,
    **form: bool,
) -> int:
    from amili.bulk import Run

    printer, server = printer_of(shows_persons=False, **form), session.settings.base_url
    writes = operation != "lookup"
    if leave_to_workers and not is_database_address(ledger):
        raise click.UsageError("workers need a ledger in PostgreSQL: --ledger postgresql://USER@HOST/DATABASE, or AMILI_LEDGER")
    if writes and not dry_run:
        confirm_write(session, "", yes=yes, ask=False)
    source = open_input(file, map_, operation)
    found = checked(source, file)
    if not found.can_be_sent(skip_invalid=skip_invalid):
        notice(f"amili: nothing was sent: {_why_not(found)}.")
        return Exit.USAGE
    what = f"{_WORDS[operation].format(f'{found.good:,}')}{sum_in_words(found.totals)}"
    if dry_run:
        notice(f"amili: dry run: {what[0].lower()}{what[1:]} at {server}, {_requests(operation, found.good)}. Nothing was sent.")
        return Exit.DONE
    opened, name = open_until_the_end(ledger_of(file, ledger)), words_of(session, file, ledger)
    if writes:
        refuse_other_server(opened, server)
    if writes and not again:
        _refuse_second(opened, source, operation, name)
    if writes:
        confirm_write(session, what, yes=yes)
    with session.client(ledger=ledger) as client:
        started = Run.start(
            opened,
            source,
            operation,
            skip_invalid=skip_invalid,
            again=again,
            details=details_of(session, file, map_),
        )
        name = words_of(session, file, ledger, started.record)
        if leave_to_workers:
            notice(f"amili: run {started.id} is for the workers of this ledger. How far it is: amili bulk watch {name}")
            return Exit.DONE
        return work_on(started, client, printer, name, concurrency=at_once, reserve=reserve)


def _why_not(found: Check) -> str:
    if not found.good:
        return "no row can be sent" if found.refused else "the file has no rows"
    rows = "1 row has problems" if found.refused == 1 else f"{found.refused:,} rows have problems"
    return f"{rows}; correct them, or leave them out with --skip-invalid"


def _requests(operation: str, rows: int) -> str:
    """Return how many requests it takes without trouble, and how long within the vendor's limit."""
    look_ups = -(-rows // 99)
    requests = look_ups if operation == "lookup" else rows + look_ups
    minutes = -(-requests // 95)
    return f"with {requests:,} requests, in about {minutes:,} min"


def _refuse_second(ledger: Ledger, source: Source, operation: str, name: str) -> None:
    """Refuse a file that the ledger has already: it would be credited twice, or is to be resumed."""
    runs = ledger.runs()
    for run in runs:
        same, ended = run.checksum == source.checksum, run.ended_at is not None
        named = name if run is runs[-1] else f"{name} --run {run.id}"
        if run.operation != operation or not (same or (run.source == source.name and not ended)):
            continue
        problem, advice = f"run {run.id} of this file has not ended", f"`amili bulk resume {named}` goes on"
        if ended:
            problem = f"run {run.id} has done this file already"
            advice = f"`amili bulk status {named}` shows it; --again does all rows once more{_AGAIN.get(operation, '')}"
        elif not same:
            problem += ", and the file or its map has changed since"
            advice = f"put both back as they were and `amili bulk resume {named}`, or end it with --send-nothing added to that"
        raise click.UsageError(f"{problem}, so nothing was sent; {advice}")


# What --again does to rows that were done.
_AGAIN = {"register": ", without what is registered already", "credit": ", which credits twice what was credited"}


register: AmiliCommand = _job(
    "register",
    "Register the invoices of FILE, each exactly once; what is registered already is not sent again. After any end, "
    "`amili bulk resume FILE` goes on.",
    "amili bulk register invoices.xlsx --map map.toml --dry-run\n"
    "amili bulk register invoices.csv --map map.toml --reserve 10 --yes",
)
credit: AmiliCommand = _job(
    "credit",
    "Credit the cases of FILE, each row exactly once. A file that was run before is refused. After any end, "
    "`amili bulk resume FILE` goes on.",
    "amili bulk credit creditings.csv --map credit.toml --dry-run",
)
cancel: AmiliCommand = _job(
    "cancel",
    "Cancel the cases of FILE, which stops their processing. After any end, `amili bulk resume FILE` goes on.",
    "amili bulk cancel cases.csv --map cancel.toml --yes",
)
lookup: AmiliCommand = _job(
    "lookup",
    "Look up the cases of FILE, 99 with one request; nothing is written. Exit code 4 if some are not found.",
    "amili bulk lookup numbers.csv --map lookup.toml --json",
)
