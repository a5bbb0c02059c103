"""`amili register`: one invoice, as JSON."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from amili._core.operations import registration_request
from amili._errors import InvalidInputError
from amili.cli.frame import Exit, Session, command, confirm_write, notice, output_options, writing_options
from amili.cli.output import printer_of
from amili.cli.writes.receipts import print_receipt, print_request

INTERRUPTED = "It may have been sent: `amili pending resolve{again}` looks that up; if it lists nothing, nothing was sent."


@command(
    "register",
    help="Register one invoice, a JSON object in FILE or on standard input for -. An invoice that is registered already is not "
    "registered again: exit code 1. For many invoices there is `amili bulk`.",
    example="amili register invoice.json --dry-run\nbilling-system --invoice 15 | amili register - --yes --json",
    interrupted=INTERRUPTED,
)
@click.argument("file", metavar="FILE|-")
@writing_options
@output_options
def register(session: Session, file: str, dry_run: bool, yes: bool, **output: bool) -> int:
    from amili import check

    printer, invoice = printer_of(**output), _with_defaults(session, _read(file))
    request, _ = registration_request(invoice)
    for problem in check(invoice):
        notice(f"amili: warning: {problem}")
    if dry_run:
        print_request(printer, request)
        return Exit.DONE
    confirm_write(session, f"Register invoice {invoice.get('invoice_number')}", yes=yes)
    with session.writing_client() as client:
        receipt = client.register(invoice, unless_registered=True)
    print_receipt(printer, receipt)
    if receipt.outcome == "existing":
        notice("amili: this invoice was registered before; nothing was sent.")
        return Exit.REFUSED
    return Exit.DONE


def _read(file: str) -> dict[str, Any]:
    """Return the invoice in a file; amounts are read exactly."""
    name = "standard input" if file == "-" else file
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        document = json.loads(content, parse_float=Decimal)
    except UnicodeDecodeError:
        raise InvalidInputError(f"{name} is not UTF-8") from None
    except json.JSONDecodeError as problem:
        raise InvalidInputError(f"{name} is not JSON: {problem.msg} at line {problem.lineno}, column {problem.colno}") from None
    except RecursionError:
        raise InvalidInputError(f"{name} is nested too deeply") from None
    if isinstance(document, list):
        raise InvalidInputError(f"{name} is a list; this command registers one invoice, `amili bulk` many")
    if not isinstance(document, dict):
        raise InvalidInputError(f"{name} is not an invoice: a JSON object is needed")
    return document


def _with_defaults(session: Session, invoice: dict[str, Any]) -> dict[str, Any]:
    """Return the invoice with account and creditor from the settings where it has none."""
    found = {name: session.settings.get(name) for name in ("account", "creditor")}
    return {**{name: value for name, value in found.items() if value}, **invoice}
