"""The invoices that the suite registers: the guide's own, with changes, and the totals that they must have."""

import copy
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

from contract_tests.guide import guide_documents
from contract_tests.messages import rfc_1123

INVOICE_DATE, DUE_DATE = datetime(2025, 10, 7, tzinfo=UTC), datetime(2025, 10, 17, tzinfo=UTC)
_ORE = Decimal("0.01")


def line(price: str, vat: str = "0%", units: int | None = None, **changes: Any) -> dict[str, Any]:
    """Return an invoice line; the price is that of one unit, and without a number of units there is one."""
    total = Decimal(price) * (units or 1)
    fixed = {"article_description": "Consulting hours", "unit_price": Decimal(price), "total_price_excluding_vat": total}
    return {**fixed, "unit_vat_percent": vat, **({"number_of_units": units} if units else {}), **changes}


def invoice(number: str, account: str, creditor: str, lines: Iterable[Mapping[str, Any]] = (), **changes: Any) -> dict[str, Any]:
    """Return the guide's registration for an account, with its dates in RFC 1123, and whatever else is changed."""
    document: dict[str, Any] = copy.deepcopy(guide_documents()["1-register.python.request.json"].content)
    document |= {"invoice_number": number, "account": account, "creditor": creditor}
    document |= {"invoice_date": rfc_1123(INVOICE_DATE), "invoice_due_date": rfc_1123(DUE_DATE)}
    if lines:
        document["matrix"] = list(lines)
    return document | changes


def rounding_matters(document: Mapping[str, Any]) -> bool:
    """Return whether an invoice has another total if its tax is rounded line by line, or half to even."""
    half_even = total_of(document, ROUND_HALF_EVEN)
    return len({total_of(document), half_even, sum(total_of({"matrix": [item]}) for item in document["matrix"])}) > 1


def total_of(document: Mapping[str, Any], rounding: str = ROUND_HALF_UP) -> Decimal:
    """Return the total of an invoice with tax, which is rounded once for each rate."""
    bases: dict[str, Decimal] = {}
    for item in document["matrix"]:
        rate = item["unit_vat_percent"]
        bases[rate] = bases.get(rate, Decimal(0)) + Decimal(item["total_price_excluding_vat"])
    taxes = [(base * Decimal(rate.rstrip("%")) / 100).quantize(_ORE, rounding) for rate, base in bases.items()]
    return sum(bases.values(), Decimal(0)) + sum(taxes, Decimal(0))
