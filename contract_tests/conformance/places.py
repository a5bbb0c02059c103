"""The places of the contract that a run can meet: what is described of each operation, in its requests and its responses."""

from collections.abc import Iterator, Mapping

from contract_tests.contract import Contract, Schema

Location = tuple[str, str]  # operation; a pointer below the status, /request or /parameters, or nothing for the operation itself
PARTS = ("operations", "parameters", "properties", "values", "statuses", "headers", "links")


def part_of(place: Location) -> str:
    """Return which of the parts a place belongs to."""
    _, *steps = place[1].split("/")
    if len(steps) < 2:
        return "statuses" if steps else "operations"
    if steps[0] == "parameters":
        return "parameters"
    if steps[1] in ("headers", "links"):
        return steps[1]
    return "values" if "=" in steps[-1] else "properties"


def places(contract: Contract, seen: Mapping[Location, int]) -> Iterator[Location]:
    """Return every place; of a response that was never seen it is just the status."""
    for operation in contract.operations.values():
        yield operation.id, ""
        yield from ((operation.id, f"/parameters/{name}") for name in operation.parameters)
        if (media := operation.bodies.get("application/json")) is not None:
            yield from ((operation.id, f"/request{pointer}") for pointer in _pointers(contract, media["schema"], ""))
        for status, definition in operation.responses.items():
            described = _described(contract, definition) if (operation.id, f"/{status}") in seen else iter([""])
            yield from ((operation.id, f"/{status}{pointer}") for pointer in described)


def _described(contract: Contract, definition: Schema) -> Iterator[str]:
    yield ""
    for name in definition.get("headers", {}):
        yield f"/headers/{name.lower()}"
    for media, content in definition.get("content", {}).items():
        if media == "application/json":
            yield from _pointers(contract, content["schema"], "")
    yield from (f"/links/{name}" for name in definition.get("links", {}))


def _pointers(contract: Contract, schema: Schema, pointer: str) -> Iterator[str]:
    schema = contract.resolve(schema)
    for name, inner in schema.get("properties", {}).items():
        yield f"{pointer}/{name}"
        yield from _pointers(contract, inner, f"{pointer}/{name}")
    if isinstance(schema.get("items"), dict):
        yield from _pointers(contract, schema["items"], f"{pointer}/*")
    for value in schema.get("enum", []):
        yield f"{pointer}={value}"
