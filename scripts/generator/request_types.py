"""Write the bodies of requests as TypedDicts, so that type checkers and editors know the keys of a plain dict."""

from prepare_spec import Schema, in_requests
from where_fields import resolve

_HEADER = '''"""The bodies of requests as plain dicts, for type checkers. None means that a key is left out."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NotRequired, TypedDict

from .codec import Amount
'''
_SCALARS = {"boolean": "bool", "integer": "int", "number": "Amount", "string": "str"}


def module(contract: Schema) -> str:
    """Return the Python module with one TypedDict for each object that is part of a request."""
    schemas: dict[str, Schema] = contract["components"]["schemas"]
    classes: dict[str, str] = {}
    for name in sorted(in_requests(contract)):
        _declare(name, schemas, classes)
    return _HEADER + "".join(classes.values())


def _declare(name: str, schemas: dict[str, Schema], classes: dict[str, str]) -> None:
    """Add the class of an object, after those of the objects inside it."""
    if name in classes:
        return
    lines = [f'\n\nclass {name}Dict(TypedDict):\n    """{schemas[name]["description"]}"""\n']
    for key, written in schemas[name]["properties"].items():
        field = resolve(written, schemas)
        if field.get("readOnly"):
            continue
        kind = _type(field, schemas, classes)
        if key not in schemas[name].get("required", ()):
            kind = f"NotRequired[{kind} | None]"
        elif "default" in field:
            kind = f"NotRequired[{kind}]"
        unit = f" Unit: {field['x-unit']}." if "x-unit" in field else ""
        lines.append(f'\n    {key}: {kind}\n    """{field["description"]}{unit}"""\n')
    classes[name] = "".join(lines)


def _type(field: Schema, schemas: dict[str, Schema], classes: dict[str, str]) -> str:
    if field.get("format") in ("request-date", "request-day"):
        return "datetime.date | str"
    if field.get("x-schema") == "VatPercent":
        return "Decimal | int | str"
    if "const" in field:
        return f"Literal[{field['const']!r}]"
    if field["type"] == "array":
        return f"Sequence[{_type(resolve(field['items'], schemas), schemas, classes)}]"
    if field["type"] == "object" and "x-schema" in field:
        _declare(field["x-schema"], schemas, classes)
        return f"{field['x-schema']}Dict"
    if field["type"] in _SCALARS:
        return _SCALARS[field["type"]]
    raise RuntimeError(f"request_types.py has no type for a property of a request that is a {field['type']}")
