"""The commands about a run that was started: resume, retry, stop, list, status, watch, results."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amili._core.engine import is_database_address
from amili._errors import InvalidInputError
from amili.cli.bulk.files import ledger_option, of_the_files, open_existing, open_run, source_of, words_of
from amili.cli.bulk.jobs import RESUMABLE, working_options
from amili.cli.bulk.reporting import Reporter, line_of
from amili.cli.bulk.working import COLUMNS, IN_TABLE, count_rows, ended, result_row, status_code, work_on
from amili.cli.frame import Exit, Session, command, confirm_write, form_options, notice
from amili.cli.output import Row, cell_text, printer_of

if TYPE_CHECKING:
    from amili.bulk import Run, RunRecord

_file = click.argument("file", metavar="[FILE]", required=False)
_number = click.option("--run", "number", type=int, metavar="N", default=None, help="The run of this number; else the last.")
_LIST = ("run", "operation", "input", "state", "rows", "open", "unknown", "refused", "created", "ended")


def _open(file: str | None, ledger: str | None, number: int | None, *, with_source: bool = False) -> Run:
    from amili.bulk import Run

    run = open_run(file, ledger, number)
    return Run.open(run.ledger, run.id, source_of(run, file)) if with_source else run


@command(
    "resume",
    help="Go on with a run after any end: Ctrl-C, a crash, a power failure, `stop`. What may have been sent is looked up before "
    "it is sent again, and what is unknown is looked up once more. FILE is the input of the run.",
    example="amili bulk resume invoices.xlsx --run 2 --yes\namili bulk resume invoices.xlsx --send-nothing",
    interrupted=RESUMABLE,
)
@_file
@ledger_option
@_number
@click.option("--send-nothing", "settle", is_flag=True, default=False, help="If FILE has changed: look up, and end the run.")
@click.option("--yes", is_flag=True, default=False, help="Do not ask before writing.")
@working_options
def resume(session: Session, file: str | None, ledger: str | None, number: int | None, settle: bool, **options: Any) -> int:
    is_here = file is not None or not is_database_address(ledger)  # a database has what the rows ask for
    run = _open(file, ledger, number, with_source=is_here and not settle)
    return _go_on(session, run, file, ledger, number, again="Go on with", settle=settle, **options)


@command(
    "retry",
    help="Send the rows again that were refused, once the cause is mended. Rows that must be corrected in FILE are registered "
    "from the corrected file, as a new run: what is registered already is not sent again.",
    example="amili bulk retry invoices.xlsx --refused",
    interrupted=RESUMABLE,
)
@_file
@click.option("--refused", is_flag=True, required=True, help="The refused rows; needed, as no others can be sent again.")
@ledger_option
@_number
@click.option("--yes", is_flag=True, default=False, help="Do not ask before writing.")
@working_options
def retry(session: Session, file: str | None, ledger: str | None, number: int | None, refused: bool, **options: Any) -> int:
    run = _open(file, ledger, number, with_source=True)
    count = run.ledger.run(run.id).counts.get("refused", 0)
    if not count:
        notice("amili: no row of this run was refused.")
        return Exit.DONE
    return _go_on(session, run, file, ledger, number, again=f"Send {count:,} refused rows again, in", retry=refused, **options)


def _go_on(
    session: Session,
    run: Run,
    file: str | None,
    ledger: str | None,
    number: int | None,
    *,
    again: str,
    retry: bool = False,
    settle: bool = False,
    yes: bool,
    at_once: int,
    reserve: int,
    **form: bool,
) -> int:
    printer, record = printer_of(shows_persons=False, **form), run.record
    server = record.details.get("server")
    if server is not None and server != session.settings.base_url:
        message = f"run {run.id} was started at {server}, but the settings say {session.settings.base_url}"
        raise InvalidInputError(f"{message}: what was sent there can't be found here; use the settings that it was started with")
    if run.operation != "lookup" and not settle:
        confirm_write(session, f"{again} run {run.id} ({run.operation}, {record.source})", yes=yes)
    with session.client(ledger=ledger) as client:  # first, so that wrong settings leave an ended run as it is
        if retry:
            run.retry_refused()
        else:
            run.resume()
        name = words_of(session, file, ledger, record, number)
        return work_on(run, client, printer, name, concurrency=at_once, reserve=reserve, sends=not settle)


@command(
    "stop",
    help="Stop all processes that work on a run, after the requests in hand; `amili bulk resume FILE` goes on.",
    example="amili bulk stop invoices.xlsx",
)
@_file
@ledger_option
@_number
def stop(_: Session, file: str | None, ledger: str | None, number: int | None) -> None:
    run = _open(file, ledger, number)
    run.stop()
    notice(f"amili: run {run.id} is stopped; the requests in hand are finished.")


@command("list", help="List the runs of a ledger, oldest first.", example="amili bulk list invoices.xlsx\namili bulk list --json")
@_file
@ledger_option
@form_options
def list(_: Session, file: str | None, ledger: str | None, **form: bool) -> None:
    printer_of(shows_persons=False, **form).rows(map(_run_row, open_existing(file, ledger).runs()), _LIST)


def _run_row(run: RunRecord) -> Row:
    counts = run.counts
    cells = {
        "run": run.id,
        "operation": run.operation,
        "input": run.source,
        "state": run.state,
        "rows": sum(counts.values()),
        "open": counts.get("new", 0) + counts.get("sending", 0),
        "unknown": counts.get("unknown", 0),
        "refused": counts.get("refused", 0),
        "created": _time(run.created_at),
        "ended": _time(run.ended_at),
    }
    return Row({name: cell_text(value) if isinstance(value, datetime) else value for name, value in cells.items()}, cells)


@command(
    "status",
    help="Show how far a run is, by state. Exit code 5 if outcomes are unknown, 75 if the run has not ended, 1 if rows were "
    "refused, left out or there already, 4 if a lookup did not find some.",
    example="amili bulk status invoices.xlsx\namili bulk status invoices.xlsx --json",
)
@_file
@ledger_option
@_number
@form_options
def status(session: Session, file: str | None, ledger: str | None, number: int | None, **form: bool) -> int:
    printer, run = printer_of(shows_persons=False, **form), _open(file, ledger, number)
    progress = run.progress()
    printer.rows(count_rows(progress.counts), ("state", "rows", "meaning"))
    words = {"running": "has not ended", "stopped": "was stopped", "ended": "has ended"}
    going = f"; if no process works on it, `amili bulk resume {words_of(session, file, ledger, run.record, number)}` goes on"
    notice(
        f"amili: run {run.id} ({run.operation}, {run.record.source}) {words[progress.state]}: "
        f"{line_of(progress)}{'' if progress.state == 'ended' else going}."
    )
    return status_code(run, progress)


@command(
    "watch",
    help="Show how far a run is, while other processes work on it, until it ends or is stopped. Ctrl-C ends the watching alone.",
    example="amili bulk watch invoices.xlsx",
    interrupted="The run goes on.",
)
@_file
@ledger_option
@_number
@form_options
def watch(session: Session, file: str | None, ledger: str | None, number: int | None, **form: bool) -> int:
    from threading import Event

    printer, run = printer_of(shows_persons=False, **form), _open(file, ledger, number)
    with Reporter(run.progress):
        while run.progress().state == "running":
            Event().wait(POLL)
    return ended(run, printer, words_of(session, file, ledger, run.record, number))


POLL = 1.0  # seconds


@command(
    "results",
    help="Show the result of each row, in the order of FILE. With -o, write FILE's own columns and the results beside them to a "
    "new file, csv or xlsx, which only you can read.",
    example="amili bulk results invoices.xlsx -o results.xlsx\namili bulk results invoices.xlsx --csv",
)
@_file
@ledger_option
@_number
@click.option("-o", "--output", metavar="OUT", default=None, help="Write to this file, csv or xlsx.")
@click.option("--force", is_flag=True, default=False, help="Replace a file that is there.")
@form_options
def results(
    _: Session, *, file: str | None, ledger: str | None, number: int | None, output: str | None, force: bool, **form: bool
) -> None:
    from amili.bulk import write_results

    printer = printer_of(shows_persons=False, **form)
    run = _open(file, ledger, number, with_source=output is not None)
    if output is None:
        printer.rows(map(result_row, run.results()), IN_TABLE if printer.form == "table" else COLUMNS)
        return
    if Path(output).exists() and not force:
        raise click.UsageError(f"{output} is there already; --force replaces it")
    assert run.source is not None
    with of_the_files():
        write_results(run.source, run.results(), output)  # type: ignore[arg-type]
    notice(f"amili: the results are in {output}.")


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
