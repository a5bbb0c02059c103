"""What the contract says of the types in the bodies of requests, so that a wrong one is found before anything is sent."""

from typing import Any

from prepare_spec import Schema
from where_fields import resolved

_HEADER = '''"""The types in the bodies of requests.

A type that ends in a question mark may be left out; `money` is in whole öre; `=SEK` is that very text.
"""

from typing import Any

'''
_SCALARS = {"boolean": "flag", "number": "number", "string": "text"}


def module(contract: Schema) -> str:
    """Return the Python module that declares `BODIES`: by operation, the properties of its body and their types."""
    schemas: dict[str, Schema] = contract["components"]["schemas"]
    bodies: dict[str, Any] = {}
    for path in contract["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                bodies[operation["operationId"]] = _shape(schema, schemas)
    return f"{_HEADER}BODIES: dict[str, dict[str, Any]] = {bodies!r}\n"


def _shape(written: Schema, schemas: dict[str, Schema]) -> Any:
    schema = resolved(written, schemas)
    if "properties" in schema:
        required = schema.get("required", [])
        return {name: _property(name in required, inner, schemas) for name, inner in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_shape(schema["items"], schemas)]
    if "const" in schema:
        return f"={schema['const']}"
    if schema.get("format") == "request-date":
        return "date"
    return "money" if "multipleOf" in schema else _SCALARS[str(schema["type"])]


def _property(is_required: bool, written: Schema, schemas: dict[str, Schema]) -> Any:
    shape = _shape(written, schemas)
    if is_required:
        return shape
    if not isinstance(shape, str):
        raise RuntimeError("an object or a list in the body of a request that may be left out is not provided for")
    return shape + "?"
