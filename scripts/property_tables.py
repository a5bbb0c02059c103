"""Tables of the properties of a schema, made from the contract for the reference pages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTRACT = Path(__file__).resolve().parents[1] / "openapi" / "amili.yaml"
Schema = Mapping[str, Any]
TYPES = {"string": "`str`", "boolean": "`bool`", "integer": "`int`", "object": "object", "array": "list"}
PATTERNS = {
    "^[0-9a-f]{24}$": "24 hexadecimal digits",
    "^[A-Z]{2}$": "two capital letters",
    r"^[0-9]{1,2}(\.[0-9]{1,2})?%$": "a number below 100 with a percent sign",
}
DATES = {"request-day": "`date`", "request-date": "`datetime`", "http-date": "`datetime`"}


@dataclass(frozen=True)
class Property:
    """One property of a document, by its dotted path; `[]` stands for each item of a list."""

    path: str
    required: bool
    schema: Schema


@cache
def schemas() -> Mapping[str, Schema]:
    """Return the schemas of the contract by name."""
    found: Mapping[str, Schema] = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["components"]["schemas"]
    return found


def resolved(schema: Schema) -> Schema:
    """Return a schema with what its reference states, unless it states it itself."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**resolved(schemas()[name]), **schema} if name else schema


def properties(schema: Schema, before: str = "") -> Iterator[Property]:
    """Yield the properties of a schema, each followed by those of its own, in the order of the contract."""
    for name, stated in resolved(schema).get("properties", {}).items():
        inner, path = resolved(stated), f"{before}{name}"
        yield Property(path, name in resolved(schema).get("required", ()), inner)
        yield from properties(inner.get("items", inner), f"{path}{'[]' if 'items' in inner else ''}.")


def request_table(name: str) -> str:
    """Return the table of what a request may have."""
    rows = (
        (f"`{each.path}`", _needed(each), _meaning(each.schema), _type(each.schema), _allowed(each.schema), _example(each.schema))
        for each in properties(schemas()[name])
    )
    return _table(("property", "required", "meaning", "type", "allowed", "example"), rows)


def response_table(name: str) -> str:
    """Return the table of what a response has; an attribute with another name in Python stands beside its property."""
    rows = (
        (_names(each), _always(each), _meaning(each.schema) + _values(each.schema), _type(each.schema), _example(each.schema))
        for each in properties(schemas()[name])
    )
    return _table(("property", "always", "meaning", "type", "example"), rows)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _needed(each: Property) -> str:
    if each.schema.get("readOnly"):
        return "never: the vendor sets it"
    default = f", `{each.schema['default']}` by default" if "default" in each.schema else ""
    return f"yes{default}" if each.required else "no"


def _always(each: Property) -> str:
    return "yes" if each.required and not each.schema.get("x-optional-for-client") else "no"


def _names(each: Property) -> str:
    own = each.path.rpartition(".")[2]
    name = each.schema.get("x-python-name") or own.lstrip("_")
    return f"`{each.path}`" + (f" (`.{name}`)" if name != own else "")


def _values(schema: Schema) -> str:
    return f" Known values: {', '.join(f'`{value}`' for value in schema['enum'])}; others are kept." if "enum" in schema else ""


def _type(schema: Schema) -> str:
    if schema.get("type") == "number":
        return "`Decimal`"
    return DATES.get(schema.get("format", "")) or TYPES.get(schema.get("type", ""), "any")


def _allowed(schema: Schema) -> str:
    rules = {
        "const": "only `{}`",
        "minItems": "at least {}",
        "minLength": "not empty",
        "exclusiveMinimum": "above {}",
        "multipleOf": "at most two decimals",
    }
    found = [text.format(schema[rule]) for rule, text in rules.items() if rule in schema]
    if "pattern" in schema and "format" not in schema:
        found.append(PATTERNS.get(schema["pattern"], f"`{schema['pattern']}`"))
    return ", ".join(found)


def _example(schema: Schema) -> str:
    (example,) = schema.get("examples", [""])
    shown = f"{example:.2f}" if isinstance(example, float) else str(example)
    return f"`{shown}`" if shown and schema.get("type") != "object" else ""


def _meaning(schema: Schema) -> str:
    unit = " In SEK." if "SEK" in schema.get("x-unit", "") else ""
    return f"{schema.get('description', '')}{unit}"
