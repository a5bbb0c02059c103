"""`amili cases`: the cases that meet conditions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from amili._query import field_named
from amili.cli.frame import Session, command, notice, output_options
from amili.cli.output import Printer, printer_of
from amili.cli.reads.conditions import condition_of
from amili.cli.reads.rows import HEADINGS, TABLE, all_columns, case_row, columns_of

if TYPE_CHECKING:
    from amili import Amili

ON_A_TERMINAL = 100  # cases, without --limit


@command(
    "cases",
    help="List the cases that meet all conditions: NAME=VALUE, also with != < <= > >=, has:NAME or no:NAME. "
    "Quote < and >. A day stands for its midnight in UTC.",
    example="amili cases state=invoice 'total_remaining_capital_amount>0' --sort=-_created\n"
    "amili cases no:closed --since 7d --csv",
)
@click.argument("conditions", metavar="[CONDITION]...", nargs=-1)
@click.option("--since", metavar="WHEN", default=None, help="Changed since a day, a moment, or 7d, 12h, 30m ago.")
@click.option("--sort", metavar="NAMES", default=None, help="Separated by commas; -NAME sorts downwards.")
@click.option("--limit", type=click.IntRange(min=0), default=None, metavar="N", help="0: all; in a terminal 100, else all.")
@click.option("--columns", metavar="NAMES", default=None, help="Show these, separated by commas.")
@output_options
def cases(
    session: Session,
    *,
    conditions: tuple[str, ...],
    since: str | None,
    sort: str | None,
    limit: int | None,
    columns: str | None,
    **output: bool,
) -> None:
    printer, chosen = printer_of(**output), columns_of(columns)
    short = limit is None and printer.form == "table" and printer.on_terminal
    most = ON_A_TERMINAL if short else limit or None
    where = condition_of(conditions, since, datetime.now(UTC))
    with session.client() as client:
        found = iter(client.cases(where, sort=sort_of(sort), projection=chosen, page_size=min(100, most or 100)))
        count = print_cases(printer, islice(found, most), chosen)
        if count == 0:
            notice("amili: no case meets the conditions.")
        elif short and count == most and next(found, None) is not None:
            notice(f"amili: these are the first {count}; --limit 0 lists all.")


def print_cases(printer: Printer, found: Iterable[Any], chosen: tuple[str, ...] | None) -> int:
    """Print cases and return how many they are."""
    columns = chosen or (all_columns() if printer.form == "csv" else TABLE)
    return printer.rows((case_row(case, columns) for case in found), columns, HEADINGS)


def sort_of(text: str | None) -> str | None:
    """Return the properties of `--sort` by their paths; raises InvalidInputError for a name that the contract does not list."""
    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    return ",".join("-" * name.startswith("-") + field_named(name.removeprefix("-"))._path for name in names)


def read_cases(client: Amili, conditions: tuple[str, ...], since: str | None, sort: str | None) -> Iterable[Any]:
    """Return all cases that meet conditions."""
    return client.cases(condition_of(conditions, since, datetime.now(UTC)), sort=sort_of(sort), prefetch=True)
