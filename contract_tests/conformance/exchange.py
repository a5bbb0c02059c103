"""Checks one exchange against the contract, in both directions."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from contract_tests.contract import Contract, Operation, Schema, Violation
from contract_tests.findings import Finding, repeatable
from contract_tests.messages import Exchange, NotStrictJson, curl, loads, media_type


def check_exchange(contract: Contract, exchange: Exchange) -> list[Finding]:
    """Return everything about an exchange that the contract does not allow."""
    return check_request(contract, exchange) + check_response(contract, exchange)


def check_request(contract: Contract, exchange: Exchange) -> list[Finding]:
    """Return what the contract does not allow in the request."""
    operation = contract.find(exchange.method, exchange.path)
    if operation is None:
        return [_unknown_operation(exchange)]
    findings = [*_query(contract, operation, exchange), *_request_body(contract, operation, exchange)]
    if "x-api-key" not in exchange.request_headers:
        findings.append(Finding(operation.id, "request-token", "", "a token in the header X-API-Key", "none"))
    return repeatable(findings, exchange)


def check_response(contract: Contract, exchange: Exchange) -> list[Finding]:
    """Return what the contract does not allow in the response."""
    operation = contract.find(exchange.method, exchange.path)
    if operation is None:
        return [_unknown_operation(exchange)]
    definition = operation.response(exchange.status)
    if definition is None:
        known, rule = ", ".join(operation.responses), f"undocumented status in {exchange.status}"
        return repeatable([Finding(operation.id, rule, "", f"a status of {known}", str(exchange.status))], exchange)
    contract = contract.under_projection if any(name == "projection" for name, _ in exchange.query) else contract
    findings = [*_headers(contract, operation, definition, exchange), *_reply_body(contract, operation, definition, exchange)]
    return repeatable(findings, exchange)


def _broken(contract: Contract, operation: str, status: int, schema: Schema, document: Any) -> Iterator[Finding]:
    """Return one finding for each place of a response that breaks a schema: the first rule there, the type before others."""
    first: dict[str, Violation] = {}
    for broken in contract.violations(schema, document):
        if broken.pointer not in first or _rank(broken) < _rank(first[broken.pointer]):
            first[broken.pointer] = broken
    for broken in first.values():
        rule = _RULES.get(broken.keyword, _OTHER_RULE)
        yield Finding(operation, f"{rule} in {status}", broken.pointer, broken.expected, broken.seen)


def _rank(broken: Violation) -> int:
    return [*_RULES, broken.keyword].index(broken.keyword)


# The names of the JSON Schema keywords, here and in the client's Drift.
_RULES = {"type": "wrong type", "pattern": "wrong format", "format": "wrong format", "required": "missing property"}
_OTHER_RULE = "wrong value"


def _unknown_operation(exchange: Exchange) -> Finding:
    path = urlsplit(exchange.url).path
    return Finding(f"{exchange.method} {path}", "operation", "", "an operation of the contract", "none that fits", curl(exchange))


def _query(contract: Contract, operation: Operation, exchange: Exchange) -> Iterator[Finding]:
    names = [name for name, _ in exchange.query]
    for name, text in exchange.query:
        pointer = f"/query/{name}"
        if name not in operation.parameters:
            known = ", ".join(operation.parameters) or "no query parameter at all"
            yield Finding(operation.id, "request-parameter", pointer, known, f"the unknown parameter {name}")
            continue
        if names.count(name) > 1:
            yield Finding(operation.id, "request-parameter", pointer, "the parameter once", f"{names.count(name)} times")
        schema = contract.resolve(operation.parameters[name]["schema"])
        for broken in contract.violations(schema, _typed(schema, text)):
            yield Finding(operation.id, "request-parameter", pointer + broken.pointer, broken.expected, broken.seen)


def _typed(schema: Schema, text: str) -> Any:
    """Read the text of a parameter or a header as the type its schema names; text that can't be read stays text."""
    if schema.get("type") == "integer":
        try:
            return int(text)
        except ValueError:
            return text
    return text


def _request_body(contract: Contract, operation: Operation, exchange: Exchange) -> Iterator[Finding]:
    if not operation.bodies:
        if exchange.request_body:
            yield Finding(operation.id, "request-body", "", "no body", f"{len(exchange.request_body)} bytes")
        return
    definition = operation.bodies.get(media_type(exchange.request_headers))
    if definition is None:
        seen = exchange.request_headers.get("content-type", "none")
        yield Finding(operation.id, "request-content-type", "", " or ".join(operation.bodies), seen)
        return
    try:
        document = loads(exchange.request_body)
    except NotStrictJson as problem:
        yield Finding(operation.id, "request-body", "", "strict JSON", str(problem))
    else:
        for broken in contract.violations(definition["schema"], document):
            yield Finding(operation.id, "request-body", broken.pointer, broken.expected, broken.seen)


def _reply_body(contract: Contract, operation: Operation, definition: Schema, exchange: Exchange) -> Iterator[Finding]:
    content: Mapping[str, Schema] = definition.get("content", {})
    media = content.get(exchange.content_type)
    if media is None:
        rule, seen = f"wrong content type in {exchange.status}", exchange.headers.get("content-type", "none")
        yield Finding(operation.id, rule, "", " or ".join(content) or "no body", seen)
    elif exchange.content_type == "application/json":
        try:
            document = exchange.document
        except NotStrictJson as problem:
            yield Finding(operation.id, f"no strict JSON in {exchange.status}", "", "strict JSON", str(problem))
        else:
            yield from _broken(contract, operation.id, exchange.status, media["schema"], document)


def _headers(contract: Contract, operation: Operation, definition: Schema, exchange: Exchange) -> Iterator[Finding]:
    for name, header in definition.get("headers", {}).items():
        text, pointer = exchange.headers.get(name.lower()), f"/headers/{name.lower()}"
        resolved = contract.resolve(header)
        if text is None:
            if resolved.get("required"):
                yield Finding(
                    operation.id, f"missing header in {exchange.status}", pointer, "the header, which is required", "nothing"
                )
            continue
        schema = contract.resolve(resolved["schema"])
        for broken in _broken(contract, operation.id, exchange.status, schema, _typed(schema, text)):
            yield replace(broken, pointer=pointer)
