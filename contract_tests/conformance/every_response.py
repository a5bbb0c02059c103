"""Invariants of every response: plain UTF-8, no secret, and an error body with the status of the response."""

from collections.abc import Iterator

from contract_tests.findings import Finding
from contract_tests.messages import Exchange, NotStrictJson

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def response_invariants(operation: str, exchange: Exchange, secret: str) -> Iterator[Finding]:
    """Return what is wrong with a response in itself; `secret` is the token that was sent."""
    charset = exchange.headers.get("content-type", "").lower().partition("charset=")[2].strip('" ')
    if charset not in ("", "utf-8"):
        yield Finding(operation, "text is UTF-8", "/headers/Content-Type", "utf-8, or no charset at all", charset)
    try:
        exchange.body.decode("utf-8")
    except UnicodeDecodeError as problem:
        yield Finding(operation, "text is UTF-8", "", "UTF-8", f"bytes that are not: {problem.reason}")
    if exchange.body.startswith(_BYTE_ORDER_MARK) or b"\x00" in exchange.body:
        yield Finding(operation, "text is UTF-8", "", "plain UTF-8", "a byte order mark, or another encoding")
    if secret and (secret.encode() in exchange.body or any(secret in value for value in exchange.headers.values())):
        yield Finding(operation, "a response does not repeat the token", "", "no secret", "the token that was sent")
    yield from _own_status(operation, exchange)


def _own_status(operation: str, exchange: Exchange) -> Iterator[Finding]:
    if exchange.status < 400 or exchange.content_type != "application/json":
        return
    try:
        document = exchange.document
    except NotStrictJson:
        return
    error = document.get("_error") if isinstance(document, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if code is not None and code != exchange.status:
        yield Finding(operation, "an error says its own status", "/_error/code", str(exchange.status), str(code))
