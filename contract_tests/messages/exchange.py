"""One request with its reply, from wherever it came: a cassette, a live run, or a client under test."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from contract_tests.messages.strict_json import loads
from contract_tests.privacy.scanner import FILTERED, allowed
from contract_tests.server.target import Target, is_loopback

SECRET_HEADERS = ("x-api-key", "authorization", "cookie", "proxy-authorization")
WRONG_TOKEN = "not-a-token-of-anybody"  # made up, and allowed by name to be shown
_REPEATED = ("content-type", "accept")  # headers that may change the answer, besides the token


@dataclass(frozen=True)
class Exchange:
    """A request and its reply; the names of headers are in lower case."""

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
        """The path that was asked for."""
        return urlsplit(self.url).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query parameters, decoded, in their order."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @cached_property
    def document(self) -> Any:
        """The reply's body as strict JSON; raises NotStrictJson."""
        return loads(self.body)

    @property
    def content_type(self) -> str:
        """The media type of the reply, without its parameters; empty if it names none."""
        return media_type(self.headers)

    @property
    def curl(self) -> str:
        """A command that repeats the request; it takes tokens, and the address of a stand-in, from the environment."""
        words = ["curl", "-g", "-i", "-X", self.method]
        for name, value in self.request_headers.items():
            if name in _REPEATED and value != "*/*":
                words += ["-H", f"{name}: {value}"]
        if self.request_body:
            words += ["--data-binary", self.request_body.decode("utf-8", "replace")]
        sent = self.request_headers.get("x-api-key")
        secret = f' -H "X-API-Key: {sent if _can_be_shown(sent) else "$AMILI_TOKEN"}"' if sent is not None else ""
        return f"{shlex.join(words)}{secret} {self._address}"

    @property
    def _address(self) -> str:
        """The URL for a shell; a stand-in of our own has ended when somebody reads it, and another one has another address."""
        parts = urlsplit(self.url)
        if not is_loopback(self.url):
            return shlex.quote(self.url)
        return '"$AMILI_BASE_URL"' + shlex.quote(parts.path + (f"?{parts.query}" if parts.query else ""))


def _can_be_shown(token: str) -> bool:
    return token.startswith(("$AMILI_", "${AMILI_")) or token in allowed() - {FILTERED}


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type that headers name, without its parameters; empty if they name none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def tokens_of(target: Target) -> dict[str, str]:
    """Return the secret tokens that may be sent to a server, with the names they have in a shell."""
    known = {target.own.token: "AMILI_TOKEN"}
    return known | ({target.stranger.token: "AMILI_STRANGER_TOKEN"} if target.stranger else {})


def spoken(sent: str, tokens: Mapping[str, str]) -> str:
    """Return how a shell writes a token that was sent; `tokens` says under what names the secret ones are in its environment."""
    for token, name in tokens.items():
        if sent == token:
            return f"${name}"
        if sent == token[:-1]:
            return f"${{{name}%?}}"  # all but the last letter
        if sent.startswith(token) and re.fullmatch(r"\w+", sent.removeprefix(token)):
            return f"${{{name}}}{sent.removeprefix(token)}"
    return sent if sent in allowed() else WRONG_TOKEN


def from_httpx(response: httpx.Response, tokens: Mapping[str, str]) -> Exchange:
    """Return the exchange that an httpx response ends; of a token only the name is kept, as in `spoken`."""
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


def without_secrets(headers: Mapping[str, Any], tokens: Mapping[str, str]) -> dict[str, str]:
    """Return headers that were sent, by their names in lower case, with each token by its name."""
    sent = {name.lower(): str(value) for name, value in headers.items()}
    kept = {name: "hidden" if name in SECRET_HEADERS else value for name, value in sent.items()}
    return kept | ({"x-api-key": spoken(sent["x-api-key"], tokens)} if "x-api-key" in sent else {})
