"""Says what a check of schemathesis found as our own checks do: what was expected, what was seen, and where."""

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure, ResponseTimeExceeded
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    IgnoredAuth,
    JsonSchemaError,
    MalformedMediaType,
    MissingContentType,
    MissingHeaderNotRejected,
    MissingHeaders,
    UndefinedContentType,
    UndefinedStatusCode,
)

from contract_tests.findings import Finding, repeatable
from contract_tests.fuzz.intended_error import mistaken
from contract_tests.messages import Exchange, shown

_TYPE_HEADER = "/headers/content-type"
_TOKEN_HEADER = "/headers/x-api-key"


def told(operation: str, check: str, failure: Failure, case: schemathesis.Case[Any], exchange: Exchange) -> list[Finding]:
    """Return the failure of a check as a finding that can be repeated."""
    return repeatable([Finding(operation, check, *_words(check, failure, case, exchange))], exchange)


def _words(check: str, failure: Failure, case: schemathesis.Case[Any], exchange: Exchange) -> tuple[str, str, str]:
    """Return pointer, expected and seen."""
    status, words = str(exchange.status), ("", "", "")
    match failure:
        case MissingContentType():
            words = _TYPE_HEADER, " or ".join(failure.media_types), "nothing"
        case UndefinedContentType():
            words = _TYPE_HEADER, " or ".join(failure.defined_content_types), failure.content_type
        case MalformedMediaType():
            words = _TYPE_HEADER, f"a media type such as {failure.defined}", failure.actual
        case MissingHeaders():
            words = f"/headers/{','.join(failure.missing_headers).lower()}", "the header, which is required", "nothing"
        case JsonSchemaError():
            words = "/headers", f"a header by the contract: {shown(failure.schema)}", shown(failure.instance)
        case AllowHeaderMismatch():
            more, less = (", ".join(names) or "none" for names in (failure.missing_methods, failure.undocumented_methods))
            words = "/headers/allow", f"the methods of the contract, with {more} and without {less}", failure.allow_header
        case ResponseTimeExceeded():
            words = "", f"an answer within {failure.deadline:g} s", f"{failure.elapsed:.2f} s"
        case IgnoredAuth():
            sent = "a wrong token" if "x-api-key" in exchange.request_headers else "no token"
            words = _TOKEN_HEADER, f"401 or 403, since {sent} was sent", status
        case MissingHeaderNotRejected():
            statuses = " or ".join(map(str, failure.expected_statuses))
            words = f"/headers/{failure.header_name.lower()}", f"{statuses}, since the header was not sent", status
        case UndefinedStatusCode():
            words = "", f"a status of {', '.join(failure.defined_status_codes)}", status
        case _:
            words = _by_check(check, failure, case, status)
    return words


def _by_check(check: str, failure: Failure, case: schemathesis.Case[Any], status: str) -> tuple[str, str, str]:
    said = " ".join(failure.message.split())
    if check == "not_a_server_error":
        return "", "a status below 500", status
    if check == "positive_data_acceptance":
        return "", "a status of 2xx, since nothing is wrong with the request", status
    if check == "negative_data_rejection":
        statuses, _, wrong = said.partition("Expected: ")[2].partition(" Invalid component: ")
        return _place_of_mistake(case), f"a status of {statuses}, since this is wrong: {wrong or 'the request'}", status
    return "", f"{check.replace('_', ' ')}, which schemathesis looks at", f"{status}: {failure.title} {said}".strip()


def _place_of_mistake(case: schemathesis.Case[Any]) -> str:
    """Return the pointer to what was made wrong on purpose, in the request."""
    data = case.meta.phase.data if case.meta is not None else None
    name, place = getattr(data, "parameter", None), getattr(data, "parameter_location", None)
    where = str(getattr(place, "value", ""))
    if name and where in ("query", "header", "path", "cookie"):
        return f"/{'headers' if where == 'header' else where}/{name.lower() if where == 'header' else name}"
    return f"/{(mistaken(case) or '').replace('.', '/')}".rstrip("/")
