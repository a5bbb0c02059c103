"""`amili bulk map` and `amili bulk check`: what a file asks for, without a network."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amili.cli.bulk.files import of_the_files, open_input
from amili.cli.frame import Exit, Session, command, form_options, notice
from amili.cli.output import Row, printer_of

if TYPE_CHECKING:
    from amili.bulk import Check, ExaminedSource, Totals

OPERATIONS = ("register", "credit", "cancel", "lookup")


@command(
    "map",
    help="Propose which column of FILE is which property, by the names of the columns. Look at the proposal before you use it: "
    "the lines that begin with # say what to decide. Account and creditor come from the settings.",
    example="amili bulk map invoices.xlsx -o map.toml\namili bulk map creditings.csv --for credit --set creditor=1234",
)
@click.argument("file", metavar="FILE")
@click.option("--for", "operation", type=click.Choice(OPERATIONS), default="register", help="What the file is for.")
@click.option("--set", "constants", metavar="NAME=VALUE", multiple=True, help="One value for all rows; may be repeated.")
@click.option("-o", "--output", metavar="MAP", default=None, help="Write to this file, which must not be there.")
def map(session: Session, *, file: str, operation: Any, constants: tuple[str, ...], output: str | None) -> None:
    from amili.bulk import map_text, open_table, propose

    if output is not None and Path(output).exists():
        raise click.UsageError(f"{output} is there already; it may have been changed by hand, so it is not replaced")
    with of_the_files():
        proposed, remarks = propose(open_table(file), operation, _constants(session, operation, constants))
    text = map_text(proposed, remarks)
    if output is None:
        click.echo(text, nl=False)
    else:
        Path(output).write_text(text, encoding="utf-8")
        notice(f"amili: the proposal is in {output}. Look at it, then `amili bulk check {file} --map {output}`.")
    for remark in remarks:
        notice(f"amili: {remark}")


def _constants(session: Session, operation: str, given: tuple[str, ...]) -> dict[str, Any]:
    names = ("account", "creditor") if operation == "register" else ("creditor",)
    found: dict[str, Any] = {name: value for name in names if (value := session.settings.get(name))}
    if operation == "register":
        found["currency"] = "SEK"
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"--set takes NAME=VALUE, such as creditor=1234, not {each!r}")
        found[name.strip()] = {"true": True, "false": False}.get(value, value)
    return found


@command(
    "check",
    help="Check all rows of FILE; nothing is sent. Problems are listed, the first twenty here and all of them in "
    "FILE.problems.csv, and the totals of the good rows. Exit code 1 if there are problems.",
    example="amili bulk check invoices.xlsx --map map.toml\namili bulk check invoices.jsonl --json",
)
@click.argument("file", metavar="FILE")
@click.option("--map", "map_", metavar="MAP", default=None, help="The map of the columns; not needed for JSON lines.")
@form_options
def check(session: Session, *, file: str, map_: str | None, **form: bool) -> int:
    printer = printer_of(shows_persons=False, **form)
    found = checked(open_input(file, map_, None), file, lists_warnings=True)
    document = _document(found)
    shown = {**document, **_sums(found.totals)} if printer.form == "table" else document
    with_vat = {"including_vat": "sum with VAT"} if found.totals.excluding_vat is not None else {}
    printer.one(Row(document, shown), HEADINGS | with_vat)
    if found.can_be_sent():
        words = shlex.join(["amili", "bulk", found.operation, file, *(["--map", map_] if map_ else []), "--dry-run"])
        notice(f"amili: nothing was sent. Next: {words}{session.again}")
    return Exit.REFUSED if found.refused else Exit.DONE


HEADINGS = {
    "good": "good rows",
    "refused": "rows with problems",
    "excluding_vat": "sum without VAT",
    "including_vat": "sum",
    "first_due": "due from",
    "last_due": "due until",
}


def checked(source: ExaminedSource, file: str, *, lists_warnings: bool = False) -> Check:
    """Check an input, and print what a person should see of it on standard error; warnings may only be counted."""
    from amili.bulk import check, problems_path

    try:
        found = check(source, problems_path(file))
    except OSError as failure:
        notice(f"amili: {problems_path(file)} can't be written ({failure.strerror}), so only the first problems are shown.")
        found = check(source)
    for note in found.notes:
        notice(f"amili: {found.name}: {note}.")
    listed = found.problems or (found.warnings if lists_warnings else ())
    for problem in listed:
        notice(f"{'' if problem.refused else 'warning: '}{problem}")
    if found.written_to is not None:
        count = found.problem_count + found.warning_count
        rest = f"; {len(listed)} of {count:,} are shown" if count > len(listed) else ""
        counts = ((found.problem_count, "problem"), (found.warning_count, "warning"))
        kinds = " and ".join(f"{number:,} {noun}{'' if number == 1 else 's'}" for number, noun in counts if number)
        notice(f"amili: {kinds}, all of them in {found.written_to}{rest}. That file quotes cells: treat it as personal data.")
    return found


def _sums(totals: Totals) -> dict[str, str]:
    sums = {"excluding_vat": totals.excluding_vat, "including_vat": totals.including_vat}
    return {name: f"{amount:,.2f} SEK" for name, amount in sums.items() if amount is not None}


def _document(found: Check) -> dict[str, Any]:
    totals = found.totals
    document = {
        "file": found.name,
        "operation": found.operation,
        "good": found.good,
        "refused": found.refused,
        "lines": totals.lines or None,
        "excluding_vat": totals.excluding_vat,
        "including_vat": totals.including_vat,
        "first_due": None if totals.first_due is None else totals.first_due.isoformat(),
        "last_due": None if totals.last_due is None else totals.last_due.isoformat(),
    }
    return {name: value for name, value in document.items() if value is not None}


def sum_in_words(totals: Totals) -> str:
    """Return the sum of all rows for a question, such as ` of 1,234.50 SEK including VAT`; empty if there is none."""
    if totals.including_vat is None:
        return ""
    return f" of {totals.including_vat:,.2f} SEK{' including VAT' if totals.excluding_vat is not None else ''}"
