"""What an error reply says, in the documented and in the framework's form, as an error for a person."""

import email.utils
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from amili._bodies import BODIES
from amili._errors import ApiError, error_class

_HINTS = {
    400: "the API could not read the request",
    401: "the token or credential was not accepted; check AMILI_TOKEN, or AMILI_API_CODE and its private key",
    403: "this credential may not do that",
    404: "there is no such path or document; check AMILI_BASE_URL",
    422: "nothing was stored",
    429: "too many requests; the API allows 100 a minute and 10 a second for a key",
}
_RATE_LIMITS = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
_NUMBER, _LONG_AGO = r"\d+(\.\d+)?", 1e9  # seconds since 1970: in 2001
_REQUEST_IDS = ("x-request-id", "x-amzn-requestid", "x-cloud-trace-context")
_MOST_SAID = 300  # characters of what the API says, within the one line of an error

# The sentences of the framework behind the API that are repeated in the text of an error. `{}` stands for what may be a value,
# and with it a debtor's data: it is left out. `<n>` is a number and `<w>` a word of the rule that was broken.
_SENTENCES = """
    required field|unknown field|field is read-only|null value not allowed|empty values not allowed|document is missing
    must be of <w> type|must be a number|min length is <n>|max length is <n>|min value is <n>|max value is <n>
    length of list should be <n>, it is <n>|value does not match regex {}|unallowed value {}|unallowed values {}
    value {} is not unique|value {} must exist in resource {}|field {} is required|depends on these values: {}
    {} must not be present with {}|{} is not a document, must be a dict|field {} cannot be coerced: {}|missing members {}
    no definitions validate|none or more than one rule validate|one or more definitions validate
    Validation failed|Insertion failure: <n> document(s) contain(s) error(s)|Please provide proper credentials
    Rate limit exceeded|Client and server etags don't match|filter on {} not allowed|filter on {} is invalid
    Unable to parse `where` clause|Unable to parse `sort` clause|Unable to parse `projection` clause
    Unknown or no Content-Type header supplied|The method is not allowed for the requested URL.
    The browser (or proxy) sent a request that this server could not understand.
    The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.
"""
_SLOTS = {re.escape("{}"): ".*", re.escape("<n>"): r"(-?\d{1,9}(?:\.\d{1,6})?)", re.escape("<w>"): "([a-z]{1,20})"}
_KEY, _DIGITS = r"[A-Za-z_][A-Za-z0-9_.]{0,99}", r"\d{5}"  # compiled when first used


def error_from_reply(operation: str, status: int, headers: Mapping[str, str], content: bytes, now: datetime) -> ApiError:
    """Build the error for a reply with an error status; the body may be JSON of either form, HTML, or empty."""
    text = content.decode("utf-8", errors="replace")
    envelope = _object(text)
    stated = envelope.get("_error")
    facts = stated if isinstance(stated, dict) else {}
    details = facts.get("details")
    issues = _issues(envelope.get("_issues")) or _issues(details)
    api_message = str(facts.get("message") or "")
    code = facts.get("code")
    return error_class(status)(
        _sentence(operation, status, api_message, issues),
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
    """Return what a reply calls its request, under one of the usual names; none is documented."""
    return next((headers[name] for name in _REQUEST_IDS if headers.get(name)), None)


def flatten_issues(issues: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield dotted path and text of every issue; texts, lists of texts and nested objects are all understood."""
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
    try:
        return dict(flatten_issues(stated))
    except RecursionError:
        return {}


def retry_after(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds the reply asks to wait: `Retry-After` as seconds or date, else the reset of the rate limit.

    The vendor sends headers of its rate limit without naming them, so that each usual name is looked for; a reset counts if
    nothing remains, or if the request was turned away for its rate.
    """
    asked = headers.get("retry-after", "").strip()
    if asked:
        if re.fullmatch(_NUMBER, asked):
            return float(asked)
        try:
            until = email.utils.parsedate_to_datetime(asked)  # without a zone for -0000, which is UTC
            return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)).astimezone(UTC) - now).total_seconds())
        except (ValueError, TypeError, OverflowError):
            return None
    reset, remaining = (
        next((headers[name + end].strip() for name in _RATE_LIMITS if headers.get(name + end)), "")
        for end in ("reset", "remaining")
    )
    if not re.fullmatch(_NUMBER, reset) or (remaining != "0" and (remaining or status != 429)):
        return None
    # Seconds since 1970 in the framework behind this API, seconds from now in the draft of a standard.
    return max(0.0, float(reset) - now.timestamp()) if float(reset) > _LONG_AGO else float(reset)


def as_key(text: str) -> str:
    """Return a text of the API if it looks like one of its keys, such as a state or a reason; anything else is left out."""
    return str(text) if re.fullmatch(_KEY, text) and not re.search(_DIGITS, text) else "…"


@cache
def _known() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences of the framework as patterns, each with what is repeated of it."""
    found = []
    for sentence in (part.strip() for line in _SENTENCES.strip().splitlines() for part in line.split("|")):
        pattern, numbers = re.escape(sentence), itertools.count(1)
        for slot, values in _SLOTS.items():
            pattern = pattern.replace(slot, values)
        shown = re.sub("<[nw]>", lambda _, numbers=numbers: f"\\{next(numbers)}", sentence.replace("{}", "…"))  # type: ignore[misc]
        found.append((re.compile(pattern, re.DOTALL), shown))
    return found


def without_values(text: str) -> str:
    """Return what the API says as far as it consists of known sentences, without the values in them; `…` for any other."""
    said = []
    for part in text.split("; "):
        matches = ((pattern.fullmatch(part), shown) for pattern, shown in _known())
        said.append(next((match.expand(shown) for match, shown in matches if match), "…"))
    return "; ".join(said)


@cache
def _property_names() -> frozenset[str]:
    """Return the names of the properties in the bodies of requests."""

    def names(shape: Any) -> Iterator[str]:
        for inner in shape.values() if isinstance(shape, dict) else shape if isinstance(shape, list) else ():
            yield from names(inner)
        yield from shape if isinstance(shape, dict) else ()

    return frozenset(names(list(BODIES.values())))


def _known_path(path: str) -> str:
    """Return a dotted path with `…` for each part that is neither a property of the contract nor a place in a list."""
    return ".".join(
        key if key in _property_names() or re.fullmatch(r"\d{1,3}", key, re.ASCII) else "…" for key in path.split(".")
    )


def _object(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _sentence(operation: str, status: int, api_message: str, issues: Mapping[str, str]) -> str:
    said = "; ".join(f"{_known_path(path)}: {without_values(text)}" for path, text in issues.items())
    said = said or (without_values(api_message) if api_message else "no explanation in the reply")
    said = said if len(said) <= _MOST_SAID else said[:_MOST_SAID] + "…"
    left_out = f"the API's own words are in {'.issues' if issues else '.message'}" if "…" in said else ""
    hints = "; ".join(filter(None, (_HINTS.get(status, "the server failed" if status >= 500 else ""), left_out)))
    return f"{operation} was answered with {status}: {said}" + (f" ({hints})" if hints else "")
