"""Write the fields of `where` from the Case schema of the contract."""

import re

from openapi_python_client.schema import UntrustedString
from openapi_python_client.strings import PythonIdentifier
from prepare_spec import PREFIX, Schema

_HEADER = '''"""The fields of a case that `where` offers."""

from amili._query.fields import AmountField, BooleanField, DateTimeField, FieldGroup, IdentifierField, IntegerField, StringField
'''
_SCALARS = {"boolean": "BooleanField", "integer": "IntegerField", "number": "AmountField", "string": "StringField"}


def module(contract: Schema) -> str:
    """Return the Python module that declares `CaseFields` and the classes of its nested objects."""
    schemas: dict[str, Schema] = contract["components"]["schemas"]
    classes: dict[str, str] = {}
    _declare("CaseFields", schemas["Case"], "", schemas, classes)
    return _HEADER + "".join(classes.values())


def _declare(name: str, schema: Schema, path: str, schemas: dict[str, Schema], classes: dict[str, str]) -> None:
    lines = [f'\n\nclass {name}(FieldGroup):\n    """{schema["description"]}"""\n']
    for key, written in schema.get("properties", {}).items():
        field = resolve(written, schemas)
        items = resolve(field["items"], schemas) if field.get("type") == "array" else field
        attribute = written.get("x-python-name") or PythonIdentifier(UntrustedString(key), prefix="")
        dotted = f"{path}{key}"
        if "description" not in field:
            raise RuntimeError(f"the property {dotted} of a case has no description")
        if "properties" in items:
            inner = "".join(part.title() for part in re.split(r"[._]+", dotted)) + "Fields"
            _declare(inner, items, dotted + ".", schemas, classes)
            lines.append(f'\n    {attribute}: {inner} = {inner}("{dotted}")')
        else:
            kind = _kind(items)
            lines.append(f'\n    {attribute}: {kind} = {kind}("{dotted}")')
        lines.append(f'\n    """{field["description"]}"""\n')
    classes[name] = "".join(lines)


def resolve(node: Schema, schemas: dict[str, Schema]) -> Schema:
    """Return a schema with its reference replaced by the schema referred to."""
    if "$ref" not in node:
        return node
    name = str(node["$ref"]).removeprefix(PREFIX)
    beside = {key: value for key, value in node.items() if key != "$ref"}
    return {"x-schema": name, **schemas[name], **beside}


def _kind(schema: Schema) -> str:
    """Return the class of a field, which decides which values it may be compared with."""
    if schema.get("x-schema") == "ObjectId":
        return "IdentifierField"
    if schema.get("format") == "http-date":
        return "DateTimeField"
    return _SCALARS.get(str(schema.get("type")), "FieldGroup")
