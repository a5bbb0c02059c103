"""What is given to be registered, checked against the types of the contract before anything is sent.

A message names the property by its dotted path and never repeats a value, which may be a debtor's.
"""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from amili_api.codec import parse_datetime, parse_decimal
from amili_api.models.invoice_registration import InvoiceRegistration

from amili._bodies import BODIES
from amili._core.operations.money import has_ore_precision
from amili._query import json_number


def checked_invoice(invoice: InvoiceRegistration | Mapping[str, Any]) -> InvoiceRegistration:
    """Return the invoice as the model; raises ValueError naming the property that is missing or of another type."""
    if isinstance(invoice, Mapping):
        invoice = {"invoice_type": "invoice", "currency": "SEK", **invoice}  # what the model has as defaults
    elif not isinstance(invoice, InvoiceRegistration):
        raise TypeError(f"register() takes an InvoiceRegistration or a dict, not {type(invoice).__name__}")
    _check(invoice, BODIES["register_invoice"], "", isinstance(invoice, Mapping))
    return InvoiceRegistration.from_dict(invoice) if isinstance(invoice, dict) else invoice


def _check(value: Any, shape: Any, path: str, in_dict: bool) -> None:
    if isinstance(shape, dict):
        problem = _no_object(value, in_dict)
    elif isinstance(shape, list):
        problem = None if isinstance(value, list | tuple) else "a list is needed"
    elif value is None and shape.endswith("?"):
        return
    else:
        problem = _no_scalar(value, shape.rstrip("?"), in_dict)
    if problem:
        found = f", not {type(value).__name__}" if problem.endswith("is needed") else ""
        raise ValueError(f"invoice: {path}: {'it is missing' if value is None else problem + found}")
    if isinstance(shape, dict):
        for name, inner in shape.items():
            below = value.get(name) if in_dict else getattr(value, name, None)
            _check(below, inner, f"{path}.{name}" if path else name, in_dict)
    elif isinstance(shape, list):
        for position, item in enumerate(value):
            _check(item, shape[0], f"{path}.{position}", in_dict)


def _no_object(value: Any, in_dict: bool) -> str | None:
    if in_dict:
        return None if isinstance(value, Mapping) else "a dict is needed"
    return None if hasattr(value, "to_dict") else "in an InvoiceRegistration a model such as Customer is needed"


def _no_scalar(value: Any, kind: str, in_dict: bool) -> str | None:
    if kind.startswith("="):
        return None if value == kind[1:] else f"only {kind[1:]} is taken"
    return _SCALARS[kind](value, in_dict)


def _no_amount(value: Any, in_dict: bool, *, in_ore: bool) -> str | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        return "a Decimal or an int is needed"
    if isinstance(value, float) and not in_dict:  # in a dict it may come from JSON
        return "a float is not exact: give a Decimal"
    try:
        json_number(value)
    except ValueError as problem:
        return str(problem)
    return None if not in_ore or has_ore_precision(parse_decimal(value)) else "an amount has at most two decimals"


def _no_date(value: Any, _: bool) -> str | None:
    """Say what is wrong with a date; the API has calendar days, which a midnight elsewhere than in GMT misses by one."""
    try:
        moment = parse_datetime(value)
        in_gmt = moment.astimezone(datetime.UTC)
    except (ValueError, TypeError, OverflowError):
        return "it is no date, no datetime with a time zone, and no text of RFC 1123 or ISO 8601"
    midnight = moment.time() == datetime.time.min != in_gmt.time()
    return "its day is another one in GMT, which the API has: give a date" if midnight or moment.date() != in_gmt.date() else None


_SCALARS: dict[str, Callable[[Any, bool], str | None]] = {
    "text": lambda value, _: None if isinstance(value, str) else "a text is needed",
    "flag": lambda value, _: None if isinstance(value, bool) else "True or False is needed",
    "money": lambda value, in_dict: _no_amount(value, in_dict, in_ore=True),
    "number": lambda value, in_dict: _no_amount(value, in_dict, in_ore=False),
    "date": _no_date,
}
