"""Checks an invoice against the contract before anything is sent.

A message names each property by its dotted path and never quotes a value, which may be personal data.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import attrs
from amili_api.codec import parse_day
from amili_api.contract.requests import REQUESTS
from amili_api.contract.schemas import SCHEMAS
from amili_api.models.invoice_registration import InvoiceRegistration

from amili._core.operations.money import has_ore_precision
from amili._core.operations.undocumented import name_problem, value_problem
from amili._core.operations.vat import vat_percent
from amili._core.schema import MISSING, UNDOCUMENTED_PROPERTY, Comparison, Rule, Schema
from amili._errors import InvalidInputError
from amili._query import exact_amount, text_problem

_NEEDED = {"boolean": (bool, "True or False"), "array": (list, "a list"), "object": (dict, "a dict")}


def check_invoice(invoice: InvoiceRegistration | Mapping[str, Any]) -> InvoiceRegistration:
    """Return the invoice as a model; raises InvalidInputError naming every property that is missing or has the wrong type."""
    if not isinstance(invoice, InvoiceRegistration | Mapping):
        raise InvalidInputError(f"register() needs an InvoiceRegistration or a dict, not {type(invoice).__name__}")
    # The defaults of the model.
    document = {"invoice_type": "invoice", "currency": "SEK", **to_plain(invoice)}
    found = list(Comparison(_rules()).differences(REQUESTS["register_invoice"], _without_none(document)))
    problems = {path: "it is missing" if problem == MISSING else problem for path, problem in found}
    unlisted = {path: value_problem(document, path) for path, problem in found if problem == UNDOCUMENTED_PROPERTY}
    if problems.keys() == unlisted.keys() and not any(unlisted.values()):
        for line in document["matrix"]:
            line["unit_vat_percent"] = vat_percent(line["unit_vat_percent"])
        return InvoiceRegistration.from_dict(document)
    problems |= {path: problem or name_problem(path, REQUESTS["register_invoice"]) for path, problem in unlisted.items()}
    issues = {".".join(map(str, path)): problem for path, problem in problems.items()}
    raise InvalidInputError.of_document("invoice", issues, operation="register_invoice")


def to_plain(value: Any) -> Any:
    """Return models and mappings as dicts, lists and tuples as lists, and any other value unchanged."""
    if isinstance(value, Mapping):
        return {name: to_plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(inner) for inner in value]
    if not attrs.has(type(value)):
        return value
    known = {field.name: getattr(value, field.name, None) for field in attrs.fields(type(value))}
    additional = known.pop("additional_properties", None) or {}
    return {name: to_plain(inner) for name, inner in (known | additional).items()}


def _without_none(value: Any) -> Any:
    """Return a document without the properties that are None, which are not sent."""
    if isinstance(value, dict):
        return {name: _without_none(inner) for name, inner in value.items() if inner is not None}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value


def _rules() -> Mapping[str, Rule]:
    """Return the checks of invoice properties as Python values; patterns and lengths are checked by the API."""

    def type_problem(schema: Schema, value: Any) -> str | None:
        if schema.get("format") == "request-day":
            return _day_problem(value)
        if schema["type"] == "number":
            return _problem(_amount_in_ore if "multipleOf" in schema else exact_amount, value)
        if schema is SCHEMAS["VatPercent"]:
            return _problem(vat_percent, value)
        if schema["type"] == "string":
            return text_problem(value)
        kind, needed = _NEEDED[schema["type"]]
        return None if isinstance(value, kind) else f"{needed} is needed, not {type(value).__name__}"

    def const_problem(schema: Schema, value: Any) -> str | None:
        return None if value == schema["const"] else f"only {schema['const']} is accepted"

    return {"const": const_problem, "type": type_problem}


def _amount_in_ore(value: object) -> Decimal:
    amount = exact_amount(value)
    if not has_ore_precision(amount):
        raise InvalidInputError("an amount has at most two decimals")
    return amount


def _problem(read: Callable[[object], object], value: object) -> str | None:
    """Return what `read` raises for a value, or None."""
    try:
        read(value)
    except InvalidInputError as problem:
        return str(problem)
    return None


def _day_problem(value: Any) -> str | None:
    try:
        parse_day(value)
    except (ValueError, TypeError):
        return "it must be a date, or a moment with a time zone, as a datetime or as a string in RFC 1123 or ISO 8601"
    return None
