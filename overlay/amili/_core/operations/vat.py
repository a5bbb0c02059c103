"""Reads a rate of VAT in the forms that people have it in."""

import re
from decimal import Decimal

from amili_api.codec import parse_amount
from amili_api.contract.schemas import SCHEMAS

from amili._errors import InvalidInputError

SWEDISH_RATES = ("0%", "6%", "12%", "25%")


def vat_percent(rate: object) -> str:
    """Return a VAT rate as the API takes it: 25, Decimal(25), "25" and "25 %" are "25%".

    Raises InvalidInputError for a fraction such as 0.25, and for what is no rate.
    """
    text = "".join(rate.split()) if isinstance(rate, str) else rate
    if isinstance(text, str) and re.fullmatch(SCHEMAS["VatPercent"]["pattern"], text):
        return text
    try:
        return next(each for each in SWEDISH_RATES if Decimal(each.removesuffix("%")) == parse_amount(text))
    except (ValueError, StopIteration):
        rates = ", ".join(f"'{each}'" for each in SWEDISH_RATES)
        raise InvalidInputError(f"a VAT rate is text such as '25%' (Sweden has {rates}), not a fraction such as 0.25") from None
