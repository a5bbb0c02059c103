"""Requests and responses."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

Headers = list[tuple[str, str]]
READS = {"GET", "HEAD", "OPTIONS"}
NO_BODY = {204, 304}


class Ending(Enum):
    """What happens to the connection after a response."""

    KEEP = "keep"  # stays open for the next request, unless the client asked otherwise
    FIN = "fin"  # closed in an orderly way
    RST = "rst"  # reset: the client sees an error


@dataclass(slots=True)
class Request:
    """One HTTP request, its body read in full."""

    method: str
    target: str
    headers: Headers
    body: bytes = b""
    client: str = "127.0.0.1"
    has_left: Callable[[], bool] = field(default=lambda: False, repr=False)  # whether the client has closed its connection

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> str:
        """The query, still encoded."""
        return self.target.partition("?")[2]

    @property
    def only_reads(self) -> bool:
        """Whether the request cannot change anything; Eve lets a header replace the method."""
        return self.method in READS and self.header("X-HTTP-Method-Override") is None

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its case, or None."""
        return _find(self.headers, name)

    def all_of(self, name: str) -> list[str]:
        """The values of a header that may stand more than once."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]


@dataclass(slots=True)
class Reply:
    """One HTTP response: its content, how much of it is sent, and how the connection ends."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    ending: Ending = Ending.KEEP
    cut: int | None = None  # send only so many bytes of the body
    silent: bool = False  # send nothing at all

    @property
    def reason(self) -> str:
        """The words after the status code."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "Unknown"

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its case, or None."""
        return _find(self.headers, name)

    def set_header(self, name: str, value: str | None) -> None:
        """Replace a header, or remove it (None)."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    def set_body(self, body: bytes) -> None:
        """Replace the body, and its length among the headers."""
        self.body = body
        self.set_header("Content-Length", str(len(body)))

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def json_reply(status: int, content: Any) -> Reply:
    """Return a response with a JSON body."""
    return Reply(status, [("Content-Type", "application/json")], json.dumps(content).encode())


def error_reply(status: int, message: str) -> Reply:
    """Return an error in the envelope that Eve uses."""
    return json_reply(status, {"_status": "ERR", "_error": {"code": status, "message": message}})


def encode(reply: Reply, method: str, *, keep: bool) -> bytes:
    """Return the bytes of a response to a request with this method; `keep` if the connection stays open."""
    lines = [f"HTTP/1.1 {reply.status} {reply.reason}", "Server: amili-sandbox"]
    if reply.header("Date") is None:
        lines.append(f"Date: {formatdate(usegmt=True)}")
    lines += [f"{name}: {value}" for name, value in reply.headers]
    if not (reply.header("Content-Length") or reply.header("Transfer-Encoding") or reply.status in NO_BODY):
        lines.append(f"Content-Length: {len(reply.body)}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    body = b"" if method == "HEAD" or reply.status in NO_BODY else reply.body[: reply.cut]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _find(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
