"""Write the requests and responses of the contract as Python tables, so that the client needs no YAML reader."""

from typing import Any

from prepare_spec import PREFIX, Schema, under_projection

_DOOR = '"""The requests and responses of the contract as plain data: named schemas, and the schemas of each operation."""\n'
_SCHEMAS = '''"""The named schemas of the contract, in JSON Schema without descriptions.

A string stands for the schema of that name. `open` marks an enum that the vendor may extend, `partial` lists the properties
that are required under a projection, the formats `request-date` (a moment) and `request-day` are RFC 1123 in GMT or ISO
8601 with a time zone.
"""

from typing import Any

'''
_REQUESTS = '"""The schema of the body of a request, by operation."""\n\n'
_RESPONSES = '''"""The headers and bodies of responses, by operation and status, with the schemas of `schemas`."""

from typing import Any

'''
_ANNOTATIONS = {"description", "summary", "examples", "title", "readOnly"}  # not checked
_FOR_PYTHON = {"decimal"}  # formats that choose a Python class and do not restrict the value


def modules(contract: Schema) -> dict[str, str]:
    """Return the modules of `amili_api.contract` by file name."""
    schemas: dict[str, Schema] = contract["components"]["schemas"]
    requests: dict[str, Any] = {}
    responses: dict[str, dict[str, Schema]] = {}
    for path in contract["paths"].values():
        for operation in path.values():
            name = operation["operationId"]
            if "requestBody" in operation:
                requests[name] = _without_annotations(operation["requestBody"]["content"]["application/json"]["schema"], schemas)
            statuses = {str(status): _resolve(response, contract) for status, response in operation["responses"].items()}
            responses[name] = {status: _response(response, contract) for status, response in statuses.items()}
    table = {name: _without_annotations(schema, schemas) for name, schema in sorted(schemas.items())}
    for name in under_projection(schemas):
        table[name]["partial"] = schemas[name].get("x-required-under-projection", [])
    return {
        "__init__.py": _DOOR,
        "schemas.py": f"{_SCHEMAS}SCHEMAS: dict[str, dict[str, Any]] = {table!r}\n",
        "requests.py": f"{_REQUESTS}REQUESTS: dict[str, str] = {requests!r}\n",
        "responses.py": f"{_RESPONSES}RESPONSES: dict[str, dict[str, Any]] = {responses!r}\n",
    }


def _response(response: Schema, contract: Schema) -> Schema:
    schemas = contract["components"]["schemas"]
    headers = {name.lower(): _resolve(header, contract) for name, header in response.get("headers", {}).items()}
    if any(header.get("required") for header in headers.values()):
        raise RuntimeError(
            "contract_tables.py does not support a required response header; add it here and to the code that reads RESPONSES"
        )
    content = {media: _without_annotations(inner["schema"], schemas) for media, inner in response.get("content", {}).items()}
    return {
        "headers": {name: _without_annotations(header["schema"], schemas) for name, header in headers.items()},
        "content": content,
    }


def _without_annotations(node: Any, schemas: dict[str, Schema]) -> Any:
    """Return a schema without descriptions; a reference with no other keyword becomes the name of its schema."""
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


def _resolve(node: Schema, contract: Schema) -> Schema:
    while "$ref" in node:
        target: Any = contract
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node
