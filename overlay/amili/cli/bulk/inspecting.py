"""`amili inspect`: serves the pages of a ledger until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from amili.cli.bulk.files import ledger_option, ledger_place, open_existing
from amili.cli.frame import Session, command, notice

if TYPE_CHECKING:
    from amili_inspector import PageServer


@command(
    "inspect",
    help="Show the runs of a bulk ledger in a browser: how far they are, their rows, and what happened to each. It only reads, "
    "also while other processes work on a run. It prints the address; who has it sees the pages. Ctrl-C ends it.",
    example="amili inspect\namili inspect invoices.xlsx\namili inspect --ledger postgresql://reader@db.example/amili",
)
@click.argument("file", metavar="[FILE]", required=False)
@ledger_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Listen here; else at any free port.")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="For other machines: an address of this one.")
def inspect(session: Session, file: str | None, ledger: str | None, port: int, host: str) -> None:
    server = _listening(session, file, ledger, port, host)
    print(server.address, flush=True)
    server.serve()


def _listening(session: Session, file: str | None, ledger: str | None, port: int, host: str) -> PageServer:
    try:
        from amili_inspector import PageServer, is_loopback, ledger_app

        from amili.cli.bulk.shown_runs import pages_of
    except ModuleNotFoundError as missing:
        if missing.name != "flask":
            raise
        raise click.UsageError("the pages need flask; install amili with it: pip install '/path/to/clone[cli,sandbox]'") from None
    opened, place = open_existing(file, ledger, read_only=True), ledger_place(file, ledger)
    try:
        server = PageServer(ledger_app(pages_of(session, opened, place, file, ledger)), host, port)
    except (OSError, UnicodeError) as problem:
        reason = getattr(problem, "strerror", None) or "this is no name of a host"
        raise click.UsageError(f"can't listen on {host} port {port} ({reason}); name another --port or --host") from None
    notice(f"amili: the runs of {place} are at this address. Ctrl-C ends it.")
    if not is_loopback(host):
        notice(f"amili: other machines can reach it at {host}, without encryption: who sees the address sees the pages.")
    return server
