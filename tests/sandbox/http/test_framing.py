"""What two programs could read differently is refused, as RFC 9112 has it; what is too large is refused with its own status."""

import json

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api
from tests.sandbox.http.raw_socket import RawReply, connect, read_to_end, request_bytes

POST = b"POST /invoice-registration HTTP/1.1\r\nHost: localhost\r\n"
GET = b"GET /cases HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


def send(sandbox: SandboxProcess, data: bytes) -> RawReply:
    with connect(sandbox) as connection:
        connection.sendall(data)
        return read_to_end(connection)


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET  /cases HTTP/1.1", 400),
        (b"GET\t/cases\tHTTP/1.1", 400),
        (b" GET /cases HTTP/1.1", 400),
        (b"GET /cases\xa0HTTP/1.1", 400),
        (b"GET /c\xc3\xa4ses HTTP/1.1", 400),
        (b"G(T /cases HTTP/1.1", 400),
        (b"GET cases HTTP/1.1", 400),
        (b"GET * HTTP/1.1", 400),
        (b"GET /cases#there HTTP/1.1", 400),
        (b"GET http:///cases HTTP/1.1", 400),
        (b"GET http://someone@localhost/cases HTTP/1.1", 400),
        (b"CONNECT localhost:80 HTTP/1.1", 400),
        (b"GET /cases", 400),
        (b"GET /cases HTTP/1.x", 400),
        (b"GET /cases http/1.1", 400),
        (b"GET /cases HTTP/2.0", 505),
        (b"GET /" + b"x" * 17_000 + b" HTTP/1.1", 414),
    ],
)
def test_a_request_line_that_is_none(sandbox: SandboxProcess, request_line: bytes, status: int) -> None:
    refused(send(sandbox, request_line + b"\r\nHost: localhost\r\n\r\n"), status)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"", 400),  # no Host
        (b"Host: localhost\r\nHost: localhost\r\n", 400),
        (b"Host: local host\r\n", 400),
        (b"Host: localhost/cases\r\n", 400),
        (b"Host: localhost\r\nName : value\r\n", 400),
        (b"Host: localhost\r\n Name: value\r\n", 400),
        (b"Host: localhost\r\nName: value\r\n folded\r\n", 400),
        (b"Host: localhost\r\nName: value\rX-API-Key: smuggled\r\n", 400),
        (b"Host: localhost\r\nName: val\0ue\r\n", 400),
        (b"Host: localhost\r\n: value\r\n", 400),
        (b"Host: localhost\r\nN\xe4me: value\r\n", 400),
        (b"Host: localhost\r\nName\r\n", 400),
        (b"Host: localhost\nName: value\r\n", 400),
        (b"Host: localhost\r\nExpect: a miracle\r\n", 417),
        (b"Host: localhost\r\nName: " + b"x" * 70_000 + b"\r\n", 431),
        (b"Host: localhost\r\n" + b"Name: value\r\n" * 201, 431),
        (b"Host: localhost\r\n" + (b"Name: " + b"x" * 30_000 + b"\r\n") * 3, 431),
    ],
)
def test_headers_that_are_none(sandbox: SandboxProcess, headers: bytes, status: int) -> None:
    refused(send(sandbox, b"GET /cases HTTP/1.1\r\n" + headers + b"\r\n"), status)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
        (POST + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}", 400),
        (POST + b"Content-Length: 2, 2\r\n\r\n{}", 400),
        (POST + b"Content-Length: +2\r\n\r\n{}", 400),
        (POST + b"Content-Length: +0_0\r\n\r\n", 400),
        (POST + b"Content-Length: 0x2\r\n\r\n{}", 400),
        (POST + b"Content-Length: -1\r\n\r\n", 400),
        (POST + b"Content-Length: many\r\n\r\n", 400),
        (POST + b"Content-Length:\r\n\r\n", 400),
        (POST + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n", 400),
        (POST + b"Content-Length: 99999999999\r\n\r\n", 413),
        (POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (CHUNKED + b"xyz\r\n", 400),
        (CHUNKED + b"+2\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"2\r\n{}xx\r\n0\r\n\r\n", 400),
        (CHUNKED + b"2\r\n{}xx0\r\n\r\n", 400),
        (CHUNKED + b"2\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"2;" + b"x" * 2_000 + b"\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"ffffffff\r\n", 413),
        (CHUNKED + b"0\r\n" + b"Trailer: x\r\n" * 300 + b"\r\n", 431),
    ],
)
def test_a_body_that_could_be_read_differently(sandbox: SandboxProcess, data: bytes, status: int) -> None:
    refused(send(sandbox, data), status)


def refused(seen: RawReply, status: int) -> None:
    assert (seen.status, seen.end) == (status, "fin")
    assert seen.header("Connection") == "close"
    assert json.loads(seen.body)["_error"]["code"] == status


def test_a_refused_request_hides_no_second_one(api: Api) -> None:
    registration = request_bytes(api.sandbox, "POST", "/invoice-registration", api.invoice())
    seen = send(api.sandbox, CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 4\r\n\r\n") + b"0\r\n\r\n" + registration)
    assert (seen.status, seen.data.count(b"HTTP/1.1")) == (400, 1)
    assert api.cases()["_meta"]["total"] == 0


def test_the_refusal_arrives_although_the_client_goes_on_sending(sandbox: SandboxProcess) -> None:
    seen = send(sandbox, POST + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 500_000)
    assert (seen.status, seen.end) == (413, "fin")


@pytest.mark.parametrize(
    "target", ["http://localhost:1/cases?page=2", "HTTP://127.0.0.1/cases?page=2", "http://localhost?page=2"]
)
def test_the_absolute_form_of_a_proxy_is_answered_like_a_path(sandbox: SandboxProcess, target: str) -> None:
    lines = [f"GET {target} HTTP/1.1", "Host: elsewhere.example", f"X-API-Key: {sandbox.token}", "Connection: close", "", ""]
    seen = send(sandbox, "\r\n".join(lines).encode())
    assert seen.status == 200
    [listed] = sandbox.requests()
    assert listed["path"] == ("/cases" if "cases" in target else "/")
    assert listed["query"] == {"page": "2"}
    assert listed["headers"]["host"] in ("localhost:1", "127.0.0.1", "localhost")
