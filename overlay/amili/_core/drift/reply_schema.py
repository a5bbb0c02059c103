"""Compares a reply with the tables of the contract in `amili_api.contract`, place by place; no value leaves here."""

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from amili_api.contract.replies import REPLIES
from amili_api.contract.schemas import SCHEMAS

from amili._core.drift.rules import Schema, checks
from amili._core.engine import Response
from amili._errors import safe_name

Violations = list[tuple[str, str]]  # rules that are broken, each with the JSON pointer where

# Headers of HTTP itself, of proxies and of the framework's machinery, which no contract lists.
STANDARD_HEADERS = {
    "age", "allow", "alt-svc", "cache-control", "connection", "content-encoding", "content-length", "content-security-policy",
    "content-type", "date", "etag", "expires", "keep-alive", "last-modified", "pragma", "referrer-policy", "server",
    "strict-transport-security", "transfer-encoding", "vary", "via", "x-content-type-options", "x-frame-options",
    "x-cloud-trace-context", "x-request-id",
}  # fmt: skip


class SchemaNode:
    """One place in a reply: what may stand there, and the places below it."""

    def __init__(self, schema: Schema | str, pointer: str, projected: bool) -> None:
        schema = SCHEMAS[schema] if isinstance(schema, str) else schema
        self.pointer = pointer
        self._checks = tuple(checks(schema))
        self._options = schema.get("anyOf", ())
        self._values, self._open = {value: f"{pointer}={value}" for value in schema.get("enum", ())}, schema.get("open", False)
        below = schema.get("properties", {})
        self._properties = {name: SchemaNode(inner, f"{pointer}/{name}", projected) for name, inner in below.items()}
        required = schema.get("partial" if projected and "partial" in schema else "required", ())
        self._required = tuple((name, f"{pointer}/{name}") for name in required)
        # A map with keys of its own is told of as one place: its keys may be anything, also data.
        free = schema.get("additionalProperties", True)
        self._free = None if isinstance(free, bool) else SchemaNode(free, f"{pointer}/*", projected)
        self._item = SchemaNode(schema["items"], f"{pointer}/*", projected) if "items" in schema else None

    def compare(self, value: Any, seen: set[str], found: Violations) -> None:
        """Note what of the contract is seen in a value, and what is found that the contract does not say."""
        for rule, fits in self._checks:
            if not fits(value):
                found.append((rule, self.pointer))
                break
        if self._options and not any(_fits(option, value) for option in self._options):
            found.append(("wrong value", self.pointer))
        if isinstance(value, dict):
            self._hold_properties(value, seen, found)
        elif isinstance(value, list) and self._item is not None:
            for item in value:
                self._item.compare(item, seen, found)
        elif isinstance(value, str):
            if value in self._values:
                seen.add(self._values[value])
            elif self._open:
                found.append(("undocumented value", self.pointer))

    def _hold_properties(self, document: dict[str, Any], seen: set[str], found: Violations) -> None:
        found += [("missing property", pointer) for name, pointer in self._required if name not in document]
        for name, inner in document.items():
            place = self._properties.get(name)
            if place is not None:
                seen.add(place.pointer)
                place.compare(inner, seen, found)
            elif self._free is not None:
                self._free.compare(inner, seen, found)
            elif self._properties:
                found.append(("undocumented property", f"{self.pointer}/{safe_name(name, '*')}"))

    def pointers(self) -> Iterator[str]:
        """Return the pointers of everything that the contract describes below here."""
        for place in self._properties.values():
            yield place.pointer
            yield from place.pointers()
        if self._item is not None:
            yield from self._item.pointers()
        yield from self._values.values()


def _fits(schema: Schema | str, value: Any) -> bool:
    found: Violations = []
    SchemaNode(schema, "", False).compare(value, set(), found)
    return not found


class Reply:
    """What the contract says of an operation's reply with one status."""

    def __init__(self, schema: Schema, projected: bool) -> None:
        self._headers = {name: SchemaNode(schema, f"/headers/{name}", projected) for name, schema in schema["headers"].items()}
        self._whole = {name for name, schema in schema["headers"].items() if schema["type"] == "integer"}
        self._bodies = {media: SchemaNode(schema, "", projected) for media, schema in schema["content"].items()}

    def compare(self, response: Response, seen: set[str], found: Violations) -> None:
        """Note what of the contract is seen in a reply, and what is found that the contract does not say."""
        seen.add("")
        for name, text in response.headers.items():
            place = self._headers.get(name)
            if place is not None:
                seen.add(place.pointer)
                place.compare(_whole(text) if name in self._whole else text, seen, found)
            elif name not in STANDARD_HEADERS:
                found.append(("undocumented header", f"/headers/{safe_name(name, '*')}"))
        media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in self._bodies:
            found.append(("wrong content type", ""))
        elif media == "application/json":
            try:
                document = json.loads(response.content, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_object)
            except (ValueError, ArithmeticError, RecursionError):
                found.append(("no strict JSON", ""))
            else:
                self._bodies[media].compare(document, seen, found)

    def pointers(self) -> Iterator[str]:
        """Return the pointers of everything that the contract describes."""
        yield ""
        yield from (place.pointer for place in self._headers.values())
        yield from (pointer for body in self._bodies.values() for pointer in body.pointers())


@cache
def reply(operation: str, key: str, projected: bool = False) -> Reply:
    """Return what the contract says of a reply; under a projection properties may be missing."""
    return Reply(REPLIES[operation][key], projected)


def status_key(operation: str, status: int) -> str | None:
    """Return the key under which the contract knows a status of an operation (200, 5XX), or None if it does not."""
    return next((key for key in (str(status), f"{status // 100}XX", "default") if key in REPLIES[operation]), None)


def _whole(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return document
