"""What the contract says of requests and replies, as tables for the client, which must not need a YAML reader or the contract."""

from typing import Any

from prepare_spec import PREFIX, Schema, under_projection

_DOOR = (
    '"""What the contract says of requests and replies, as plain data: named schemas, and which of them an operation has."""\n'
)
_SCHEMAS = '''"""The named schemas of the contract, in JSON Schema without what is for people.

A string stands for the schema of that name. `open` marks a list of values that the vendor may extend, `partial` holds what is
still required under a projection, the format `request-date` is RFC 1123 in GMT or ISO 8601 with a zone.
"""

from typing import Any

'''
_REQUESTS = '"""The schema of the body of a request, by operation."""\n\n'
_REPLIES = '''"""The headers and bodies of replies, by operation and status, in the words of `schemas`."""

from typing import Any

'''
_ANNOTATIONS = {"description", "summary", "example", "title", "readOnly"}  # for people, not for checking
_FOR_PYTHON = {"decimal"}  # formats that choose a class and say nothing of the value


def modules(contract: Schema) -> dict[str, str]:
    """Return the modules of `amili_api.contract` by file name."""
    schemas: dict[str, Schema] = contract["components"]["schemas"]
    requests: dict[str, Any] = {}
    replies: dict[str, dict[str, Schema]] = {}
    for path in contract["paths"].values():
        for operation in path.values():
            name = operation["operationId"]
            if "requestBody" in operation:
                requests[name] = _without_annotations(operation["requestBody"]["content"]["application/json"]["schema"], schemas)
            statuses = {str(status): _resolved(reply, contract) for status, reply in operation["responses"].items()}
            replies[name] = {status: _reply(reply, contract) for status, reply in statuses.items()}
    table = {name: _without_annotations(schema, schemas) for name, schema in sorted(schemas.items())}
    for name in under_projection(schemas):
        table[name]["partial"] = schemas[name].get("x-partial", [])
    return {
        "__init__.py": _DOOR,
        "schemas.py": f"{_SCHEMAS}SCHEMAS: dict[str, dict[str, Any]] = {table!r}\n",
        "requests.py": f"{_REQUESTS}REQUESTS: dict[str, str] = {requests!r}\n",
        "replies.py": f"{_REPLIES}REPLIES: dict[str, dict[str, Any]] = {replies!r}\n",
    }


def _reply(reply: Schema, contract: Schema) -> Schema:
    schemas = contract["components"]["schemas"]
    headers = {name.lower(): _resolved(header, contract) for name, header in reply.get("headers", {}).items()}
    if any(header.get("required") for header in headers.values()):
        raise RuntimeError("contract_tables.py has no word for a header that is required; add it, and to the reader of REPLIES")
    content = {media: _without_annotations(inner["schema"], schemas) for media, inner in reply.get("content", {}).items()}
    return {
        "headers": {name: _without_annotations(header["schema"], schemas) for name, header in headers.items()},
        "content": content,
    }


def _without_annotations(node: Any, schemas: dict[str, Schema]) -> Any:
    """Return a schema without what is for people; a reference with nothing beside it that counts is the name of its schema."""
    if isinstance(node, list):
        return [_without_annotations(inner, schemas) for inner in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if not key.startswith("x-") and key not in _ANNOTATIONS}
    if "$ref" in kept:
        name = str(kept.pop("$ref")).removeprefix(PREFIX)
        return {**_without_annotations(schemas[name], schemas), **_without_annotations(kept, schemas)} if kept else name
    if kept.get("format") in _FOR_PYTHON:
        del kept["format"]
    for key, value in kept.items():
        if key == "properties":
            kept[key] = {name: _without_annotations(inner, schemas) for name, inner in value.items()}
        elif key not in ("enum", "const", "default"):
            kept[key] = _without_annotations(value, schemas)
    return kept | ({"open": True} if "x-open-enum" in node else {})


def _resolved(node: Schema, contract: Schema) -> Schema:
    while "$ref" in node:
        target: Any = contract
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node
