"""The properties that a map can fill for each operation, and the kind of value that each takes, from the contract."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, TypeAlias

from amili_api.contract.requests import REQUESTS
from amili_api.contract.schemas import SCHEMAS

from amili.bulk.rows import Operation

Kind: TypeAlias = Literal["text", "identifier", "amount", "number", "day", "percent", "boolean", "country"]

_CASE: dict[str, Kind] = {"case": "identifier", "invoice_number": "text", "creditor": "identifier"}
_OTHERS: dict[Operation, dict[str, Kind]] = {
    "credit": _CASE | {"amount": "amount", "reference": "text"},
    "cancel": _CASE,
    "lookup": _CASE,
}


@cache
def properties_of(operation: Operation) -> Mapping[str, Kind]:
    """Return the dotted properties of an operation, such as `matrix.unit_price`, with the kind of value that each takes."""
    return dict(_described(REQUESTS["register_invoice"])) if operation == "register" else _OTHERS[operation]


def kind_of(operation: Operation, name: str) -> Kind:
    """Return the kind of value that a property takes."""
    return properties_of(operation)[name]


@cache
def required_of(operation: Operation) -> tuple[str, ...]:
    """Return the properties that each row needs; of `case` and `invoice_number` with `creditor` one is enough."""
    if operation != "register":
        return ("amount",) if operation == "credit" else ()
    return tuple(_required(REQUESTS["register_invoice"]))


def _described(schema: Any, above: str = "") -> Iterator[tuple[str, Kind]]:
    for name, inner in _resolved(schema)["properties"].items():
        resolved = _resolved(inner)
        below = _resolved(resolved["items"]) if resolved["type"] == "array" else resolved
        if "properties" in below:
            yield from _described(below, f"{above}{name}.")
        else:
            yield f"{above}{name}", _kind(resolved)


def _required(schema: Any, above: str = "") -> Iterator[str]:
    properties = _resolved(schema)["properties"]
    for name in _resolved(schema)["required"]:
        inner = _resolved(properties[name])
        below = _resolved(inner["items"]) if inner["type"] == "array" else inner
        if "properties" in below:
            yield from _required(below, f"{above}{name}.")
        elif "default" not in inner:
            yield f"{above}{name}"


def _kind(schema: Mapping[str, Any]) -> Kind:
    if schema is SCHEMAS["VatPercent"]:
        return "percent"
    if schema is SCHEMAS["ObjectId"]:
        return "identifier"
    if schema.get("pattern") == "^[A-Z]{2}$":
        return "country"
    if schema.get("format") == "request-day":
        return "day"
    if schema["type"] == "number":
        return "amount" if "multipleOf" in schema else "number"
    return "boolean" if schema["type"] == "boolean" else "text"


def _resolved(schema: Any) -> Any:
    return SCHEMAS[schema] if isinstance(schema, str) else schema
