"""`amili case` and `amili wait`: one case, by what a person types."""

from __future__ import annotations

from typing import Any

import click

from amili._errors import InvalidInputError, similar_name
from amili.cli.frame import Session, command, output_options
from amili.cli.output import Printer, printer_of
from amili.cli.reads.finding import find_case
from amili.cli.reads.rows import HEADINGS, ONE, all_columns, case_row


@command(
    "case",
    help="Show one case, by the number of its invoice or by its id (24 hexadecimal digits).",
    example="amili case INV-2025-015\namili case 68e4c40d93ee14723d28fa95 --json",
)
@click.argument("case", metavar="NUMBER|ID")
@click.option("--creditor", metavar="ID", default=None, help="Of this creditor; else the setting `creditor`, if any.")
@output_options
def case(session: Session, case: str, creditor: str | None, **output: bool) -> None:
    printer = printer_of(**output)
    with session.client() as client:
        _print(printer, find_case(client, case, creditor or session.settings.get("creditor")))


@command(
    "wait",
    help="Wait until a case is in a state, or in one of several, and show it. Exit code 75 if the time runs out.",
    example="amili wait INV-2025-015 invoice\namili wait INV-2025-015 reminder debt_collection --timeout 600",
)
@click.argument("case", metavar="NUMBER|ID")
@click.argument("states", metavar="STATE...", nargs=-1, required=True)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=60.0, metavar="SECONDS", help="By default 60.")
@click.option("--creditor", metavar="ID", default=None, help="Of this creditor; else the setting `creditor`, if any.")
@output_options
def wait(session: Session, case: str, states: tuple[str, ...], timeout: float, creditor: str | None, **output: bool) -> None:
    printer = printer_of(**output)
    for state in states:
        _check_state(state)
    with session.client() as client:
        found = find_case(client, case, creditor or session.settings.get("creditor"))
        _print(printer, client.wait_for(found, states, timeout=timeout))


def _print(printer: Printer, found: Any) -> None:
    printer.one(case_row(found, all_columns() if printer.form == "csv" else ONE), HEADINGS)


def _check_state(state: str) -> None:
    """Raise InvalidInputError for a misspelt state, for which one would wait in vain; the vendor may have others."""
    from amili import CaseState

    known = tuple(each.value for each in CaseState)
    similar = similar_name(state, known)
    if state not in known and similar:
        raise InvalidInputError(f"{state!r} is not a known state; did you mean {similar}?")
