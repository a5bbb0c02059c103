"""Register an invoice, find its case, credit 100 SEK, read, cancel, read: the vendor's guide over real HTTP.

Without settings it starts a stand-in server for itself. With AMILI_BASE_URL, a credential (AMILI_TOKEN, or AMILI_API_CODE and
AMILI_PRIVATE_KEY_FILE), AMILI_ACCOUNT and AMILI_CREDITOR set, it runs there, and asks before it writes.
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
from typing import Any

import httpx
from amili import Amili, AmiliError, Case, ConfigurationError, where

# What is shown of a body; the rest is left out and counted.
SHOWN = (
    "invoice_number", "case", "amount", "where", "state", "status", "_status", "_case", "ocr_number_ocr", "_crediting_status",
    "_cancellation_status", "settled_amount", "total_remaining_capital_amount", "_issues", "_error",
)  # fmt: skip


@dataclass
class Place:
    """Where the demo runs, under which account and creditor it registers, and the case as it was last read."""

    amili: Amili
    account: str
    creditor: str
    invoice_number: str
    case: Case | None = None

    def known_case(self) -> Case:
        """Return the case found before."""
        if self.case is None:
            raise AmiliError("the case is not known")
        return self.case


class Shown(httpx.HTTPTransport):
    """Prints what goes over the wire, shortened, without headers: they hold the token."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and show it with its reply."""
        show("→", f"{request.method} {request.url.path}", dict(request.url.params) or body_of(request.read()))
        response = super().handle_request(request)
        response.read()
        show("←", str(response.status_code), body_of(response.content))
        return response


def main(arguments: list[str]) -> int:
    """Run the flow; exit status 1 with one sentence if a step fails."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--yes", action="store_true", help="do not ask before writing to AMILI_BASE_URL")
    options = parser.parse_args(arguments)
    step = "getting ready"
    try:
        with place(options.yes) as here:
            for step, action in STEPS:
                print(f"\n{bold(step)}")
                action(here)
        print("\n" + green("The whole flow ran.") + " Next: the ten lines of library in README.md.")
    except AmiliError as problem:
        print(f"\n{red('The demo stopped')} at “{step}”: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


@contextmanager
def place(agreed: bool) -> Iterator[Place]:
    """Connect to AMILI_BASE_URL if it is set, else to a stand-in that is started here and stopped in the end."""
    if not os.environ.get("AMILI_BASE_URL"):
        from amili_sandbox.testing import SandboxProcess  # noqa: PLC0415 - needed for a local demo only

        with SandboxProcess() as sandbox, Amili(sandbox.base_url, sandbox.token, transport=Shown()) as amili:
            print(f"A local stand-in for the vendor's sandbox answers at {sandbox.base_url}; nothing leaves this machine.")
            yield Place(amili, sandbox.account, sandbox.creditor, "INV-2025-015")
        return
    account, creditor = setting("AMILI_ACCOUNT"), setting("AMILI_CREDITOR")
    with Amili.from_env(transport=Shown()) as amili:
        question = (
            f"This registers a real invoice for 500 SEK at {os.environ['AMILI_BASE_URL']}, credits and cancels it. Go on? [y/N] "
        )
        if not agreed and not agrees(question):
            raise ConfigurationError("nothing was sent; answer y, or give --yes, to let it write there")
        yield Place(amili, account, creditor, f"INV-DEMO-{datetime.now(UTC):%Y%m%d%H%M%S}")


def agrees(question: str) -> bool:
    """Ask on a terminal; without one the answer is no."""
    return sys.stdin.isatty() and input(question).strip().lower() in ("y", "yes")


def setting(name: str) -> str:
    """Return a setting of the environment, or say that it is missing."""
    if not os.environ.get(name):
        raise ConfigurationError(f"{name} is not set; the demo needs AMILI_ACCOUNT and AMILI_CREDITOR to register under")
    return os.environ[name]


def register(here: Place) -> None:
    """Register the guide's invoice."""
    today = datetime.now(UTC)
    receipt = here.amili.register(
        {
            "account": here.account,
            "creditor": here.creditor,
            "invoice_number": here.invoice_number,
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
    tell(f"registered ({receipt.outcome}): case {receipt.case}, OCR number {receipt.ocr_number}")


def find(here: Place) -> None:
    """Find the case by its invoice number and tell how it stands."""
    newest = here.amili.cases(
        (where.debt.invoice_number == here.invoice_number) & (where.creditor == here.creditor), sort="-_created"
    )
    case = newest.first()
    if case is None:
        raise AmiliError("no case has this invoice number yet; a new case may take a moment to appear")
    here.case, left = case, case.total_remaining_capital_amount
    tell(f"state {case.state}, status {case.status}, remaining capital {'unknown' if left is None else f'{left:.2f} SEK'}")


def credit(here: Place) -> None:
    """Credit 100 SEK."""
    receipt = here.amili.credit(here.known_case(), Decimal("100.00"))
    tell(f"crediting {receipt.result} ({receipt.outcome})")


def cancel(here: Place) -> None:
    """Cancel the case."""
    receipt = here.amili.cancel(here.known_case())
    tell(f"cancellation {receipt.result} ({receipt.outcome})")


STEPS = (
    ("1  Register an invoice", register),
    ("2  Find its case by invoice number", find),
    ("3  Credit 100 SEK", credit),
    ("4  Read the case again", find),
    ("5  Cancel it", cancel),
    ("6  Read the case again", find),
)


def body_of(content: bytes) -> Any:
    """Return a body as JSON, or as text."""
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", errors="replace")


def show(arrow: str, head: str, body: Any) -> None:
    """Print one line of wire traffic with the properties that matter here."""
    print(dim(f"   {arrow} {head}  {essence(body)}"))


def essence(body: Any) -> str:
    """Return the properties that matter of a body, or of the one case in a page of cases."""
    if not isinstance(body, dict):
        return " ".join(str(body).split())[:80]
    items = body.get("_items")
    if isinstance(items, list):
        found = f"{len(items)} case" + ("" if len(items) == 1 else "s")
        return f"{found}: {essence(items[0])}" if items else found
    parts = [f"{key}: {body[key] if isinstance(body[key], str) else json.dumps(body[key])}" for key in SHOWN if key in body]
    left_out = len(body) - len(parts)
    return ", ".join(parts) + (f", … {left_out} more" if left_out > 0 else "")


def tell(sentence: str) -> None:
    """Print what a step came to."""
    print(f"   {green('✓')} {sentence}")


def coloured(code: str, text: str) -> str:
    """Colour a text on a terminal; plain in a pipe, or where NO_COLOR is set."""
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
    sys.exit(main(sys.argv[1:]))
