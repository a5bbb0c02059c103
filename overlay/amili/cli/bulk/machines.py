"""`amili bulk init` and `amili bulk work`: more than one machine, with a ledger in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from amili._core.engine import is_database_address
from amili.cli.bulk.files import key_of, ledger_option, shown
from amili.cli.bulk.next_steps import is_noted
from amili.cli.bulk.working import exit_code
from amili.cli.frame import Session, command, confirm_write, notice

if TYPE_CHECKING:
    from amili.bulk import RowResult, Run


def _address(ledger: str | None) -> str:
    if not is_database_address(ledger):
        raise click.UsageError("name the ledger: --ledger postgresql://USER@HOST/DATABASE, or AMILI_LEDGER")
    return str(ledger)


@command(
    "init",
    help="Make the tables of a ledger in PostgreSQL, or lead them to this version. This needs the right to create them, which "
    "those who work with the ledger do not need.",
    example="amili bulk init --ledger postgresql://owner@db.example/amili",
)
@ledger_option
def init(_: Session, ledger: str | None) -> None:
    from amili.bulk.workers import init_ledger

    address = _address(ledger)
    before, after = init_ledger(address)
    what = f"are of version {after} already" if before == after else f"are of version {after} now"
    notice(f"amili: the tables of {shown(address)} {what}.")


@command(
    "work",
    help="Work on the runs of a ledger in PostgreSQL, on this and any other machine, until a signal ends it: those that were "
    "started for this server with this profile. All of them share the limit on requests.",
    example="amili bulk work --ledger postgresql://worker@db.example/amili --yes",
    interrupted="The requests in hand were finished; other workers go on.",
)
@ledger_option
@click.option("--until-ended", is_flag=True, default=False, help="End when no such run is under way.")
@click.option("--yes", is_flag=True, default=False, help="Do not ask before writing.")
@click.option("--at-once", type=click.IntRange(1, 64), default=8, metavar="N", help="Requests at the same time.")
@click.option("--reserve", type=click.IntRange(min=0), default=0, metavar="N", help="Requests a minute to leave to others.")
def work(session: Session, *, ledger: str | None, until_ended: bool, yes: bool, at_once: int, reserve: int) -> int:
    from amili.bulk.workers import work as work_on

    address, counts = _address(ledger), Counter[str]()
    noted: list[RowResult] = []
    confirm_write(session, "Work on all runs of this ledger", yes=yes)

    def count(run: Run, result: RowResult) -> None:
        counts[result.state] += 1
        noted.extend([result] if is_noted(result) else [])

    notice(f"amili: working on the runs of {shown(address)}.")
    with session.client(ledger=address) as client:
        work_on(
            address,
            client,
            key=key_of(session),
            concurrency=at_once,
            reserve=reserve,
            until_ended=until_ended,
            on_result=count,
        )
    notice(f"amili: this worker ended {counts.total():,} rows.")
    return exit_code(counts, noted)
