"""Adds up what an input asks for."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from amili_api.codec import parse_day

from amili._core.operations import EXACT_CONTEXT
from amili._query import exact_amount
from amili.bulk.rows import CreditingItem, Item

_ORE = Decimal("0.01")


@dataclass(frozen=True)
class Totals:
    """What the rows without problems ask for together, for a person to confirm: amounts in SEK, days in Sweden.

    For invoices `excluding_vat` and `including_vat` are the sums of their lines; the total of each invoice with VAT is rounded
    half up to öre, which is assumed: how the vendor rounds is not documented. For creditings `excluding_vat` is None and
    `including_vat` is the sum that is credited.
    """

    __module__ = "amili.bulk"

    rows: int = 0
    lines: int = 0
    excluding_vat: Decimal | None = None
    including_vat: Decimal | None = None
    first_due: datetime.date | None = None
    last_due: datetime.date | None = None


class Sums:
    """Adds one item after the other."""

    def __init__(self) -> None:
        self._rows = self._lines = 0
        self._excluding = self._including = Decimal(0)
        self._first: datetime.date | None = None
        self._last: datetime.date | None = None
        self._is_invoices = self._has_amounts = False

    def add(self, item: Item) -> None:
        """Add an item without problems."""
        self._rows += 1
        with localcontext(EXACT_CONTEXT):
            if isinstance(item, CreditingItem):
                self._has_amounts = True
                self._including += item.amount
            elif isinstance(item, Mapping):
                self._has_amounts = self._is_invoices = True
                self._add_invoice(item)

    def totals(self) -> Totals:
        """Return what was added so far."""
        excluding = self._excluding if self._is_invoices else None
        including = self._including if self._has_amounts else None
        return Totals(self._rows, self._lines, excluding, including, self._first, self._last)

    def _add_invoice(self, invoice: Mapping[str, Any]) -> None:
        total = Decimal(0)
        for line in invoice["matrix"]:
            amount = exact_amount(line["total_price_excluding_vat"])
            self._lines += 1
            self._excluding += amount
            total += amount * (100 + _percent(line["unit_vat_percent"])) / 100
        self._including += total.quantize(_ORE, ROUND_HALF_UP)
        due = parse_day(invoice["invoice_due_date"])
        self._first = min(self._first or due, due)
        self._last = max(self._last or due, due)


def _percent(rate: Any) -> Decimal:
    return Decimal(str(rate).replace(" ", "").removesuffix("%"))
