"""What the linter finds, and the walk over all schemas of a contract on which its rules stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.contract.document import Contract, Schema
from contract_tests.messages import step

_HOLDERS = ("properties", "patternProperties", "$defs")
_SINGLE = ("items", "additionalProperties", "not", "contentSchema", "unevaluatedProperties", "propertyNames")
_LISTS = ("oneOf", "anyOf", "allOf", "prefixItems")


@dataclass(frozen=True)
class Flaw:
    """One breach of a rule."""

    rule: str
    pointer: str
    says: str

    def __str__(self) -> str:
        return f"{self.rule} at {self.pointer}: {self.says}"


@dataclass(frozen=True)
class Place:
    """A schema and where in the contract it stands; `partly` marks one that only restricts another, as inside oneOf."""

    pointer: str
    schema: Schema
    partly: bool = False


def places(contract: Contract) -> Iterator[Place]:
    """Return every schema of the contract, the inner ones after the outer ones."""
    components: dict[str, Any] = contract.document["components"]
    for name, schema in components["schemas"].items():
        yield from inside(Place(f"/components/schemas{step(name)}", schema))
    for name, header in components.get("headers", {}).items():
        yield from inside(Place(f"/components/headers{step(name)}/schema", header["schema"]))
    for name, response in components.get("responses", {}).items():
        yield from _contents(f"/components/responses{step(name)}", response)
    for operation in contract.operations.values():
        for name, parameter in operation.parameters.items():
            yield from inside(Place(f"{operation.pointer}/parameters{step(name)}/schema", parameter["schema"]))
        yield from _contents(f"{operation.pointer}/requestBody", {"content": operation.bodies})
        responses = contract.document["paths"][operation.path][operation.method.lower()]["responses"]
        for status, response in responses.items():
            if "$ref" not in response:
                yield from _contents(f"{operation.pointer}/responses/{status}", response)
                yield from _headers(f"{operation.pointer}/responses/{status}", response)


def _headers(pointer: str, holder: Schema) -> Iterator[Place]:
    for name, header in holder.get("headers", {}).items():
        if "$ref" not in header:
            yield from inside(Place(f"{pointer}/headers{step(name)}/schema", header["schema"]))


def _contents(pointer: str, holder: Schema) -> Iterator[Place]:
    for media, content in holder.get("content", {}).items():
        yield from inside(Place(f"{pointer}/content{step(media)}/schema", content["schema"]))


def inside(place: Place) -> Iterator[Place]:
    """Return a schema and every schema in it."""
    yield place
    for key in _HOLDERS:
        for name, inner in place.schema.get(key, {}).items():
            yield from inside(Place(f"{place.pointer}/{key}{step(name)}", inner, place.partly))
    for key in _SINGLE:
        if isinstance(place.schema.get(key), dict):
            yield from inside(Place(f"{place.pointer}/{key}", place.schema[key], place.partly or key == "not"))
    for key in _LISTS:
        for position, inner in enumerate(place.schema.get(key, [])):
            partly = place.partly or "type" in place.schema
            yield from inside(Place(f"{place.pointer}/{key}/{position}", inner, partly))
