"""Compares a document with its schema in one traversal; the check for each JSON Schema keyword is passed in as a rule."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from amili_api.contract.schemas import SCHEMAS

from amili._errors import safe_name

Schema = Mapping[str, Any]
Path = tuple[str | int, ...]
Rule = Callable[[Schema, Any], str | None]  # of a keyword: returns what is wrong with a value, or None

MISSING, UNDOCUMENTED_PROPERTY, UNDOCUMENTED_VALUE = "missing property", "undocumented property", "undocumented value"
STRUCTURE = {"properties", "required", "additionalProperties", "items", "anyOf", "open", "partial"}  # handled here, not by rules


@dataclass(frozen=True)
class Comparison:
    """How documents are compared with schemas.

    `projected` means that properties may have been left out by a projection. The pointers of the documented properties and values
    that occur are added to `seen`.
    """

    rules: Mapping[str, Rule]
    projected: bool = False
    seen: set[str] | None = None

    def differences(self, schema: Schema | str, value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
        """Yield each difference between a value and its schema, with its path; for one path only the first broken rule.

        A string stands for the schema of that name.
        """
        schema = SCHEMAS[schema] if isinstance(schema, str) else schema
        for keyword, rule in self.rules.items():
            if keyword in schema and not (keyword == "enum" and schema.get("open")) and (problem := rule(schema, value)):
                yield path, problem
                break
        if "anyOf" in schema and all(next(Comparison(self.rules).differences(each, value), None) for each in schema["anyOf"]):
            yield path, "wrong value"
        if isinstance(value, dict):
            yield from self._properties(schema, value, path)
        elif isinstance(value, list) and "items" in schema:
            for position, item in enumerate(value):
                yield from self.differences(schema["items"], item, (*path, position))
        elif isinstance(value, str) and "enum" in schema:
            if value not in schema["enum"] and schema.get("open"):
                yield path, UNDOCUMENTED_VALUE
            elif self.seen is not None and value in schema["enum"]:
                self.seen.add(f"{pointer(path)}={value}")

    def _properties(self, schema: Schema, document: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
        required = schema.get("partial" if self.projected and "partial" in schema else "required", ())
        yield from (((*path, name), MISSING) for name in required if name not in document)
        properties, free = schema.get("properties", {}), schema.get("additionalProperties", True)
        for name, value in document.items():
            if name in properties:
                if self.seen is not None:
                    self.seen.add(pointer((*path, name)))
                yield from self.differences(properties[name], value, (*path, name))
            elif not isinstance(free, bool):  # a map whose keys may be data
                yield from self.differences(free, value, (*path, "*"))
            elif properties:
                yield (*path, safe_name(str(name), "*")), UNDOCUMENTED_PROPERTY


def pointer(path: Path) -> str:
    """Return a path as a JSON pointer; every list position is a star."""
    return "".join("/*" if isinstance(part, int) else f"/{part}" for part in path)


def pointers(schema: Schema | str, base: str = "") -> Iterator[str]:
    """Yield the pointers of all properties and values that a schema describes."""
    schema = SCHEMAS[schema] if isinstance(schema, str) else schema
    for name, inner in schema.get("properties", {}).items():
        yield f"{base}/{name}"
        yield from pointers(inner, f"{base}/{name}")
    if "items" in schema:
        yield from pointers(schema["items"], f"{base}/*")
    yield from (f"{base}={value}" for value in schema.get("enum", ()))
