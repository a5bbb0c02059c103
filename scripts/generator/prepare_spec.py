"""The contract as the generator reads it: the same facts, without what openapi-python-client would drop or misread."""

import copy
from typing import Any

Schema = dict[str, Any]

PREFIX = "#/components/schemas/"
_DATE_FORMATS = {"http-date", "request-date"}


def prepared(contract: Schema) -> Schema:
    """Return the generator's document; each step says what the generator can't take as it stands."""
    document = copy.deepcopy(contract)
    schemas: dict[str, Schema] = document["components"]["schemas"]
    schemas.update(partial_schemas(schemas))
    for name, schema in schemas.items():
        if "allOf" in schema:  # the generator would take one that names a single schema for that schema
            raise RuntimeError(f"the schema {name} has an allOf, which openapi/templates has no rule for")
        _relax_unknown(schema)
        _drop_exclusive_choice(schema)
        _open_union(schema)
    document["components"]["schemas"] = _inline(schemas, schemas)
    document["paths"] = _inline(document["paths"], schemas)
    for path in document["paths"].values():
        for operation in path.values():
            _describe_parameters(operation)
    return document


def partial_schemas(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Add `PartialCase` and the like: under a projection any property may be missing, at any depth.

    What holds such a schema, a page of cases, gets a partial schema as well, with its own properties still required.
    """
    partial, names = {name for name, schema in schemas.items() if "x-partial" in schema}, under_projection(schemas)
    holders = {name for name, schema in schemas.items() if name not in names and partial & set(named_in(schema))}
    found = {name: _without_required(schemas[name]) for name in names} | {name: schemas[name] for name in holders}
    return {f"Partial{name}": _pointing_to_partial(found[name], names | holders) for name in sorted(found)}


def under_projection(schemas: dict[str, Schema]) -> set[str]:
    """Return the names of the objects marked x-partial and of those within them."""
    found, waiting = set[str](), [name for name, schema in schemas.items() if "x-partial" in schema]
    while waiting:
        name = waiting.pop()
        if name not in found and schemas[name].get("type") == "object":
            found.add(name)
            waiting.extend(named_in(schemas[name]))
    return found


def named_in(node: Any) -> list[str]:
    """Return the names of the schemas that a schema refers to."""
    if isinstance(node, list):
        return [name for inner in node for name in named_in(inner)]
    if not isinstance(node, dict):
        return []
    if "$ref" in node:
        return [str(node["$ref"]).removeprefix(PREFIX)]
    return [name for inner in node.values() for name in named_in(inner)]


def _without_required(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_required(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    return {key: _without_required(inner) for key, inner in node.items() if key not in ("required", "x-partial")}


def _pointing_to_partial(node: Any, names: set[str]) -> Any:
    if isinstance(node, list):
        return [_pointing_to_partial(inner, names) for inner in node]
    if not isinstance(node, dict):
        return node
    changed = {key: _pointing_to_partial(inner, names) for key, inner in node.items()}
    name = str(changed.get("$ref", "")).removeprefix(PREFIX)
    return {**changed, "$ref": f"{PREFIX}Partial{name}"} if name in names else changed


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


def _open_union(schema: Schema) -> None:
    """Read an object whose properties are a union as one whose properties are anything: the client keeps them as they came."""
    additional = schema.get("additionalProperties")
    if isinstance(additional, dict) and "anyOf" in additional:
        schema["additionalProperties"] = True


def _describe_parameters(operation: Schema) -> None:
    """Put the description of a parameter into its schema, where the generator looks for it."""
    for parameter in operation.get("parameters", ()):
        parameter["schema"].setdefault("description", parameter["description"])


def _inline(node: Any, schemas: dict[str, Schema]) -> Any:
    """Replace references to scalars by the scalar, so that the description beside the reference is not lost."""
    if isinstance(node, list):
        return [_inline(inner, schemas) for inner in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).removeprefix(PREFIX)
    if name in schemas and _is_scalar(schemas[name]):
        node = {**schemas[name], **{key: value for key, value in node.items() if key != "$ref"}}
    if node.get("format") in _DATE_FORMATS:
        node = {**node, "format": "date-time"}
    return {key: _inline(inner, schemas) for key, inner in node.items()}


def _is_scalar(schema: Schema) -> bool:
    return schema.get("type") in ("string", "number", "integer", "boolean") and "enum" not in schema
