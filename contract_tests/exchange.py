"""One request with its reply, from wherever it came: a cassette, a live run, or a client under test."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from contract_tests.exact import loads

SECRET_HEADERS = ("x-api-key", "authorization", "cookie", "proxy-authorization")


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
        """A command that repeats the request; it takes the token from the environment."""
        words = ["curl", "-g", "-i", "-X", self.method]
        for name, value in self.request_headers.items():
            if name == "content-type":
                words += ["-H", f"{name}: {value}"]
        if self.request_body:
            words += ["--data-binary", self.request_body.decode("utf-8", "replace")]
        secret = ' -H "X-API-Key: $AMILI_TOKEN"' if "x-api-key" in self.request_headers else ""
        return shlex.join(words) + secret + " " + shlex.quote(self.url)


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type that headers name, without its parameters; empty if they name none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def from_httpx(response: httpx.Response) -> Exchange:
    """Return the exchange that an httpx response ends; the token is not kept."""
    request = response.request
    sent = {name.lower(): "hidden" if name.lower() in SECRET_HEADERS else value for name, value in request.headers.items()}
    return Exchange(
        method=request.method,
        url=str(request.url),
        status=response.status_code,
        request_headers=sent,
        request_body=request.read(),
        headers={name.lower(): value for name, value in response.headers.items()},
        body=response.content,
        seconds=response.elapsed.total_seconds(),
    )
