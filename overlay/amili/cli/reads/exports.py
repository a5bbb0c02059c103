"""`amili export`: cases in a file, which is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click

from amili.cli.frame import Session, command, notice
from amili.cli.output import Printer, Row, json_line, write_csv, write_workbook
from amili.cli.reads.lists import read_cases
from amili.cli.reads.rows import all_columns, case_row, columns_of

FORMATS = ("csv", "jsonl", "xlsx")


@command(
    "export",
    help="Write the cases that meet all conditions to FILE, or to standard output for -. The file has personal data, "
    "and only you can read it. Its ending says the form: csv, jsonl or xlsx.",
    example="amili export cases.xlsx state=debt_collection\namili export cases.csv --since 30d --columns invoice_number,state",
    interrupted="No file was written.",
)
@click.argument("file", metavar="FILE|-")
@click.argument("conditions", metavar="[CONDITION]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), default=None, help="Instead of the ending of FILE.")
@click.option("--since", metavar="WHEN", default=None, help="Changed since a day, a moment, or 7d, 12h, 30m ago.")
@click.option("--sort", metavar="NAMES", default=None, help="Separated by commas; -NAME sorts downwards.")
@click.option("--columns", metavar="NAMES", default=None, help="Write these, separated by commas; not for jsonl.")
@click.option("--force", is_flag=True, default=False, help="Replace a file that is there.")
def export(
    session: Session,
    *,
    file: str,
    conditions: tuple[str, ...],
    form: str | None,
    since: str | None,
    sort: str | None,
    columns: str | None,
    force: bool,
) -> None:
    chosen, target = columns_of(columns) or all_columns(), Path(file)
    wanted = form or target.suffix.lower().removeprefix(".")
    if wanted not in FORMATS:
        raise click.UsageError("give --format csv, jsonl or xlsx, or a file with such an ending")
    if wanted == "xlsx" and file == "-":
        raise click.UsageError("xlsx needs a file")
    if file != "-" and target.exists() and not force:
        raise click.UsageError(f"{file} is there already; --force replaces it")
    with session.client() as client:
        rows = (case_row(case, chosen) for case in read_cases(client, conditions, since, sort))
        printer = Printer("json" if wanted == "jsonl" else "csv")  # for standard output
        count = printer.rows(rows, chosen) if file == "-" else _write_file(wanted, target, chosen, rows)
    notice(f"amili: {count:,} {'case' if count == 1 else 'cases'} written{'' if file == '-' else f' to {file}'}.")


def _write(form: str, file: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> int:
    if form == "csv":
        return write_csv(file, columns, rows)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - returned
        print(json_line(row.document), file=file)
    return count


def _write_file(form: str, target: Path, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write a file beside the target, for its owner only, and then put it in place."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if form == "xlsx":
            count = _workbook(beside, columns, rows)
        else:
            with beside.open("w", encoding="utf-8", newline="") as file:
                count = _write(form, file, columns, rows)
        beside.replace(target)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    return count


def _workbook(file: Path, columns: Sequence[str], rows: Iterable[Row]) -> int:
    try:
        return write_workbook(file, columns, rows)
    except ModuleNotFoundError:
        raise click.UsageError("xlsx needs xlsxwriter; install amili with it: pip install '/path/to/clone[cli,excel]'") from None
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None
