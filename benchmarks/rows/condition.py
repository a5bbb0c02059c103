"""Building a condition and encoding it as JSON."""

from decimal import Decimal

from amili import where
from amili._query import where_text

from benchmarks.measure import Row, interleaved


def rows() -> list[Row]:
    """Measure."""
    least = Decimal("100.50")
    work = {
        "one field": lambda: where_text(where.debt.invoice_number == "INV-2025-015"),
        "two fields, &": lambda: where_text((where.state == "invoice") & (where.total_remaining_capital_amount > least)),
    }
    found = interleaved(work, rounds=15, repeats=500).micros()
    return [Row("condition of two fields to wire JSON", found["two fields, &"], 15.0, unit=" µs", detail={"µs": found})]
