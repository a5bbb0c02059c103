"""Amounts in SEK, computed exactly whatever decimal context the caller has set."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TYPE_CHECKING

from amili_api.codec import Amount

from amili._errors import InvalidInputError
from amili._query import exact_amount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from amili_api.models.invoice_line import InvoiceLine

EXACT_CONTEXT = Context(prec=1000)
_KRONA, _HALF_AN_ORE = Decimal(1), Decimal("0.005")


def has_ore_precision(amount: Decimal) -> bool:
    """Return whether an amount has at most two decimals."""
    exponent = EXACT_CONTEXT.normalize(amount).as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -2


def total_with_vat(lines: Iterable[InvoiceLine]) -> Decimal | None:
    """Return the total of the lines of an invoice with VAT in SEK; None if a VAT rate is not a percentage."""
    with localcontext(EXACT_CONTEXT):
        try:
            total = sum((line.total_price_excluding_vat * _with_vat(line.unit_vat_percent) for line in lines), Decimal(0))
        except ArithmeticError:
            return None
    return total if total.is_finite() else None


def matches_capital(total: Decimal, lines: int, capital: Decimal) -> bool:
    """Return whether an invoice total matches a case's capital, allowing for rounding of VAT to öre and of the sum to kronor.

    The vendor's invoices have a property `amount_rounding`; how it rounds is not documented, so half-up is assumed.
    """
    with localcontext(EXACT_CONTEXT):
        in_ore = abs(capital - total) <= _HALF_AN_ORE * (lines + 1)
        return in_ore or capital == total.quantize(_KRONA, ROUND_HALF_UP)


def _with_vat(percent: str) -> Decimal:
    return 1 + Decimal(percent.removesuffix("%")) / 100


def check_amount(amount: Amount) -> Decimal:
    """Return an amount in SEK to credit; raises InvalidInputError unless it is exact, above zero, with at most two decimals."""
    exact = exact_amount(amount)
    if exact <= 0:
        raise InvalidInputError("the amount to credit must be above zero")
    if not has_ore_precision(exact):
        raise InvalidInputError("the amount to credit has more than two decimals; round it to whole öre")
    return exact
