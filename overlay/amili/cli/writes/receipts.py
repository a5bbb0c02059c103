"""What is printed of a write: the request that would be sent, or the receipt."""

from __future__ import annotations

from typing import Any

from amili._core.engine import Request
from amili.cli.output import Printer, Row

_ATTRIBUTES = ("outcome", "case", "invoice", "ocr_number", "id", "amount", "settled_amount", "result", "created")


def print_request(printer: Printer, request: Request) -> None:
    """Print a request as it would be sent; its path may also be the other one that the vendor documents."""
    body = request.body.reveal() if hasattr(request.body, "reveal") else request.body
    document = {"method": request.method.upper(), "path": request.route, "body": body}
    printer.document(document)


def print_receipt(printer: Printer, receipt: Any, case: str | None = None) -> None:
    """Print a receipt: how it came about, and its identifiers."""
    row = receipt_row(receipt)
    printer.one(Row(row.document, row.cells if case is None else {**row.cells, "case": case}))


def receipt_row(receipt: Any) -> Row:
    """Return the row of a receipt; properties that can't be read are left out."""
    found = {name: getattr(receipt, name, None) for name in _ATTRIBUTES}
    cells = {name: value for name, value in found.items() if value is not None}
    return Row({"outcome": receipt.outcome, **receipt.to_dict()}, cells)
