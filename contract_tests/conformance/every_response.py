"""Invariants of every response: plain UTF-8, no secret, and an error body with the status of the response."""

from collections.abc import Iterator

from contract_tests.findings import Finding, fact
from contract_tests.messages import Exchange, NotStrictJson

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def response_invariants(operation: str, exchange: Exchange, secret: str) -> Iterator[Finding]:
    """Return what is wrong with a response in itself; `secret` is the token that was sent."""
    charset = exchange.headers.get("content-type", "").lower().partition("charset=")[2].strip('" ')
    if charset not in ("", "utf-8"):
        expected = "utf-8, or no charset at all"
        yield Finding(operation, "text is UTF-8", "/headers/Content-Type", expected, charset, rests_on=fact("json"))
    try:
        exchange.body.decode("utf-8")
    except UnicodeDecodeError as problem:
        seen = f"bytes that are not: {problem.reason}"
        yield Finding(operation, "text is UTF-8", "", "UTF-8", seen, rests_on=fact("json"))
    if exchange.body.startswith(_BYTE_ORDER_MARK) or b"\x00" in exchange.body:
        seen = "a byte order mark, or another encoding"
        yield Finding(operation, "text is UTF-8", "", "plain UTF-8", seen, rests_on=fact("json"))
    if secret and (secret.encode() in exchange.body or any(secret in value for value in exchange.headers.values())):
        rule, seen = "a response does not repeat the token", "the token that was sent"
        yield Finding(operation, rule, "", "no secret", seen, rests_on=fact("no_token_in_responses"))
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
        rule, expected = "an error says its own status", str(exchange.status)
        yield Finding(operation, rule, "/_error/code", expected, str(code), rests_on=fact("own_status"))
