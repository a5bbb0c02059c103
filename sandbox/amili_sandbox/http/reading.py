"""Reads requests from a connection, as strictly as RFC 9112 allows: what two programs could read differently is refused."""

import re
from collections.abc import Callable
from typing import BinaryIO

from amili_sandbox.http.messages import Headers, Request

GREATEST_TARGET = 16 * 1024
GREATEST_HEAD = 64 * 1024  # all headers together
GREATEST_HEADERS = 200
GREATEST_BODY = 16 * 1024 * 1024  # the greatest document of MongoDB
GREATEST_CHUNK_LINE = 1024

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(rb"(%s) ([\x21-\x7e]+) HTTP/(\d)\.(\d)" % _TOKEN)
_HEADER_NAME = re.compile(_TOKEN)
_HEADER_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_ABSOLUTE = re.compile(r"https?://([^/?#]+)(.*)", re.IGNORECASE)
_HOST = re.compile(r"(?:[A-Za-z0-9._~%!$&'()*+,;=-]*|\[[0-9A-Fa-f:.]+\])(?::\d*)?")
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?")


class BadRequest(Exception):
    """The request is not valid HTTP/1.1, or too large; the message says what is wrong."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


def read_head(stream: BinaryIO, client: str) -> tuple[Request, int] | None:
    """Read a request up to its body; return it with the minor version, or None if the client has closed the connection."""
    line = _line(stream, GREATEST_TARGET, "the request line is too long", 414)
    if line == b"":  # tolerated once before a request, RFC 9112 2.2
        line = _line(stream, GREATEST_TARGET, "the request line is too long", 414)
    if line is None:
        return None
    found = _REQUEST_LINE.fullmatch(line)
    if found is None:
        raise BadRequest("the request line is not METHOD TARGET HTTP/1.1, with one space between them")
    method, target = found[1].decode("ascii"), found[2].decode("ascii")
    if found[3] != b"1":
        raise BadRequest("only HTTP/1.0 and HTTP/1.1 are supported", 505)
    headers = _headers(stream)
    if headers is None:
        return None
    request = Request(method, target, headers, client=client)
    version = min(int(found[4]), 1)
    _check_host(request, version)
    _use_origin_form(request)
    return request, version


def read_body(stream: BinaryIO, request: Request, version: int, send_continue: Callable[[], None]) -> bytes:
    """Read the whole body that belongs to a request."""
    length = _announced_length(request, version)
    expected = request.header("Expect")
    if expected is not None and version == 1:
        if expected.lower() != "100-continue":
            raise BadRequest("Expect takes 100-continue only", 417)
        send_continue()
    return _chunks(stream) if length is None else _exactly(stream, length)


def _line(stream: BinaryIO, limit: int, complaint: str, status: int) -> bytes | None:
    """Return a line without its end; None if the client closed the connection within it."""
    line = stream.readline(limit + 2)
    if line.endswith(b"\r\n"):
        return line[:-2]
    if line.endswith(b"\n"):
        raise BadRequest("a line ends with LF alone, not with CR LF")
    if len(line) > limit:
        raise BadRequest(complaint, status)
    return None


def _headers(stream: BinaryIO) -> Headers | None:
    """Read header lines, or trailers, up to the empty line; None if the client closed the connection."""
    headers: Headers = []
    room = GREATEST_HEAD
    while line := _line(stream, room, "the headers are too large", 431):
        name, colon, value = line.partition(b":")
        if not (colon and _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)):
            raise BadRequest("a header is not NAME: VALUE, on one line and without control characters")
        room -= len(line)
        if len(headers) == GREATEST_HEADERS:
            raise BadRequest("the headers are too large", 431)
        headers.append((name.decode("ascii"), value.strip(b" \t").decode("latin-1")))
    return None if line is None else headers


def _check_host(request: Request, version: int) -> None:
    hosts = request.all_of("Host")
    if len(hosts) > 1 or (version == 1 and not hosts):
        raise BadRequest("a request has exactly one Host header")
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise BadRequest("the Host header is not NAME or NAME:PORT")


def _use_origin_form(request: Request) -> None:
    """Turn the absolute form, which clients of proxies send, into a path; its host then counts instead of the header."""
    if "#" in request.target:
        raise BadRequest("the request target has a fragment")
    absolute = _ABSOLUTE.fullmatch(request.target)
    if absolute is not None:
        host, rest = absolute[1], absolute[2]
        if not _HOST.fullmatch(host):
            raise BadRequest("the host of the request target is not NAME or NAME:PORT")
        request.headers = [("Host", host), *(pair for pair in request.headers if pair[0].lower() != "host")]
        request.target = rest if rest.startswith("/") else f"/{rest}"
    elif not request.target.startswith("/") and (request.method, request.target) != ("OPTIONS", "*"):
        raise BadRequest("the request target is not a path or an http address")


def _announced_length(request: Request, version: int) -> int | None:
    """Return the length of the body, or None if it comes in chunks."""
    codings, lengths = request.all_of("Transfer-Encoding"), request.all_of("Content-Length")
    if codings:
        if lengths or version == 0:
            raise BadRequest("Transfer-Encoding cannot stand beside Content-Length or in HTTP/1.0")
        names = [name.strip().lower() for name in ",".join(codings).split(",")]
        if names[-1] != "chunked" or "chunked" in names[:-1]:
            raise BadRequest("the last Transfer-Encoding, and no other, must be chunked")
        if len(names) > 1:
            raise BadRequest("chunked is the only Transfer-Encoding that is supported", 501)
        return None
    if len(lengths) > 1 or (lengths and not _LENGTH.fullmatch(lengths[0])):
        raise BadRequest("Content-Length is not one number")
    return int(lengths[0]) if lengths else 0


def _exactly(stream: BinaryIO, length: int) -> bytes:
    if length > GREATEST_BODY:
        raise BadRequest("the body is too long", 413)
    body = stream.read(length)
    if len(body) < length:
        raise ConnectionError("the client closed the connection within its body")
    return body


def _chunks(stream: BinaryIO) -> bytes:
    body = bytearray()
    while True:
        line = _line(stream, GREATEST_CHUNK_LINE, "malformed chunk", 400)
        if line is None:
            raise ConnectionError("the client closed the connection within its body")
        found = _CHUNK.fullmatch(line)
        if found is None:
            raise BadRequest("malformed chunk")
        length = int(found[1], 16)
        if length == 0:
            _headers(stream)  # trailers are ignored
            return bytes(body)
        if len(body) + length > GREATEST_BODY:
            raise BadRequest("the body is too long", 413)
        body += _exactly(stream, length)
        if _exactly(stream, 2) != b"\r\n":
            raise BadRequest("malformed chunk")
