"""Rules for schemas: nothing unbounded, nothing undecided, no two properties with one name in Python."""

import re
from collections import defaultdict
from collections.abc import Iterator

from contract_tests.contract.document import Contract, Schema
from contract_tests.contract.lint.flaw import Flaw, Place, places
from contract_tests.messages import shown

_BOUNDS = ("maxLength", "enum", "const")
_SHAPES = ("type", "$ref", "enum", "const", "oneOf", "anyOf", "allOf")
# A pattern that bounds a string passes no text of 10,000 characters, whatever the characters.
_ODD_TEXTS = tuple((odd * 10_000)[:10_000] for odd in ("åß猫🧾€\u00a0\u202e", "Ω\"'`\\<>&;%\x7f", "\t\n\u2028é"))
_OWN_FORMATS = ("eve-where", "eve-projection", "uri-reference")  # checked by exact.FORMATS
_SCALARS = ("string", "number", "integer", "boolean")
_ORE = "0.01"
_PRICE = "SEK per unit"  # may have more decimals than an amount


def schema_flaws(contract: Contract) -> Iterator[Flaw]:
    """Return the flaws of all schemas."""
    for place in places(contract):
        if not place.partly:
            yield from _typed(place)
            yield from _string(place)
            yield from _object(place)
            yield from _number(place)
            yield from _enum(place)
            yield from _python_names(place)
            yield from _properties(contract, place)
        yield from _example(contract, place)


def _typed(place: Place) -> Iterator[Flaw]:
    if not any(key in place.schema for key in _SHAPES) and not _reasoned(place.schema):
        yield Flaw("typed", place.pointer, "give it a type, or say in x-no-limit-because why none is known")


def _string(place: Place) -> Iterator[Flaw]:
    kinds = place.schema.get("type")
    if "string" in (kinds if isinstance(kinds, list) else [kinds]) and not _bounded(place.schema):
        says = "give it a maxLength, enum, const or a pattern that not everything passes, or say why not in x-no-limit-because"
        yield Flaw("bounded strings", place.pointer, says)


def _bounded(schema: Schema) -> bool:
    known = any(key in schema for key in _BOUNDS) or schema.get("format") in _OWN_FORMATS
    return known or _reasoned(schema) or ("pattern" in schema and _binds(schema["pattern"]))


def _reasoned(schema: Schema) -> bool:
    return bool(str(schema.get("x-no-limit-because") or "").strip())


def _binds(pattern: str) -> bool:
    return not any(re.search(pattern, text) for text in _ODD_TEXTS)


def _object(place: Place) -> Iterator[Flaw]:
    schema = place.schema
    if schema.get("type") == "object" and "additionalProperties" not in schema and "contentSchema" not in place.pointer:
        yield Flaw("decided openness", place.pointer, "say with additionalProperties whether other properties may come")
    unknown = [name for name in schema.get("required", []) if name not in schema.get("properties", {})]
    if schema.get("type") == "object" and unknown:
        yield Flaw("decided openness", place.pointer, f"required names properties that are not described: {', '.join(unknown)}")


def _number(place: Place) -> Iterator[Flaw]:
    schema = place.schema
    if schema.get("type") != "number":
        return
    if "x-unit" not in schema:
        yield Flaw("units", place.pointer, "say in x-unit what the number counts")
    unit = str(schema.get("x-unit"))
    if "SEK" in unit and unit != _PRICE and str(schema.get("multipleOf")) != _ORE:
        yield Flaw("units", place.pointer, f"money is whole öre: multipleOf {_ORE}; a price has the x-unit {_PRICE}")
    if schema.get("format") != "decimal":
        yield Flaw("units", place.pointer, "format: decimal, or the client reads it as a binary fraction")


def _enum(place: Place) -> Iterator[Flaw]:
    if "enum" in place.schema and not ({"x-open-enum", "x-closed-enum"} & place.schema.keys()):
        yield Flaw("decided openness", place.pointer, "say with x-open-enum or x-closed-enum, and why, if other values may come")


def python_name(name: str, schema: dict[str, str]) -> str:
    """Return the attribute name that the generator makes of a property."""
    return schema.get("x-python-name") or name.lstrip("_")


def _python_names(place: Place) -> Iterator[Flaw]:
    names = defaultdict(list)
    for name, inner in place.schema.get("properties", {}).items():
        names[python_name(name, inner)].append(name)
    for python, wire in names.items():
        if len(wire) > 1:
            says = f"{' and '.join(wire)} both become {python}; settle it with x-python-name"
            yield Flaw("names in Python", place.pointer, says)


def _properties(contract: Contract, place: Place) -> Iterator[Flaw]:
    for name, inner in place.schema.get("properties", {}).items():
        schema, pointer = contract.resolve(inner), f"{place.pointer}/properties/{name}"
        if not schema.get("description"):
            yield Flaw("described", pointer, "one line of description")
        if schema.get("type") in _SCALARS and not schema.get("examples"):
            yield Flaw("described", pointer, "an example")
        money = name.endswith(("amount", "price", "price_excluding_vat", "capital", "capital_to_claim"))
        if money and "$ref" not in inner:
            yield Flaw("units", pointer, "refer to Money")


def _example(contract: Contract, place: Place) -> Iterator[Flaw]:
    schema = contract.resolve(place.schema)
    if "example" in schema:
        yield Flaw("true examples", place.pointer, "examples, a list: OpenAPI 3.1 deprecates example in schemas")
    for example in schema.get("examples", []):
        for broken in contract.violations(place.schema, example):
            says = f"its example {shown(example)}: {broken.pointer} is {broken.seen}, not {broken.expected}"
            yield Flaw("true examples", place.pointer, says)
