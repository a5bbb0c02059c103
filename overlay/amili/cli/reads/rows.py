"""The cells that tables and CSV have of a case."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from amili._query import Field, field_named, listed_fields
from amili.cli.output import Row

HEADINGS = {"debt.invoice_number": "number", "total_remaining_capital_amount": "remaining", "_id": "id"}
TABLE = ("debt.invoice_number", "state", "closed", "total_remaining_capital_amount", "_id")
ONE = ("debt.invoice_number", "_id", "state", "status", "closed", "customer_name", "customer_id_number", "creditor_name",
       "debt.invoice_date", "debt.initial_capital", "total_remaining_capital_amount", "total_remaining_costs_amount",
       "total_remaining_interest_amount", "currency", "_created", "_updated", "creditor")  # fmt: skip
_LISTS = ("state_history", "status_history", "transactions")


@cache
def all_columns() -> tuple[str, ...]:
    """Return the paths of all properties that have one value, as the contract lists them."""
    fields = ((name, field) for name, field in listed_fields() if not name.startswith(_LISTS))
    return tuple(field._path for _, field in fields if isinstance(field, Field) or field._path == "closed")


def columns_of(text: str | None) -> tuple[str, ...] | None:
    """Return the paths of the columns of `--columns`; raises InvalidInputError for a name that the contract does not list."""
    if text is None:
        return None
    return tuple(field_named(name.strip())._path for name in text.split(","))


def case_row(case: Any, columns: Sequence[str]) -> Row:
    """Return the row of a case: its document, and the cells of these columns."""
    return Row(case.to_dict(), {path: _cell(case, path) for path in columns})


def _cell(case: Any, path: str) -> Any:
    found = case
    for name in _names()[path].split("."):
        found = getattr(found, name, None)  # None also where it can't be read
    if path == "closed":
        return found is not None
    return found.to_dict() if hasattr(found, "to_dict") else found


@cache
def _names() -> dict[str, str]:
    """Return the name in Python of each property by its path."""
    return {field._path: name for name, field in listed_fields()}
