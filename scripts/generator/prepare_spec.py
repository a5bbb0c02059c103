"""The contract as the generator reads it: the same facts, put in the words that openapi-python-client understands."""

import copy
from typing import Any

Schema = dict[str, Any]

_DATE_FORMATS = {"http-date", "request-date"}
_PREFIX = "#/components/schemas/"


def for_generator(contract: Schema) -> Schema:
    """Return the generator's document; each step says what the generator can't take as it stands."""
    document = copy.deepcopy(contract)
    schemas: dict[str, Schema] = document["components"]["schemas"]
    schemas.update(partial_schemas(schemas))
    for schema in schemas.values():
        _relax_unknown(schema)
        _drop_exclusive_choice(schema)
    document["components"]["schemas"] = _inline(schemas, schemas)
    document["paths"] = _inline(document["paths"], schemas)
    return document


def partial_schemas(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Add `PartialCase` and the like: under a projection any property may be missing, at any depth.

    What holds such a schema, a page of cases, gets a twin as well, with its own properties still required.
    """
    partial = {name for name, schema in schemas.items() if schema.get("x-partial")}
    waiting, names = sorted(partial), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in names and schemas[name].get("type") == "object":
            names.add(name)
            waiting.extend(_references(schemas[name]))
    holders = {name for name, schema in schemas.items() if name not in names and partial & set(_references(schema))}
    twins = {name: _without_required(schemas[name]) for name in names} | {name: schemas[name] for name in holders}
    return {f"Partial{name}": _pointing_to_twins(twins[name], names | holders) for name in sorted(twins)}


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for inner in node for name in _references(inner)]
    if not isinstance(node, dict):
        return []
    if "$ref" in node:
        return [str(node["$ref"]).removeprefix(_PREFIX)]
    return [name for inner in node.values() for name in _references(inner)]


def _without_required(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_required(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    return {key: _without_required(inner) for key, inner in node.items() if key not in ("required", "x-partial")}


def _pointing_to_twins(node: Any, names: set[str]) -> Any:
    if isinstance(node, list):
        return [_pointing_to_twins(inner, names) for inner in node]
    if not isinstance(node, dict):
        return node
    twin = {key: _pointing_to_twins(inner, names) for key, inner in node.items()}
    name = str(twin.get("$ref", "")).removeprefix(_PREFIX)
    return {**twin, "$ref": f"{_PREFIX}Partial{name}"} if name in names else twin


def _relax_unknown(schema: Schema) -> None:
    """Read `x-may-be-unknown` properties as optional: the contract asks them of the vendor, the client survives without."""
    properties = schema.get("properties", {})
    unknown = {name for name, inner in properties.items() if inner.get("x-may-be-unknown")}
    for name in unknown:
        properties[name].pop("const", None)
    if "required" in schema:
        schema["required"] = [name for name in schema["required"] if name not in unknown]


def _drop_exclusive_choice(schema: Schema) -> None:
    """Leave out a `oneOf` that only says which properties go together: the generator would make a union of it."""
    if schema.get("type") == "object":
        schema.pop("oneOf", None)


def _inline(node: Any, schemas: dict[str, Schema]) -> Any:
    """Replace references to scalars by the scalar, so that the description beside the reference is not lost."""
    if isinstance(node, list):
        return [_inline(inner, schemas) for inner in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).removeprefix(_PREFIX)
    if name in schemas and _is_scalar(schemas[name]):
        node = {**schemas[name], **{key: value for key, value in node.items() if key != "$ref"}}
    if node.get("format") in _DATE_FORMATS:
        node = {**node, "format": "date-time"}
    return {key: _inline(inner, schemas) for key, inner in node.items()}


def _is_scalar(schema: Schema) -> bool:
    return schema.get("type") in ("string", "number", "integer", "boolean") and "enum" not in schema
