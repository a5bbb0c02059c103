"""Invariants of every response: plain UTF-8, a date that can be read, no secret, and in an error its own status."""

import re
from collections.abc import Iterator

from contract_tests.findings import Finding, fact
from contract_tests.messages import Exchange, NotStrictJson, timestamp

_HTTP_DATE = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT")
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
    date = exchange.headers.get("date")
    if date is not None and not _is_http_date(date):
        expected = "a date such as Tue, 07 Oct 2025 07:41:01 GMT"
        yield Finding(operation, "headers can be read", "/headers/Date", expected, date, rests_on=fact("http_dates"))
    yield from _own_status(operation, exchange)


def _is_http_date(text: str) -> bool:
    try:
        return _HTTP_DATE.fullmatch(text) is not None and bool(timestamp(text))
    except ValueError:
        return False


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
