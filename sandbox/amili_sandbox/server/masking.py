"""What may be shown of a request and its response: no secrets, and of persons nothing."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

from amili_sandbox.http import Headers

SECRET_HEADERS = {"x-api-key", "authorization", "cookie", "set-cookie", "proxy-authorization"}
HIDDEN = "(hidden)"
# What is shown of a body or a condition; any other value may be a person's, or a secret.
SHOWN = {
    "account", "amount", "case", "creditor", "currency", "invoice_date", "invoice_due_date", "invoice_delivery_date",
    "invoice_number", "invoice_type", "is_company", "is_foreign", "is_person", "number_of_units", "origin", "settled_amount",
    "state", "status", "total_price_excluding_vat", "unit_price", "unit_vat_percent", "_case", "_created", "_etag", "_id",
    "_invoice", "_status", "_updated", "_crediting_status", "_payment_status", "_cancellation_status", "code", "page",
    "max_results", "total",
}  # fmt: skip
PLAIN_PARAMETERS = {"sort", "page", "max_results", "projection"}


def masked_headers(headers: Headers) -> dict[str, str]:
    """Return headers by their names in small letters, without secrets."""
    return {name.lower(): HIDDEN if name.lower() in SECRET_HEADERS else value for name, value in headers}


def masked_body(body: bytes | None) -> Any:
    """Return JSON whose values are hidden but for those of known harmless properties; null if the body is empty or not kept."""
    if not body:
        return None
    try:
        return _masked(json.loads(body, parse_constant=str), "")
    except (ValueError, RecursionError):
        return HIDDEN


def masked_target(target: str) -> str:
    """Return a path and its query with the values of conditions hidden as in a body, and unknown parameters hidden whole."""
    path, mark, query = target.partition("?")
    if not mark:
        return path
    pairs = [(name, _masked_parameter(name, value)) for name, value in parse_qsl(query, keep_blank_values=True)]
    return f"{path}?{urlencode(pairs, safe='$_-.,')}"


def _masked_parameter(name: str, value: str) -> str:
    if name in PLAIN_PARAMETERS:
        return value
    masked = masked_body(value.encode()) if name == "where" else HIDDEN
    return masked if isinstance(masked, str) else json.dumps(masked, ensure_ascii=False)


def _masked(content: Any, name: str) -> Any:
    if isinstance(content, dict):
        # An operator such as $gte has the value of the property that it belongs to.
        return {key: _masked(value, name if key.startswith("$") else key.rpartition(".")[2]) for key, value in content.items()}
    if isinstance(content, list):
        return [_masked(value, name) for value in content]
    return content if name in SHOWN or content is None else HIDDEN
