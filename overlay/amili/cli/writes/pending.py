"""`amili pending`: writes whose outcome is not known, and looking them up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from amili.cli.frame import Exit, Session, command, form_options, notice
from amili.cli.output import Row, printer_of
from amili.cli.writes.receipts import receipt_row

if TYPE_CHECKING:
    from amili import Pending

_COLUMNS = ("write", "what", "sent", "problem")
_RESOLVED = ("write", "what", "sent", "result", "case")


@command(
    "pending",
    help="List the writes whose outcome is not known; `resolve` looks each up, and records whether it happened. "
    "One that was cut off is listed as soon as its process has ended, at the latest after some minutes.",
    example="amili pending\namili pending resolve",
    interrupted="What was not recorded stays pending: run `amili pending resolve{again}` again.",
)
@click.argument("action", type=click.Choice(["resolve"]), required=False, metavar="[resolve]")
@form_options
def pending(session: Session, action: str | None, **output: bool) -> int:
    printer, file = printer_of(**output), session.settings.journal()
    if not file.exists():
        notice(f"amili: no write is pending; {file} is not there yet.")
        return Exit.DONE
    with session.writing_client() as client:
        if action is None:
            waiting = client.pending()
            printer.rows((_row(write) for write in waiting), _COLUMNS)
            if not waiting:
                notice("amili: no write is pending.")
                return Exit.DONE
            notice(f"amili: `amili pending resolve{session.again}` looks up whether they happened.")
            return Exit.UNKNOWN
        resolved = client.resolve_pending()
    printer.rows((_resolved_row(write, found) for write, found in resolved), _RESOLVED)
    return _explained(resolved)


def _explained(resolved: list[tuple[Pending, Any]]) -> int:
    """Say what a person has to do about each, and return the exit code."""
    unknown = [(write, found) for write, found in resolved if isinstance(found, Exception)]
    for write, problem in unknown:
        notice(f"amili: {write.key}: {problem}.")
    if any(found is None for _, found in resolved):
        notice("amili: what was not written may be sent again, by the command that sent it first.")
    if unknown:
        notice("amili: these stay pending. Try again later, or look at the cases; do not send them again.")
        return Exit.UNKNOWN
    notice("amili: every outcome is known." if resolved else "amili: no write is pending.")
    return Exit.DONE


def _row(write: Pending) -> Row:
    cells = {"write": write.operation, "what": write.key, "sent": _time(write.sent_at)}
    if write.problem is not None:
        cells["problem"] = str(write.problem)
    return Row({name: str(value) for name, value in cells.items()}, cells)


def _resolved_row(write: Pending, found: Any) -> Row:
    known = found is not None and not isinstance(found, Exception)
    result = found.outcome if known else "not written" if found is None else "unknown"
    cells = {**_row(write).cells, "result": result, "case": receipt_row(found).cells.get("case") if known else None}
    return Row({name: str(value) for name, value in cells.items() if value is not None}, cells)


def _time(seconds: float) -> datetime | str:
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):  # a damaged entry
        return "unknown"
