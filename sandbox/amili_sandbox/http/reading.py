"""Reads requests from a connection."""

from typing import BinaryIO

from amili_sandbox.http.messages import Headers, Request

GREATEST_LINE = 64 * 1024
GREATEST_HEADERS = 200
GREATEST_BODY = 64 * 1024 * 1024


class BadRequest(Exception):
    """The request is not valid HTTP/1.1."""


def read_head(stream: BinaryIO, client: str) -> tuple[Request, str] | None:
    """Read a request up to its body; return it with the HTTP version, or None if the client has closed the connection."""
    line = _line(stream)
    if line == b"\r\n":  # tolerated before a request, RFC 9112 2.2
        line = _line(stream)
    if not line:
        return None
    try:
        method, target, version = line.decode("latin-1").split()
    except ValueError:
        raise BadRequest("the request line is not METHOD TARGET VERSION") from None
    if not version.startswith("HTTP/1."):
        raise BadRequest(f"{version[:20]} is not supported")
    headers: Headers = []
    while (line := _line(stream)) not in (b"\r\n", b"\n"):
        if not line:
            return None
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or name != name.strip() or len(headers) == GREATEST_HEADERS:
            raise BadRequest("malformed or too many headers")
        headers.append((name, value.strip()))
    return Request(method, target, headers, client=client), version


def read_body(stream: BinaryIO, request: Request) -> bytes:
    """Read the whole body that belongs to a request."""
    if "chunked" in (request.header("Transfer-Encoding") or "").lower():
        return _chunks(stream)
    try:
        length = int(request.header("Content-Length") or 0)
    except ValueError:
        raise BadRequest("Content-Length is not a number") from None
    return _exactly(stream, length)


def _line(stream: BinaryIO) -> bytes:
    line = stream.readline(GREATEST_LINE + 1)
    if len(line) > GREATEST_LINE:
        raise BadRequest("a line is too long")
    return line if line.endswith(b"\n") else b""  # the client closed the connection within it


def _exactly(stream: BinaryIO, length: int) -> bytes:
    if not 0 <= length <= GREATEST_BODY:
        raise BadRequest("the body is too long")
    body = stream.read(length)
    if len(body) < length:
        raise ConnectionError("the client closed the connection within its body")
    return body


def _chunks(stream: BinaryIO) -> bytes:
    body = bytearray()
    while True:
        try:
            length = int(_line(stream).split(b";")[0], 16)
        except ValueError:
            raise BadRequest("malformed chunk") from None
        if length == 0:
            while _line(stream) not in (b"\r\n", b"\n", b""):
                pass  # trailers are ignored
            return bytes(body)
        body += _exactly(stream, length)
        if len(body) > GREATEST_BODY:
            raise BadRequest("the body is too long")
        _line(stream)
