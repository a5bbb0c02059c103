"""Register an invoice, find its case, credit 100 SEK, read, cancel, read: the vendor's guide over real HTTP.

Without settings it starts a local stand-in. If AMILI_BASE_URL, a credential (AMILI_TOKEN, or AMILI_API_CODE and
AMILI_PRIVATE_KEY_FILE), AMILI_ACCOUNT and AMILI_CREDITOR are set, it runs against that server, and asks before it writes.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import TextIOWrapper
from typing import Any

import httpx
from amili import Amili, AmiliError, Case, ConfigurationError, where
from bulk_demo import DemoError, run_bulk

# The properties of a body that are shown; the others are counted.
SHOWN = (
    "invoice_number", "case", "amount", "where", "state", "status", "_status", "_case", "ocr_number_ocr", "_crediting_status",
    "_cancellation_status", "settled_amount", "total_remaining_capital_amount", "_issues", "_error",
)  # fmt: skip


@dataclass
class Session:
    """The client, account and creditor of the demo, and the case as it was last read."""

    amili: Amili
    account: str
    creditor: str
    invoice_number: str
    case: Case | None = None

    def known_case(self) -> Case:
        """Return the case that was found."""
        if self.case is None:
            raise AmiliError("the case is not known")
        return self.case


class Shown(httpx.HTTPTransport):
    """Prints each request and response, shortened and without headers, which hold the token."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and print it with its response."""
        show("→", f"{request.method} {request.url.path}", dict(request.url.params) or body_of(request.read()))
        response = super().handle_request(request)
        response.read()
        show("←", str(response.status_code), body_of(response.content))
        return response


def main(arguments: list[str]) -> int:
    """Run the flow; exit status 1 with one sentence if a step fails."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--yes", action="store_true", help="do not ask before writing to AMILI_BASE_URL")
    parser.add_argument("--bulk", action="store_true", help="register 200 invoices of a file instead, with a kill in the middle")
    options = parser.parse_args(arguments)
    step = "setting up"
    try:
        if options.bulk:
            step = "bulk"
            run_bulk()
            return 0
        with connect(options.yes) as session:
            for step, action in STEPS:
                print(f"\n{bold(step)}")
                action(session)
        print("\n" + green("The whole flow ran.") + " Next: the ten lines of code in README.md.")
    except (AmiliError, DemoError) as problem:
        print(f"\n{red('The demo stopped')} at “{step}”: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


@contextmanager
def connect(agreed: bool) -> Iterator[Session]:
    """Connect to AMILI_BASE_URL if it is set, else start a stand-in and stop it at the end."""
    if not os.environ.get("AMILI_BASE_URL"):
        from amili_sandbox.testing import SandboxProcess  # noqa: PLC0415 - needed for a local demo only

        with SandboxProcess() as sandbox, Amili(sandbox.base_url, sandbox.token, transport=Shown()) as amili:
            print(f"A local stand-in for the vendor's sandbox runs at {sandbox.base_url}; nothing leaves this machine.")
            yield Session(amili, sandbox.account, sandbox.creditor, "INV-2025-015")
        return
    account, creditor = setting("AMILI_ACCOUNT"), setting("AMILI_CREDITOR")
    with Amili.from_env(transport=Shown()) as amili:
        url = os.environ["AMILI_BASE_URL"]
        question = f"This registers a real invoice for 500 SEK at {url}, credits it and cancels it. Continue? [y/N] "
        if not agreed and not agrees(question):
            raise ConfigurationError("nothing was sent; answer y, or use --yes, to allow it to write there")
        yield Session(amili, account, creditor, f"INV-DEMO-{datetime.now(UTC):%Y%m%d%H%M%S}")


def agrees(question: str) -> bool:
    """Ask on a terminal; without a terminal the answer is no."""
    return sys.stdin.isatty() and input(question).strip().lower() in ("y", "yes")


def setting(name: str) -> str:
    """Return an environment variable; raises ConfigurationError if it is missing."""
    if not os.environ.get(name):
        raise ConfigurationError(f"{name} is not set; the demo needs AMILI_ACCOUNT and AMILI_CREDITOR to register an invoice")
    return os.environ[name]


def register(session: Session) -> None:
    """Register the guide's invoice."""
    today = datetime.now(UTC)
    receipt = session.amili.register(
        {
            "account": session.account,
            "creditor": session.creditor,
            "invoice_number": session.invoice_number,
            "invoice_date": today,
            "invoice_due_date": today + timedelta(days=10),
            "currency": "SEK",
            "invoice_type": "invoice",
            "invoice_headline": "Consulting Services",
            "invoice_body_text": "Thank you for your business",
            "customer": {
                "name": "Jane Smith",
                "id_number": "556789-1234",
                "is_person": True,
                "address": {"address_line_1": "Business Street 456", "zip_code": "54321", "city": "Gothenburg", "country": "SE"},
                "mobile_number": "+46709876543",
                "email": "jane.smith@domain.se",
            },
            "matrix": [
                {
                    "article_description": "Consulting hours",
                    "unit_price": Decimal("500.00"),
                    "number_of_units": 1,
                    "total_price_excluding_vat": Decimal("500.00"),
                    "unit_vat_percent": "0%",
                }
            ],
        }
    )
    print_result(f"registered ({receipt.outcome}): case {receipt.case}, OCR number {receipt.ocr_number}")


def find(session: Session) -> None:
    """Find the case by its invoice number and print its state."""
    newest = session.amili.cases(
        (where.debt.invoice_number == session.invoice_number) & (where.creditor == session.creditor), sort="-_created"
    )
    case = newest.first()
    if case is None:
        raise AmiliError("no case has this invoice number yet; a new case may take some time to appear")
    session.case, left = case, case.total_remaining_capital_amount
    print_result(
        f"state {case.state}, status {case.status}, remaining capital {'unknown' if left is None else f'{left:.2f} SEK'}"
    )


def credit(session: Session) -> None:
    """Credit 100 SEK."""
    receipt = session.amili.credit(session.known_case(), Decimal("100.00"))
    print_result(f"crediting {receipt.result} ({receipt.outcome})")


def cancel(session: Session) -> None:
    """Cancel the case."""
    receipt = session.amili.cancel(session.known_case())
    print_result(f"cancellation {receipt.result} ({receipt.outcome})")


STEPS = (
    ("1  Register an invoice", register),
    ("2  Find its case by invoice number", find),
    ("3  Credit 100 SEK", credit),
    ("4  Read the case again", find),
    ("5  Cancel it", cancel),
    ("6  Read the case again", find),
)


def body_of(content: bytes) -> Any:
    """Return a body as JSON, or as a string."""
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", errors="replace")


def show(arrow: str, head: str, body: Any) -> None:
    """Print one request or response with its important properties."""
    print(dim(f"   {arrow} {head}  {shorten(body)}"))


def shorten(body: Any) -> str:
    """Return the important properties of a body, or of the first case in a page of cases."""
    if not isinstance(body, dict):
        return " ".join(str(body).split())[:80]
    items = body.get("_items")
    if isinstance(items, list):
        found = f"{len(items)} case" + ("" if len(items) == 1 else "s")
        return f"{found}: {shorten(items[0])}" if items else found
    parts = [f"{key}: {body[key] if isinstance(body[key], str) else json.dumps(body[key])}" for key in SHOWN if key in body]
    left_out = len(body) - len(parts)
    return ", ".join(parts) + (f", … {left_out} more" if left_out > 0 else "")


def print_result(sentence: str) -> None:
    """Print the result of a step."""
    print(f"   {green('✓')} {sentence}")


def coloured(code: str, text: str) -> str:
    """Colour a string on a terminal; unchanged in a pipe, or if NO_COLOR is set."""
    return f"\x1b[{code}m{text}\x1b[0m" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text


def bold(text: str) -> str:
    """Bold."""
    return coloured("1", text)


def dim(text: str) -> str:
    """Grey."""
    return coloured("2", text)


def green(text: str) -> str:
    """Green."""
    return coloured("32", text)


def red(text: str) -> str:
    """Red."""
    return coloured("31", text)


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a terminal or a pipe that is not UTF-8
    sys.exit(main(sys.argv[1:]))
