"""One request with its response: from a cassette, a live run, or a client under test."""

import zlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from vcr.filters import decode_response  # type: ignore[import-untyped]

from contract_tests.messages.strict_json import NotStrictJson, loads
from contract_tests.messages.tokens import without_secrets


@dataclass(frozen=True)
class Exchange:
    """A request and its response; the names of headers are in lower case."""

    method: str
    url: str
    status: int
    request_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    request_body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    seconds: float = 0.0

    @property
    def path(self) -> str:
        """The path of the request."""
        return urlsplit(self.url).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query parameters, decoded, in their order."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @cached_property
    def document(self) -> Any:
        """The response's body as strict JSON; raises NotStrictJson."""
        return loads(self.body)

    @property
    def content_type(self) -> str:
        """The media type of the response, without its parameters; empty if it names none."""
        return media_type(self.headers)

    @property
    def object_or_empty(self) -> dict[str, Any]:
        """The response's body if it is a JSON object, else an empty one; that it is none is a finding elsewhere."""
        try:
            document = self.document
        except NotStrictJson:
            return {}
        return document if isinstance(document, dict) else {}


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type that headers name, without its parameters; empty if they name none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def from_httpx(response: httpx.Response, tokens: Mapping[str, str]) -> Exchange:
    """Return the exchange that an httpx response ends; of a secret token only its variable is kept."""
    request = response.request
    return Exchange(
        method=request.method,
        url=str(request.url),
        status=response.status_code,
        request_headers=without_secrets(request.headers, tokens),
        request_body=request.read(),
        headers={name.lower(): value for name, value in response.headers.items()},
        body=response.content,
        seconds=response.elapsed.total_seconds(),
    )


def decompressed(headers: Mapping[str, str], body: bytes) -> bytes:
    """Return a body without the compression that its headers name; as it is, if it has none or one that is not known here."""
    compressed = {"headers": {"content-encoding": [headers.get("content-encoding", "")]}, "body": {"string": body}}
    return bytes(decode_response(compressed)["body"]["string"])


def is_whole_gzip(raw: bytes) -> bool:
    """Return whether bytes are a gzip member up to its check sum and length."""
    reader = zlib.decompressobj(wbits=31)
    try:
        reader.decompress(raw)
    except zlib.error:
        return False
    return reader.eof


def from_vcrpy(item: Mapping[str, Any]) -> Exchange:
    """Return an interaction as vcrpy keeps it, in YAML or JSON, with a compressed response decompressed.

    Raises LookupError, TypeError, ValueError or AttributeError if it has another form.
    """
    request, response = item["request"], item["response"]
    headers = _headers(response["headers"])
    return Exchange(
        method=request["method"],
        url=request["uri"],
        status=int(response["status"]["code"]),
        request_headers=_headers(request.get("headers") or {}),
        request_body=_bytes(request.get("body")),
        headers=headers,
        body=decompressed(headers, _bytes(response.get("body"))),
    )


def _headers(headers: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.lower(): ", ".join(map(_text, [value] if isinstance(value, str | bytes) else value))
        for name, value in headers.items()
    }


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _bytes(body: Any) -> bytes:
    """Return a body: text, bytes, their parts, or an object with one of these or with base64."""
    if isinstance(body, Mapping):
        return b64decode(body["base64_string"]) if "base64_string" in body else _bytes(body.get("string"))
    if isinstance(body, str | bytes):
        return body.encode("utf-8", "replace") if isinstance(body, str) else body
    return b"".join(body or ())
