"""What the contract says of replies, as a table for the client: the drift hook must not need a YAML reader or the contract."""

from typing import Any

Schema = dict[str, Any]

_PREFIX = "#/components/schemas/"
_HEADER = '''"""What replies look like. Made by scripts/regenerate from openapi/amili.yaml; do not edit."""

from typing import Any

# A schema in the words of JSON Schema without what is for people only; a text stands for the schema of that name. `open` marks
# a list of values that the vendor may extend, `partial` holds what is still required under a projection.
'''
_WORDS = {"description", "summary", "example", "default", "title"}  # for people, not for checking
_FOR_PYTHON = {"decimal"}  # formats that choose a class and say nothing of the value


def module(contract: Schema) -> str:
    """Return the Python module that holds the reply of every operation and status, and the schemas these need."""
    schemas: dict[str, Schema] = contract["components"]["schemas"]
    replies: dict[str, dict[str, Schema]] = {}
    for item in contract["paths"].values():
        for operation in item.values():
            statuses = {str(status): _resolve(said, contract) for status, said in operation["responses"].items()}
            replies[operation["operationId"]] = {status: _reply(said, contract) for status, said in statuses.items()}
    names = _needed(replies, schemas)
    partial = _under_projection(schemas)
    table = {name: _without_annotations(schemas[name]) | partial.get(name, {}) for name in sorted(names)}
    return f"{_HEADER}\nSCHEMAS: dict[str, dict[str, Any]] = {table!r}\n\nREPLIES: dict[str, dict[str, Any]] = {replies!r}\n"


def _reply(said: Schema, contract: Schema) -> Schema:
    headers = {name.lower(): _resolve(header, contract) for name, header in said.get("headers", {}).items()}
    if any(header.get("required") for header in headers.values()):
        raise RuntimeError("contract_tables.py has no word for a header that is required; add it, and to overlay/amili/_reply.py")
    content = {media: _without_annotations(inner["schema"]) for media, inner in said.get("content", {}).items()}
    return {"headers": {name: _without_annotations(header["schema"]) for name, header in headers.items()}, "content": content}


def _without_annotations(node: Any) -> Any:
    """Return a schema without what is for people; a reference with nothing beside it that counts is the name of its schema."""
    if isinstance(node, list):
        return [_without_annotations(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if not key.startswith("x-") and key not in _WORDS}
    if "$ref" in kept:
        if len(kept) > 1:
            raise RuntimeError(f"contract_tables.py can't put {sorted(kept)} beside a reference; give it a name of its own")
        return str(kept["$ref"]).removeprefix(_PREFIX)
    if kept.get("format") in _FOR_PYTHON:
        del kept["format"]
    bare = {key: _without_annotations(value) for key, value in kept.items() if key not in ("properties", "enum", "const")}
    if "properties" in kept:
        bare["properties"] = {name: _without_annotations(inner) for name, inner in kept["properties"].items()}
    bare |= {key: kept[key] for key in ("enum", "const") if key in kept}
    return bare | ({"open": True} if "x-open-enum" in node else {})


def _needed(node: Any, schemas: dict[str, Schema]) -> set[str]:
    """Return the names of all schemas that bare ones refer to."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            waiting += inner.values()
        elif isinstance(inner, list):
            waiting += inner
        elif isinstance(inner, str) and inner in schemas and inner not in found:
            found.add(inner)
            waiting.append(_without_annotations(schemas[inner]))
    return found


def _under_projection(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Return what is required under a projection of the schemas marked x-partial, and of those within: nothing."""
    partial: dict[str, Schema] = {}
    waiting = [name for name, schema in schemas.items() if "x-partial" in schema]
    while waiting:
        name = waiting.pop()
        if name not in partial and schemas[name].get("type") == "object":
            partial[name] = {"partial": schemas[name].get("x-partial", [])}
            waiting += _needed(_without_annotations(schemas[name]), schemas)
    return partial


def _resolve(node: Schema, contract: Schema) -> Schema:
    while "$ref" in node:
        target: Any = contract
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node
