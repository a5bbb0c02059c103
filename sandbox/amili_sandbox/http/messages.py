"""Requests and responses."""

import json
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

Headers = list[tuple[str, str]]


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

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> str:
        """The query, still encoded."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its case, or None."""
        return _find(self.headers, name)

    def json(self) -> Any:
        """The body as JSON; None if it is empty."""
        return json.loads(self.body) if self.body else None


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


def _find(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
