"""Turns an error response, in the documented form or in Eve's, into an ApiError."""

import email.utils
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from amili._errors.redaction import known_path, names_in, redact, suggestion
from amili._errors.tree import ApiError, ValidationError, error_class

_HINTS = {
    400: "the API could not parse the request",
    401: "the token or credential was not accepted; check AMILI_TOKEN, or AMILI_API_CODE and its private key",
    403: "this credential is not allowed to do that",
    404: "no such path or document; check AMILI_BASE_URL",
    422: "nothing was stored",
    429: "too many requests; the API allows 100 a minute and 10 a second for a key",
}
_RATE_LIMITS = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
_NUMBER, _LONG_AGO = r"\d+(\.\d+)?", 1e9  # seconds since 1970: in 2001
_REQUEST_IDS = ("x-request-id", "x-amzn-requestid", "x-cloud-trace-context")
_MAX_QUOTED, _MAX_ISSUES = 300, 3800  # characters of the API's own text in the message of an error, and of a ValidationError


def error_from_response(
    operation: str, status: int, headers: Mapping[str, str], content: bytes, now: datetime, *, sent: Any = None
) -> ApiError:
    """Build the error for a response with an error status; the body may be JSON of either form, HTML, or empty.

    `sent` is the body of the request: the names of its properties may be quoted.
    """
    text = content.decode("utf-8", errors="replace")
    document = json_document(text)
    envelope = document if isinstance(document, dict) else {}
    stated = envelope.get("_error")
    facts = stated if isinstance(stated, dict) else {}
    details = facts.get("details")
    issues = _issues(details) | _issues(envelope.get("_issues"))
    api_message = "; ".join(filter(None, _issues(facts.get("message")).values()))  # the vendor's services send an object
    code = facts.get("code")
    return error_class(status)(
        _message(operation, status, api_message, issues, names_in(sent)),
        operation=operation,
        status=status,
        code=code if isinstance(code, int) else None,
        api_message=api_message,
        issues=issues,
        request_id=request_id(headers),
        retry_after=retry_after(status, headers, now),
        body=text,
    )


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the request id from one of the usual headers, or None; the vendor documents none."""
    return next((headers[name] for name in _REQUEST_IDS if headers.get(name)), None)


def flatten_issues(issues: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the dotted path and message of every issue; accepts strings, lists of strings and nested objects."""
    if isinstance(issues, dict):
        for key, inner in issues.items():
            yield from flatten_issues(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(issues, list):
        texts = [str(inner) for inner in issues if not isinstance(inner, dict | list)]
        if texts:
            yield path, "; ".join(texts)
        for inner in issues:
            if isinstance(inner, dict | list):
                yield from flatten_issues(inner, path)
    elif issues is not None:
        yield path, str(issues)


def _issues(stated: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        for path, text in flatten_issues(stated):
            found[path] = f"{found[path]}; {text}" if path in found else text
    except RecursionError:
        return {}
    return found


def retry_after(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds the response asks to wait: `Retry-After` as seconds or date, else the reset of the rate limit.

    The vendor does not document the names of its rate limit headers, so the usual names are tried; the reset is used if no
    requests remain, or if the status is 429.
    """
    asked = headers.get("retry-after", "").strip()
    if asked:
        if re.fullmatch(_NUMBER, asked):
            return float(asked)
        try:
            until = email.utils.parsedate_to_datetime(asked)  # has no time zone for -0000, which is UTC
            return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)).astimezone(UTC) - now).total_seconds())
        except (ValueError, TypeError, OverflowError):
            return None
    reset, remaining = (
        next((headers[name + end].strip() for name in _RATE_LIMITS if headers.get(name + end)), "")
        for end in ("reset", "remaining")
    )
    if not re.fullmatch(_NUMBER, reset) or (remaining != "0" and (remaining or status != 429)):
        return None
    # Seconds since 1970 in Eve, seconds from now in the IETF draft.
    return max(0.0, float(reset) - now.timestamp()) if float(reset) > _LONG_AGO else float(reset)


def json_document(content: str | bytes) -> Any:
    """Parse JSON, or return None. The parser's error is dropped because it contains the whole text."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _message(operation: str, status: int, api_message: str, issues: Mapping[str, str], sent: frozenset[str]) -> str:
    named = (f"{known_path(path, sent)}: {redact(text)}{suggestion(path, sent)}" for path, text in issues.items())
    quoted = "; ".join(named) or (redact(api_message) if api_message else "no explanation in the response")
    most = _MAX_ISSUES if error_class(status) is ValidationError else _MAX_QUOTED
    quoted = quoted if len(quoted) <= most else quoted[:most] + "…"
    left_out = f"the full text is in {'.issues' if issues else '.message'}" if "…" in quoted else ""
    hints = "; ".join(filter(None, (_HINTS.get(status, "the server failed" if status >= 500 else ""), left_out)))
    return f"{operation} failed with {status}: {quoted}" + (f" ({hints})" if hints else "")
