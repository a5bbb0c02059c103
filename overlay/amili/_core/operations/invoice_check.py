"""Checks an invoice against the contract before anything is sent.

A message names each property by its dotted path and never quotes a value, which may be personal data.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs
from amili_api.codec import parse_day, parse_decimal
from amili_api.contract.requests import REQUESTS
from amili_api.models.invoice_registration import InvoiceRegistration

from amili._core.operations.money import has_ore_precision
from amili._core.operations.undocumented import name_problem, value_problem
from amili._core.schema import MISSING, UNDOCUMENTED_PROPERTY, Comparison, Rule, Schema
from amili._errors import InvalidInputError
from amili._query import json_number, text_problem

_NEEDED = {"boolean": (bool, "True or False"), "array": (list, "a list"), "object": (dict, "a dict")}


def check_invoice(invoice: InvoiceRegistration | Mapping[str, Any]) -> InvoiceRegistration:
    """Return the invoice as a model; raises InvalidInputError naming every property that is missing or has the wrong type."""
    if not isinstance(invoice, InvoiceRegistration | Mapping):
        raise InvalidInputError(f"register() needs an InvoiceRegistration or a dict, not {type(invoice).__name__}")
    # The defaults of the model. In a dict, floats are allowed, since they may come from JSON.
    document = {"invoice_type": "invoice", "currency": "SEK", **_to_plain(invoice)}
    comparison = Comparison(_rules(floats=isinstance(invoice, Mapping)))
    found = list(comparison.differences(REQUESTS["register_invoice"], _without_none(document)))
    problems = {path: "it is missing" if problem == MISSING else problem for path, problem in found}
    unlisted = {path: value_problem(document, path) for path, problem in found if problem == UNDOCUMENTED_PROPERTY}
    if problems.keys() == unlisted.keys() and not any(unlisted.values()):
        return InvoiceRegistration.from_dict(document)
    problems |= {path: problem or name_problem(path, REQUESTS["register_invoice"]) for path, problem in unlisted.items()}
    issues = {".".join(map(str, path)): problem for path, problem in problems.items()}
    raise InvalidInputError.of_document("invoice", issues, operation="register_invoice")


def _to_plain(value: Any) -> Any:
    """Return models and mappings as dicts, lists and tuples as lists, and any other value unchanged."""
    if isinstance(value, Mapping):
        return {name: _to_plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(inner) for inner in value]
    if not attrs.has(type(value)):
        return value
    known = {field.name: getattr(value, field.name, None) for field in attrs.fields(type(value))}
    additional = known.pop("additional_properties", None) or {}
    return {name: _to_plain(inner) for name, inner in (known | additional).items()}


def _without_none(value: Any) -> Any:
    """Return a document without the properties that are None, which are not sent."""
    if isinstance(value, dict):
        return {name: _without_none(inner) for name, inner in value.items() if inner is not None}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value


def _rules(*, floats: bool) -> Mapping[str, Rule]:
    """Return the checks of invoice properties as Python values; patterns and lengths are checked by the API."""

    def type_problem(schema: Schema, value: Any) -> str | None:
        if schema.get("format") == "request-day":
            return _day_problem(value)
        if schema["type"] == "number":
            return _amount_problem(value, floats=floats, in_ore="multipleOf" in schema)
        if schema["type"] == "string":
            return text_problem(value)
        kind, needed = _NEEDED[schema["type"]]
        return None if isinstance(value, kind) else f"{needed} is needed, not {type(value).__name__}"

    def const_problem(schema: Schema, value: Any) -> str | None:
        return None if value == schema["const"] else f"only {schema['const']} is accepted"

    return {"const": const_problem, "type": type_problem}


def _amount_problem(value: Any, *, floats: bool, in_ore: bool) -> str | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        return f"a Decimal or an int is needed, not {type(value).__name__}"
    if isinstance(value, float) and not floats:
        return "a float is not exact: use a Decimal"
    try:
        json_number(value)
    except ValueError as problem:
        return str(problem)
    return None if not in_ore or has_ore_precision(parse_decimal(value)) else "an amount has at most two decimals"


def _day_problem(value: Any) -> str | None:
    try:
        parse_day(value)
    except (ValueError, TypeError):
        return "it must be a date, or a moment with a time zone, as a datetime or as a string in RFC 1123 or ISO 8601"
    return None
