"""Amounts in exact decimal arithmetic, and their conversion from and to JSON numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

ORE = Decimal("0.01")
ZERO = Decimal("0.00")
WIDE = Context(prec=40)  # a product of two amounts


def to_decimal(amount: float | int) -> Decimal:
    """Return the decimal number as written, not its binary approximation."""
    return Decimal(str(amount))


def round_to_ore(amount: Decimal) -> Decimal:
    """Round to whole öre, halves away from zero."""
    return amount.quantize(ORE, rounding=ROUND_HALF_UP, context=WIDE)


def to_json_number(amount: Decimal) -> int | float:
    """Return an amount as a JSON number: `500`, not `500.0`, as in the vendor's guide."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


@dataclass(frozen=True)
class Totals:
    """The sums of an invoice."""

    excluding_vat: Decimal
    vat_by_percent: Mapping[str, Decimal]

    @property
    def vat(self) -> Decimal:
        """All VAT together."""
        return sum(self.vat_by_percent.values(), ZERO)

    @property
    def including_vat(self) -> Decimal:
        """What the debtor owes: the capital of the case."""
        return self.excluding_vat + self.vat


def sum_lines(lines: Iterable[Mapping[str, Any]], *, round_each_line: bool = False) -> Totals:
    """Sum up invoice lines; VAT is rounded for each line, or once for each rate as the invoice shows it."""
    net = ZERO
    vat: dict[str, Decimal] = {}
    for line in lines:
        percent = line["unit_vat_percent"].rstrip("%")
        price = to_decimal(line["total_price_excluding_vat"])
        share = price * Decimal(percent) / 100
        net += price
        vat[percent] = vat.get(percent, ZERO) + (round_to_ore(share) if round_each_line else share)
    return Totals(round_to_ore(net), {percent: round_to_ore(amount) for percent, amount in vat.items()})
