"""Turns an error response, in the documented form or in Eve's, into an ApiError."""

import email.utils
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from amili._errors.redaction import known_path, names_in, redact, suggestion
from amili._errors.tree import ApiError, ValidationError, error_class

_HINTS = {
    400: "the API could not parse the request",
    401: "the token or credential was not accepted; check AMILI_TOKEN, or AMILI_API_CODE and its private key",
    403: "this credential is not allowed to do that",
    404: "no such path or document; check AMILI_BASE_URL",
    407: "a proxy asks for a user name and password, which belong into its address",
    422: "nothing was stored",
    429: "too many requests; the API allows 100 a minute and 10 a second for a key",
}
_RATE_LIMITS = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
_NUMBER, _LONG_AGO = r"\d+(\.\d+)?", 1e9  # seconds since 1970: in 2001
_REQUEST_IDS = ("x-request-id", "x-amzn-requestid", "x-cloud-trace-context")
MOVED = (301, 307, 308)  # the same request belongs elsewhere, so it was not processed; 302 and 303 may follow on processing
_REDIRECTS = (*MOVED, 302, 303)
_LONGEST_TARGET = 100  # characters
_LONGEST_DATE = 60  # characters
_MAX_QUOTED, _MAX_ISSUES = 300, 3800  # characters of the API's own text in the message of an error, and of a ValidationError


def error_from_response(
    operation: str, status: int, headers: Mapping[str, str], content: bytes, now: datetime, *, sent: Any = None, hint: str = ""
) -> ApiError:
    """Build the error for a response with an error status; the body may be JSON of either form, HTML, or empty.

    `sent` is the body of the request: the names of its properties may be quoted. `hint` says what else may be wrong.
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
        _message(operation, status, api_message, issues, names_in(sent), hint=hint or _hint(status, headers)),
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
        until = http_date(asked)
        return None if until is None else max(0.0, (until - now).total_seconds())
    reset, remaining = (
        next((headers[name + end].strip() for name in _RATE_LIMITS if headers.get(name + end)), "")
        for end in ("reset", "remaining")
    )
    if not re.fullmatch(_NUMBER, reset) or (remaining != "0" and (remaining or status != 429)):
        return None
    # Seconds since 1970 in Eve, seconds from now in the IETF draft.
    return max(0.0, float(reset) - now.timestamp()) if float(reset) > _LONG_AGO else float(reset)


def http_date(text: str) -> datetime | None:
    """Return the date of a header, aware and in UTC, or None if it is none."""
    try:
        date = email.utils.parsedate_to_datetime(text[:_LONGEST_DATE])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)  # -0000 is UTC, and has no time zone
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def redirection(status: int, headers: Mapping[str, str]) -> str:
    """Return where a redirect leads, as host and path; an empty string for any other status."""
    if status not in _REDIRECTS:
        return ""
    try:
        url = urlsplit(headers.get("location", ""))
    except ValueError:
        return "a redirect"
    target = (url.netloc.rpartition("@")[2] + url.path)[:_LONGEST_TARGET]
    return f"a redirect to {target}" if target else "a redirect"


def json_document(content: str | bytes) -> Any:
    """Parse JSON, or return None. The parser's error is dropped because it contains the whole text."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _hint(status: int, headers: Mapping[str, str]) -> str:
    if redirect := redirection(status, headers):
        processed = "nothing was processed; " if status in MOVED else ""
        return f"{redirect}, which is not followed; {processed}AMILI_BASE_URL may be wrong"
    return _HINTS.get(status, "the server failed" if status >= 500 else "")


def _message(operation: str, status: int, api_message: str, issues: Mapping[str, str], sent: frozenset[str], *, hint: str) -> str:
    named = (f"{known_path(path, sent)}: {redact(text)}{suggestion(path, sent)}" for path, text in issues.items())
    quoted = "; ".join(named) or (redact(api_message) if api_message else "no explanation in the response")
    most = _MAX_ISSUES if error_class(status) is ValidationError else _MAX_QUOTED
    quoted = quoted if len(quoted) <= most else quoted[:most] + "…"
    left_out = f"the full text is in {'.issues' if issues else '.message'}" if "…" in quoted else ""
    hints = "; ".join(filter(None, (hint, left_out)))
    return f"{operation} failed with {status}: {quoted}" + (f" ({hints})" if hints else "")
