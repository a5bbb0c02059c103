"""Prepare the contract for openapi-python-client: rewrite what it would drop or misread."""

import copy
from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

PREFIX = "#/components/schemas/"
_FORMATS = {"http-date": "date-time", "request-date": "date-time", "request-day": "date"}
_MARK = "x-required-under-projection"
_IN_RESPONSE = "x-in-response"


def prepare(contract: Schema) -> Schema:
    """Return the document for the generator; each step rewrites one thing that the generator does not support."""
    document = copy.deepcopy(contract)
    schemas: dict[str, Schema] = document["components"]["schemas"]
    schemas.update(partial_schemas(schemas))
    for name, schema in schemas.items():
        if "allOf" in schema:  # the generator would replace an allOf of one schema by that schema
            raise RuntimeError(f"the schema {name} has an allOf, which openapi/templates does not support")
        _relax_unknown(schema)
        _drop_choice_of_properties(schema)
        _open_unions(schema)
    for name in in_responses(document, schemas):
        _mark_objects(schemas[name])
    for name in in_requests(document):
        schemas[name]["x-request"] = True
    document["components"]["schemas"] = _inline(schemas, schemas)
    document["paths"] = _inline(document["paths"], schemas)
    for operation in _operations(document):
        _describe_parameters(operation)
    prepared: Schema = _with_one_example(document)
    return prepared


def partial_schemas(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Add `PartialCase` and the like: under a projection any property may be missing, at any depth.

    A schema that refers to a partial one, such as a page of cases, gets a partial schema too; its own properties stay required.
    """
    marked = {name for name, schema in schemas.items() if _MARK in schema}
    names = under_projection(schemas)
    holders = {name for name, schema in schemas.items() if name not in names and marked & set(named_in(schema))}
    found = {name: _without_required(schemas[name]) for name in names} | {name: schemas[name] for name in holders}
    return {f"Partial{name}": _refer_to_partial(found[name], names | holders) for name in sorted(found)}


def under_projection(schemas: dict[str, Schema]) -> set[str]:
    """Return the names of the objects marked x-required-under-projection and of the objects inside them."""
    return _objects_from((name for name, schema in schemas.items() if _MARK in schema), schemas)


def in_responses(document: Schema, schemas: dict[str, Schema]) -> set[str]:
    """Return the names of the objects of responses, with those that are read under a projection."""
    stated = [document["components"].get("responses", {}), *(operation["responses"] for operation in _operations(document))]
    names = [name for name in named_in(stated) if name in schemas]
    return _objects_from(names + [partial for name in names if (partial := f"Partial{name}") in schemas], schemas)


def in_requests(document: Schema) -> set[str]:
    """Return the names of the objects that are the body of a request, and of the objects inside them."""
    bodies = [operation.get("requestBody") for operation in _operations(document)]
    return _objects_from(named_in(bodies), document["components"]["schemas"])


def _operations(document: Schema) -> list[Schema]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def _objects_from(names: Iterable[str], schemas: dict[str, Schema]) -> set[str]:
    """Return the names of these objects and of the objects inside them."""
    found, waiting = set[str](), list(names)
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
    return {key: _without_required(inner) for key, inner in node.items() if key not in ("required", _MARK)}


def _refer_to_partial(node: Any, names: set[str]) -> Any:
    if isinstance(node, list):
        return [_refer_to_partial(inner, names) for inner in node]
    if not isinstance(node, dict):
        return node
    changed = {key: _refer_to_partial(inner, names) for key, inner in node.items()}
    name = str(changed.get("$ref", "")).removeprefix(PREFIX)
    return {**changed, "$ref": f"{PREFIX}Partial{name}"} if name in names else changed


def _relax_unknown(schema: Schema) -> None:
    """Make `x-optional-for-client` properties optional: the vendor must send them, but the client works without them."""
    properties = schema.get("properties", {})
    unknown = {name for name, inner in properties.items() if inner.get("x-optional-for-client")}
    for name in unknown:
        properties[name].pop("const", None)
    if "required" in schema:
        schema["required"] = [name for name in schema["required"] if name not in unknown]


def _mark_objects(node: Any) -> None:
    """Mark an object of a response, and the objects inside it: one wrong property does not make the others unreadable."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            node[_IN_RESPONSE] = True
        for inner in [*node.get("properties", {}).values(), node.get("items"), node.get("additionalProperties")]:
            _mark_objects(inner)


def _drop_choice_of_properties(schema: Schema) -> None:
    """Remove what only states which properties exclude or replace each other: the generator would make a union of it."""
    if schema.get("type") == "object":
        schema.pop("oneOf", None)
        schema.pop("anyOf", None)


def _open_unions(schema: Schema) -> None:
    """Allow any value where a property may be an object or not, or other values are a union: it is kept as it was received."""
    additional = schema.get("additionalProperties")
    if isinstance(additional, dict) and "anyOf" in additional:
        schema["additionalProperties"] = True
    for inner in schema.get("properties", {}).values():
        if any(each.get("type") == "object" for each in inner.get("anyOf", ())):
            del inner["anyOf"]
        _open_unions(inner)


def _describe_parameters(operation: Schema) -> None:
    """Copy the description of a parameter into its schema, where the generator reads it."""
    for parameter in operation.get("parameters", ()):
        parameter["schema"].setdefault("description", parameter["description"])


def _with_one_example(node: Any) -> Any:
    """Give each schema its first example under the older name, which the generator reads."""
    if isinstance(node, list):
        return [_with_one_example(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    older = {"example": node["examples"][0]} if isinstance(node.get("examples"), list) else {}
    return {key: _with_one_example(inner) for key, inner in node.items() if key != "examples" or not older} | older


def _inline(node: Any, schemas: dict[str, Schema]) -> Any:
    """Replace references to scalars by the scalar, so that the description beside the reference is not lost."""
    if isinstance(node, list):
        return [_inline(inner, schemas) for inner in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).removeprefix(PREFIX)
    if name in schemas and _is_scalar(schemas[name]):
        node = {**schemas[name], **{key: value for key, value in node.items() if key != "$ref"}}
    if node.get("format") == "date":
        raise RuntimeError("the format date is not supported: the API writes no day without a time; see request-day")
    if node.get("format") in _FORMATS:
        node = {**node, "format": _FORMATS[node["format"]]}
    return {key: _inline(inner, schemas) for key, inner in node.items()}


def _is_scalar(schema: Schema) -> bool:
    return schema.get("type") in ("string", "number", "integer", "boolean") and "enum" not in schema
