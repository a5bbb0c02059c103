"""Drift, both ways: what is seen and not described, and what is described and never seen, counted per JSON pointer.

The client counts the same of live traffic (`amili.Drift`), with code of its own and without values; a test compares the two.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from contract_tests.conformance.exchange import check_request, check_response
from contract_tests.conformance.links import FollowedLinks
from contract_tests.conformance.places import Location
from contract_tests.contract import Contract, Operation, Schema
from contract_tests.findings import Finding, fact, repeatable
from contract_tests.messages import Exchange, NotStrictJson, any_position, loads, shown

# Headers that are not specific to this API: any server or proxy may send them.
PLAIN_HEADERS = {
    "age", "allow", "alt-svc", "cache-control", "connection", "content-encoding", "content-length", "content-security-policy",
    "content-type", "date", "etag", "expires", "keep-alive", "last-modified", "pragma", "referrer-policy", "server",
    "strict-transport-security", "transfer-encoding", "vary", "via", "x-content-type-options", "x-frame-options",
    "x-cloud-trace-context", "x-request-id",
}  # fmt: skip
DeviationKey = tuple[
    str, str, str, str
]  # operation, rule in a status, pointer, and the value if it is the value that is not described


@dataclass(frozen=True)
class Observation:
    """One thing in a response: a property, a value of a list, or a header; and whether the contract describes it."""

    pointer: str
    kind: str
    described: bool
    value: str = ""


class Observations:
    """Counts what a run saw, response by response."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.seen: Counter[Location] = Counter()
        self.found: Counter[DeviationKey] = Counter()
        self.sent_wrong: set[Location] = set()  # the places of requests that were wrong, in this suite always on purpose
        self.samples: dict[Location, Exchange] = {}  # for each place that was seen, a response that breaks nothing
        self._links = FollowedLinks(contract)

    def observe(self, exchange: Exchange, broken: Sequence[Finding] | None = None) -> list[Finding]:
        """Count one exchange; returns a finding for each thing that is seen for the first time and not described.

        What breaks a rule of the contract is counted as well; `check_response` reports it, here if it was not called before.
        """
        operation = self.contract.find(exchange.method, exchange.path)
        if operation is None:
            return []
        definition = operation.response(exchange.status)
        broken = check_response(self.contract, exchange) if broken is None else broken
        for finding in broken:
            self.found[operation.id, finding.rule, _starred(self.contract, definition, finding.pointer), ""] += 1
        if definition is None:
            return []
        self._note_request(operation, exchange)
        unaccepted = []
        for seen in things(self.contract, definition, exchange):
            if seen.described:
                place = (operation.id, f"/{operation.key(exchange.status)}{seen.pointer}")
                self.seen[place] += 1
                if not broken:
                    self.samples.setdefault(place, exchange)
                continue
            rule = f"undocumented {seen.kind} in {exchange.status}"
            kind = (operation.id, rule, seen.pointer, seen.value if seen.kind == "value" else "")
            self.found[kind] += 1
            if self.found[kind] == 1:
                expected = "only what the contract describes"
                unaccepted.append(Finding(operation.id, rule, seen.pointer, expected, seen.value, rests_on=fact("nothing_else")))
        return repeatable(unaccepted, exchange)

    def _note_request(self, operation: Operation, exchange: Exchange) -> None:
        """Count the places that an accepted request exercises and the links it follows, and note those that were wrong."""
        for finding in check_request(self.contract, exchange):
            step = {"request-parameter": "parameters", "request-body": "request"}.get(finding.rule)
            if step is not None:
                self.sent_wrong.add((operation.id, f"/{step}{any_position(finding.pointer.removeprefix('/query'))}"))
        if 400 <= exchange.status < 500:
            self.sent_wrong.add((operation.id, ""))
        if exchange.status >= 300:
            return
        self.seen.update((operation.id, pointer) for pointer in _exercised(self.contract, operation, exchange))
        self.seen.update(self._links.by(operation, exchange))


def _exercised(contract: Contract, operation: Operation, exchange: Exchange) -> Iterator[str]:
    """Return the places that an accepted request exercises."""
    yield ""
    sent = {name for name, _ in exchange.query}
    yield from (f"/parameters/{name}" for name, each in operation.parameters.items() if name in sent or each["in"] == "path")
    if (media := operation.bodies.get("application/json")) is not None:
        with suppress(NotStrictJson):  # a wrong server may accept what is none
            document = loads(exchange.request_body)
            yield from (f"/request{thing.pointer}" for thing in walk(contract, media["schema"], document, "") if thing.described)


def _starred(contract: Contract, definition: Schema | None, pointer: str) -> str:
    """Return a pointer with a star for each position in a list, and for the rest of it where the keys are the server's own."""
    schema = ((definition or {}).get("content", {}).get("application/json") or {}).get("schema", {})
    steps: list[str] = []
    for step in pointer.split("/")[1:]:
        schema = contract.resolve(schema)
        if isinstance(schema.get("additionalProperties"), dict) and step not in schema.get("properties", {}):
            return "/".join(["", *steps, "*"])
        listed = "items" in schema and step.isdigit()
        schema = schema["items"] if listed else schema.get("properties", {}).get(step, {})
        steps.append("*" if listed else step)
    return "".join(f"/{step}" for step in steps)


def things(contract: Contract, definition: Schema, exchange: Exchange) -> Iterator[Observation]:
    """Return everything in a response that the contract could describe."""
    yield Observation("", "status", described=True)
    described = {header.lower() for header in definition.get("headers", {})}
    for name in exchange.headers:
        if name in described or name not in PLAIN_HEADERS:
            yield Observation(f"/headers/{name}", "header", described=name in described, value=name)
    media = definition.get("content", {}).get(exchange.content_type)
    if media is None or exchange.content_type != "application/json":
        return
    try:
        document = exchange.document
    except NotStrictJson:
        return
    yield from walk(contract, media["schema"], document, "")


def undescribed(contract: Contract, schema: Schema, value: Any, pointer: str) -> Iterator[str]:
    """Return the pointer of every property of a document that a schema does not describe."""
    yield from (
        thing.pointer for thing in walk(contract, schema, value, pointer) if thing.kind == "property" and not thing.described
    )


def walk(contract: Contract, schema: Schema, value: Any, pointer: str) -> Iterator[Observation]:
    """Return every property and listed value of a document, each with whether the schema describes it."""
    schema = contract.resolve(schema)
    if isinstance(value, Mapping):
        yield from _properties(contract, schema, value, pointer)
    elif isinstance(value, list) and "items" in schema:
        for item in value:
            yield from walk(contract, schema["items"], item, f"{pointer}/*")
    elif "enum" in schema and value in schema["enum"]:
        yield Observation(f"{pointer}={value}", "value", described=True)
    elif "x-open-enum" in schema and isinstance(value, str):
        yield Observation(pointer, "value", described=False, value=shown(value))


def _properties(contract: Contract, schema: Schema, value: Mapping[str, Any], pointer: str) -> Iterator[Observation]:
    described, other = schema.get("properties", {}), schema.get("additionalProperties")
    for name, inner in value.items():
        if name in described:
            yield Observation(f"{pointer}/{name}", "property", described=True)
            yield from walk(contract, described[name], inner, f"{pointer}/{name}")
        elif not isinstance(other, dict) and (described or other is False):
            yield Observation(f"{pointer}/{name}", "property", described=False, value=name)
