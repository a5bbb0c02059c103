"""`amili credit` and `amili cancel`: an action on one case."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from amili._core.operations import cancellation_request, check_amount, crediting_request
from amili._errors import InvalidInputError
from amili.cli.frame import Exit, Session, command, confirm_write, notice, output_options, writing_options
from amili.cli.output import printer_of
from amili.cli.reads import find_case
from amili.cli.writes.receipts import print_receipt, print_request
from amili.cli.writes.registration import INTERRUPTED

if TYPE_CHECKING:
    from amili import Case, CreditorCancellationReceipt, CreditorCreditingReceipt


@command(
    "credit",
    help="Credit a case by an amount in SEK, such as 100 or 99.50. Each run credits once: a second run is a second crediting.",
    example="amili credit INV-2025-015 100.00 --dry-run\namili credit INV-2025-015 100.00 --reference RMA-17",
    interrupted=INTERRUPTED,
)
@click.argument("case", metavar="NUMBER|ID")
@click.argument("amount", metavar="AMOUNT")
@click.option("--reference", metavar="TEXT", default=None, help="Your own reference of the crediting.")
@click.option("--creditor", metavar="ID", default=None, help="Of this creditor; else the setting `creditor`, if any.")
@writing_options
@output_options
def credit(
    session: Session,
    *,
    case: str,
    amount: str,
    reference: str | None,
    creditor: str | None,
    dry_run: bool,
    yes: bool,
    **output: bool,
) -> int:
    from amili._core.writing import Crediting

    printer, exact = printer_of(**output), _amount(amount)
    if not dry_run:
        confirm_write(session, "", yes=yes, ask=False)
    with session.client() if dry_run else session.writing_client() as client:
        found = find_case(client, case, creditor or session.settings.get("creditor"))
        details = Crediting(exact, reference=reference)
        details.check(found)
        if dry_run:
            print_request(printer, crediting_request(details.of(found)))
            return Exit.DONE
        confirm_write(session, f"Credit {exact:.2f} SEK on {_described(found)}", yes=yes)
        receipt = client.credit(found, exact, reference=reference)
    print_receipt(printer, receipt, found.id)
    is_less = receipt.settled_amount is not None and receipt.settled_amount != exact
    return _judged(receipt, f"only {receipt.settled_amount} SEK were settled" if is_less else "")


@command(
    "cancel",
    help="Cancel a case, which stops its processing. It can't be taken back.",
    example="amili cancel INV-2025-015 --dry-run\namili cancel 68e4c40d93ee14723d28fa95",
    interrupted=INTERRUPTED,
)
@click.argument("case", metavar="NUMBER|ID")
@click.option("--creditor", metavar="ID", default=None, help="Of this creditor; else the setting `creditor`, if any.")
@writing_options
@output_options
def cancel(session: Session, case: str, creditor: str | None, dry_run: bool, yes: bool, **output: bool) -> int:
    from amili import CreditorCancellation

    printer = printer_of(**output)
    if not dry_run:
        confirm_write(session, "", yes=yes, ask=False)
    with session.client() if dry_run else session.writing_client() as client:
        found = find_case(client, case, creditor or session.settings.get("creditor"))
        if dry_run:
            print_request(printer, cancellation_request(CreditorCancellation(creditor=found.creditor, case=found.id)))
            return Exit.DONE
        if found.closed is not None:
            notice(f"amili: {_described(found)} is closed already; nothing was sent.")
            return Exit.REFUSED
        confirm_write(session, f"Cancel {_described(found)}", yes=yes)
        receipt = client.cancel(found)
    print_receipt(printer, receipt, found.id)
    return _judged(receipt, "")


def _amount(text: str) -> Decimal:
    if not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", text, re.ASCII):
        raise InvalidInputError("AMOUNT must be plain digits in SEK with at most two decimals, such as 100 or 99.50")
    return check_amount(Decimal(text))


def _described(case: Case) -> str:
    """Return a case as a question names it: nothing of the debtor."""
    remaining = getattr(case, "total_remaining_capital_amount", None)
    left = "" if remaining is None else f", {remaining:.2f} SEK remaining"
    return f"case {case.id} (invoice {case.debt.invoice_number}, {case.state}{left})"


def _judged(receipt: CreditorCreditingReceipt | CreditorCancellationReceipt, less: str) -> int:
    """Return the exit code of a receipt; a warning of the API is said and is no full success."""
    if receipt.result != "warning" and not less:
        return Exit.DONE
    notice(
        f"amili: done{' with a warning of the API' if receipt.result == 'warning' else ''}{': ' + less if less else ''}; "
        "look at the case."
    )
    return Exit.REFUSED
