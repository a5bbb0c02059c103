"""What of an exchange is kept in a cassette: hooks of vcrpy that leave out secrets, persons, and the accounts that were used."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from contract_tests.guide import guide_documents
from contract_tests.messages import NotStrictJson, dumps, loads
from contract_tests.privacy import FILTERED, redacted
from contract_tests.server import Target

# A stand-in is controlled by the same process, and where credentials are exchanged all is secret.
_LEFT_OUT = ("/_sandbox/", "/authenticates/")
_KEPT_HEADERS = ("content-type", "location", "date", "server", "x-total-count", "www-authenticate", "retry-after")
_KEPT_PREFIXES = ("x-ratelimit", "ratelimit")


def hooks(target: Target) -> dict[str, Any]:
    """Return the arguments of `vcr.VCR` for a recording of a server: its hooks, which see bodies without compression."""

    def request_hook(request: Any) -> Any:
        if any(path in request.uri for path in _LEFT_OUT):
            return None
        sent = {str(name).lower(): value for name, value in request.headers.items()}
        kept = {"x-api-key": FILTERED, "content-type": sent.get("content-type")}
        request.headers = {name: value for name, value in kept.items() if name in sent}
        request.uri = _with_sample_accounts(_scrubbed_url(request.uri), target, in_url=True)
        request.body = _scrubbed(request.body, target) or None
        return request

    def response_hook(response: dict[str, Any]) -> dict[str, Any]:
        came = {str(name).lower(): value for name, value in response["headers"].items()}
        response["headers"] = {
            name: value for name, value in came.items() if name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIXES)
        }
        response["body"] = {"string": _scrubbed(response["body"]["string"], target)}
        return response

    return {
        "before_record_request": request_hook,
        "decode_compressed_response": True,
        "before_record_response": response_hook,
    }


def _scrubbed(body: bytes | str | None, target: Target) -> bytes:
    text = body.encode() if isinstance(body, str) else bytes(body or b"")
    try:
        document = redacted(loads(text))
    except NotStrictJson:
        return text if len(text) < 100 else FILTERED.encode()
    return _with_sample_accounts(dumps(document), target).encode()


def _scrubbed_url(url: str) -> str:
    """Redact personal data in a query and in its conditions; a URL without any stays as it is."""
    base, _, query = url.partition("?")
    asked = parse_qsl(query, keep_blank_values=True)
    kept = [(name, _scrubbed_value(name, value)) for name, value in asked]
    return url if kept == asked else f"{base}?{urlencode(kept)}"


def _scrubbed_value(name: str, value: str) -> str:
    try:
        before = loads(value.encode())
    except NotStrictJson:
        return str(redacted({name: value})[name])
    after = redacted({name: before})[name]
    return value if after == before else dumps(after)


def _with_sample_accounts(text: str, target: Target, *, in_url: bool = False) -> str:
    """Put the guide's account and creditor in the place of those that were used."""
    sample: Mapping[str, Any] = guide_documents()["1-register.python.request.json"].content
    for real, shown in ((target.account.account, sample["account"]), (target.account.creditor, sample["creditor"])):
        text = text.replace(quote(real) if in_url else real, shown)
    return text
