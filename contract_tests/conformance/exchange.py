"""Checks one exchange against the contract, in both directions. A finding rests on the x-source of what is broken."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from contract_tests.contract import Contract, Operation, Schema, Violation
from contract_tests.findings import Fact, Finding, contract_fact, fact, repeatable, weakest
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
        rests_on = _stated(contract, contract.document["components"]["securitySchemes"]["ApiKey"])
        findings.append(Finding(operation.id, "request-token", "", "a token in X-API-Key", "none", rests_on=rests_on))
    return repeatable(findings, exchange)


def check_response(contract: Contract, exchange: Exchange) -> list[Finding]:
    """Return what the contract does not allow in the response."""
    operation = contract.find(exchange.method, exchange.path)
    if operation is None:
        return [_unknown_operation(exchange)]
    definition = operation.response(exchange.status)
    if definition is None:
        known, rule = f"a status of {', '.join(operation.responses)}", f"undocumented status in {exchange.status}"
        found = Finding(operation.id, rule, "", known, str(exchange.status), rests_on=fact("nothing_else"))
        return repeatable([found], exchange)
    contract = contract.under_projection if any(name == "projection" for name, _ in exchange.query) else contract
    definition = {"x-source": _source(contract, operation), **definition}
    findings = [*_headers(contract, operation, definition, exchange), *_reply_body(contract, operation, definition, exchange)]
    return repeatable(findings, exchange)


def why_refused(contract: Contract, operation: str, body: Any) -> Fact:
    """Return the fact because of which a body must be refused; if it keeps every rule of the contract, that is an assumption."""
    known = contract.operations[operation]
    schema, source = known.bodies["application/json"]["schema"], _source(contract, known)
    broken = [_rests_on(contract, schema, each, source) for each in contract.violations(schema, body)]
    documented = [each for each in broken if each.kind == "document"]
    return documented[0] if documented else weakest(*broken) if broken else fact("unknown_ids")


def _source(contract: Contract, operation: Operation) -> str:
    source: str = contract.document["paths"][operation.path][operation.method.lower()].get("x-source", "assumed")
    return source


def _stated(contract: Contract, holder: Schema, aspect: str = "") -> Fact:
    """Return the fact that something of the contract states, or one aspect of it, if that has a source of its own."""
    says = " ".join(str(contract.resolve(holder).get("description", "the contract says so")).split())
    return contract_fact(str(holder.get(f"x-source-{aspect}", holder.get("x-source", "assumed"))), says)


def _rests_on(contract: Contract, schema: Schema, broken: Violation, source: str) -> Fact:
    place = f"the contract says so of {broken.pointer or 'the whole'}"
    return contract_fact(contract.source_of(schema, broken, source), f"{place} ({broken.keyword})")


def _broken(contract: Contract, operation: str, status: int, schema: Schema, document: Any, *, source: str) -> Iterator[Finding]:
    """Return one finding for each place of a response that breaks a schema: the first rule there, the type before others."""
    first: dict[str, Violation] = {}
    for broken in contract.violations(schema, document):
        if broken.pointer not in first or _rank(broken) < _rank(first[broken.pointer]):
            first[broken.pointer] = broken
    for broken in first.values():
        rule, rests_on = _RULES.get(broken.keyword, _OTHER_RULE), _rests_on(contract, schema, broken, source)
        yield Finding(operation, f"{rule} in {status}", broken.pointer, broken.expected, broken.seen, rests_on=rests_on)


def _rank(broken: Violation) -> int:
    return [*_RULES, broken.keyword].index(broken.keyword)


# The names of the JSON Schema keywords, here and in the client's Drift.
_RULES = {"type": "wrong type", "pattern": "wrong format", "format": "wrong format", "required": "missing property"}
_OTHER_RULE = "wrong value"


def _unknown_operation(exchange: Exchange) -> Finding:
    name, rests_on = f"{exchange.method} {urlsplit(exchange.url).path}", fact("operations")
    return Finding(name, "operation", "", "an operation of the contract", "none that fits", curl(exchange), rests_on=rests_on)


def _query(contract: Contract, operation: Operation, exchange: Exchange) -> Iterator[Finding]:
    names, rule = [name for name, _ in exchange.query], "request-parameter"
    for name, text in exchange.query:
        pointer = f"/query/{name}"
        if name not in operation.parameters:
            known, seen = ", ".join(operation.parameters) or "no query parameter at all", f"the unknown parameter {name}"
            yield Finding(operation.id, rule, pointer, known, seen, rests_on=fact("nothing_else"))
            continue
        parameter = operation.parameters[name]
        if names.count(name) > 1:
            seen, rests_on = f"{names.count(name)} times", _stated(contract, parameter)
            yield Finding(operation.id, rule, pointer, "the parameter once", seen, rests_on=rests_on)
        schema, sources = contract.resolve(parameter["schema"]), {key: parameter[key] for key in parameter if "x-source" in key}
        for broken in contract.violations(schema, _typed(schema, text)):
            rests_on = _rests_on(contract, {**schema, **sources}, broken, "assumed")
            yield Finding(operation.id, rule, pointer + broken.pointer, broken.expected, broken.seen, rests_on=rests_on)


def _typed(schema: Schema, text: str) -> Any:
    """Read the text of a parameter or a header as the type its schema names; text that can't be read stays text."""
    if schema.get("type") == "integer":
        try:
            return int(text)
        except ValueError:
            return text
    return text


def _request_body(contract: Contract, operation: Operation, exchange: Exchange) -> Iterator[Finding]:
    stated = contract_fact(_source(contract, operation), "the contract says what is sent")
    if not operation.bodies:
        if exchange.request_body:
            seen = f"{len(exchange.request_body)} bytes"
            yield Finding(operation.id, "request-body", "", "no body", seen, rests_on=stated)
        return
    definition = operation.bodies.get(media_type(exchange.request_headers))
    if definition is None:
        seen = exchange.request_headers.get("content-type", "none")
        yield Finding(operation.id, "request-content-type", "", " or ".join(operation.bodies), seen, rests_on=stated)
        return
    try:
        document = loads(exchange.request_body)
    except NotStrictJson as problem:
        yield Finding(operation.id, "request-body", "", "strict JSON", str(problem), rests_on=fact("json"))
    else:
        for broken in contract.violations(definition["schema"], document):
            rests_on = _rests_on(contract, definition["schema"], broken, stated.source)
            yield Finding(operation.id, "request-body", broken.pointer, broken.expected, broken.seen, rests_on=rests_on)


def _reply_body(contract: Contract, operation: Operation, definition: Schema, exchange: Exchange) -> Iterator[Finding]:
    content: Mapping[str, Schema] = definition.get("content", {})
    media = content.get(exchange.content_type)
    if media is None:
        rule, seen = f"wrong content type in {exchange.status}", exchange.headers.get("content-type", "none")
        rests_on = _stated(contract, definition, "content")
        yield Finding(operation.id, rule, "", " or ".join(content) or "no body", seen, rests_on=rests_on)
    elif exchange.content_type == "application/json":
        try:
            document = exchange.document
        except NotStrictJson as problem:
            rule = f"no strict JSON in {exchange.status}"
            yield Finding(operation.id, rule, "", "strict JSON", str(problem), rests_on=fact("json"))
        else:
            yield from _broken(contract, operation.id, exchange.status, media["schema"], document, source=definition["x-source"])


def _headers(contract: Contract, operation: Operation, definition: Schema, exchange: Exchange) -> Iterator[Finding]:
    for name, header in definition.get("headers", {}).items():
        text, pointer = exchange.headers.get(name.lower()), f"/headers/{name.lower()}"
        resolved = contract.resolve(header)
        if text is None:
            if resolved.get("required"):
                rule, expected = f"missing header in {exchange.status}", "the header, which is required"
                rests_on = _stated(contract, resolved, "required")
                yield Finding(operation.id, rule, pointer, expected, "nothing", rests_on=rests_on)
            continue
        schema = contract.resolve(resolved["schema"])
        source = str(resolved.get("x-source", definition["x-source"]))
        for broken in _broken(contract, operation.id, exchange.status, schema, _typed(schema, text), source=source):
            yield replace(broken, pointer=pointer)
