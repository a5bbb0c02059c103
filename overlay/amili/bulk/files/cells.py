"""Cells of spreadsheets as exact values."""

from decimal import Context, Decimal
from typing import Any

# A spreadsheet calculates with 17 digits and shows 15 of them at most: 123.45000000000002 is 123.45 in every format.
_SHOWN = Context(prec=15)


def exact(cell: Any) -> Any:
    """Return a number as the Decimal that a spreadsheet shows for it, and the rest unchanged."""
    if isinstance(cell, float):
        number = _SHOWN.create_decimal(repr(cell))
        return Decimal(int(number)) if number == number.to_integral_value() else number
    return cell


def is_blank(cell: Any) -> bool:
    """Return whether a cell has nothing in it but spaces."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))
