"""Drift, both ways: what is seen and not described, and what is described and never seen, counted per JSON pointer."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.contract import Contract, Operation, Schema
from contract_tests.exact import NotStrictJson
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, repeatable, shown

# Headers of HTTP itself, of proxies and of the framework's machinery, which no contract lists.
_PLAIN_HEADERS = {
    "age", "allow", "alt-svc", "cache-control", "connection", "content-encoding", "content-length", "content-security-policy",
    "content-type", "date", "etag", "expires", "keep-alive", "last-modified", "pragma", "referrer-policy", "server",
    "strict-transport-security", "transfer-encoding", "vary", "via", "x-content-type-options", "x-frame-options",
    "x-cloud-trace-context", "x-request-id",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One thing in a reply: a property, a value of a list, or a header; and whether the contract describes it."""

    pointer: str
    kind: str
    described: bool
    value: str = ""


class Observations:
    """Counts what a run saw, reply by reply."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.counts: Counter[tuple[str, str]] = Counter()
        self.undocumented: Counter[tuple[str, str, str]] = Counter()

    def observe(self, exchange: Exchange) -> list[Finding]:
        """Count one exchange; returns a finding for each thing that is seen for the first time and not described."""
        operation = self.contract.find(exchange.method, exchange.path)
        said = operation.response(exchange.status) if operation else None
        if operation is None or said is None:
            return []
        found = []
        for seen in _things(self.contract, said, exchange):
            pointer = f"/{exchange.status}{seen.pointer}"
            if seen.described:
                self.counts[operation.id, pointer] += 1
                continue
            rule = f"undocumented {seen.kind} in {exchange.status}"
            key = (operation.id, rule, f"{seen.pointer} {seen.value}".strip())
            self.undocumented[key] += 1
            if self.undocumented[key] == 1:
                found.append(Finding(operation.id, rule, seen.pointer, "only what the contract describes", seen.value))
        return repeatable(found, exchange)

    def never_seen(self) -> list[tuple[str, str]]:
        """Return the operation and pointer of everything that is described and never came; of a whole reply just its status."""
        missing = []
        for operation in self.contract.operations.values():
            for status, said in operation.responses.items():
                if not self._was_seen(operation, status, ""):
                    missing.append((operation.id, f"/{status}"))
                    continue
                for pointer in _described(self.contract, said):
                    if not self._was_seen(operation, status, pointer):
                        missing.append((operation.id, f"/{status}{pointer}"))
        return missing

    def _was_seen(self, operation: Operation, status: str, pointer: str) -> bool:
        return any(
            seen_by == operation.id and where.startswith(f"/{status[0]}") and where[4:] == pointer and _fits(status, where[1:4])
            for seen_by, where in self.counts
        )


def _fits(status: str, seen: str) -> bool:
    return all(wanted in (digit, "X") for wanted, digit in zip(status, seen, strict=True))


def _things(contract: Contract, said: Schema, exchange: Exchange) -> Iterator[Seen]:
    yield Seen("", "status", described=True)
    for name in exchange.headers:
        known = name in {header.lower() for header in said.get("headers", {})}
        if known or name not in _PLAIN_HEADERS:
            yield Seen(f"/headers/{name}", "header", described=known, value="" if known else name)
    media = said.get("content", {}).get(exchange.content_type)
    if media is None or exchange.content_type != "application/json":
        return
    try:
        document = exchange.document
    except NotStrictJson:
        return
    yield from walk(contract, media["schema"], document, "")


def walk(contract: Contract, schema: Schema, value: Any, pointer: str) -> Iterator[Seen]:
    """Return every property and listed value of a document, each with whether the schema describes it."""
    schema = contract.resolve(schema)
    if isinstance(value, Mapping):
        yield from _properties(contract, schema, value, pointer)
    elif isinstance(value, list) and "items" in schema:
        for item in value:
            yield from walk(contract, schema["items"], item, f"{pointer}/*")
    elif "enum" in schema:
        known = value in schema["enum"]
        yield Seen(f"{pointer}={value}" if known else pointer, "value", described=known, value=shown(value))


def _properties(contract: Contract, schema: Schema, value: Mapping[str, Any], pointer: str) -> Iterator[Seen]:
    described, other = schema.get("properties", {}), schema.get("additionalProperties")
    for name, inner in value.items():
        if name in described:
            yield Seen(f"{pointer}/{name}", "property", described=True)
            yield from walk(contract, described[name], inner, f"{pointer}/{name}")
        elif not isinstance(other, dict) and (described or other is False):
            yield Seen(f"{pointer}/{name}", "property", described=False, value=name)


def _described(contract: Contract, said: Schema) -> Iterator[str]:
    yield ""
    for name in said.get("headers", {}):
        yield f"/headers/{name.lower()}"
    for media, content in said.get("content", {}).items():
        if media == "application/json":
            yield from _pointers(contract, content["schema"], "")


def _pointers(contract: Contract, schema: Schema, pointer: str) -> Iterator[str]:
    schema = contract.resolve(schema)
    for name, inner in schema.get("properties", {}).items():
        yield f"{pointer}/{name}"
        yield from _pointers(contract, inner, f"{pointer}/{name}")
    if isinstance(schema.get("items"), dict):
        yield from _pointers(contract, schema["items"], f"{pointer}/*")
    for value in schema.get("enum", []):
        yield f"{pointer}={value}"
