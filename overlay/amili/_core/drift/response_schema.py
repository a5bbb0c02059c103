"""Compares a response with the contract: status, headers, media type and body. No value is returned."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from amili_api.contract.responses import RESPONSES

from amili._core.drift.rules import RULES
from amili._core.engine import Response
from amili._core.schema import Comparison, pointer, pointers
from amili._errors import safe_name

# Headers of HTTP, of proxies and of the framework, which the contract does not list.
STANDARD_HEADERS = {
    "age", "allow", "alt-svc", "cache-control", "connection", "content-encoding", "content-length", "content-security-policy",
    "content-type", "date", "etag", "expires", "keep-alive", "last-modified", "pragma", "referrer-policy", "server",
    "strict-transport-security", "transfer-encoding", "vary", "via", "x-content-type-options", "x-frame-options",
    "x-cloud-trace-context", "x-request-id",
}  # fmt: skip


def compare_response(operation: str, key: str, response: Response, projected: bool, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each rule that a response breaks, with the JSON pointer; the documented pointers it has are added to `seen`."""
    documented = RESPONSES[operation][key]
    seen.add("")
    for name, text in response.headers.items():
        schema = documented["headers"].get(name)
        if schema is not None:
            seen.add(f"/headers/{name}")
            value = _integer(text) if schema["type"] == "integer" else text
            yield from ((rule, f"/headers/{name}") for _, rule in Comparison(RULES).differences(schema, value))
        elif name not in STANDARD_HEADERS:
            yield "undocumented header", f"/headers/{safe_name(name, '*')}"
    media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in documented["content"]:
        yield "wrong content type", ""
    elif media == "application/json":
        try:
            document = json.loads(response.content, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_object)
        except (ValueError, ArithmeticError, RecursionError):
            yield "no strict JSON", ""
            return
        comparison = Comparison(RULES, projected, seen)
        yield from ((rule, pointer(path)) for path, rule in comparison.differences(documented["content"][media], document))


def response_pointers(operation: str, key: str) -> Iterator[str]:
    """Yield the pointers of everything that the contract describes of a response."""
    documented = RESPONSES[operation][key]
    yield ""
    yield from (f"/headers/{name}" for name in documented["headers"])
    for schema in documented["content"].values():
        yield from pointers(schema)


def status_key(operation: str, status: int) -> str | None:
    """Return the key of a status in the contract (200, 5XX), or None if the contract does not list it for the operation."""
    return next((key for key in (str(status), f"{status // 100}XX", "default") if key in RESPONSES[operation]), None)


def _integer(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("an object has a duplicate key")
    return document
