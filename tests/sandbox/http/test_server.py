"""HTTP/1.1 as the server implements it."""

import json

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api
from tests.sandbox.http.raw_socket import connect, read_to_end, request_bytes


def send(sandbox: SandboxProcess, *parts: bytes) -> bytes:
    """Send bytes, close the sending side, and return all bytes received."""
    with connect(sandbox) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(1)
        return read_to_end(connection).data


def head(sandbox: SandboxProcess, *lines: str) -> bytes:
    return "\r\n".join([*lines, "Host: localhost", f"X-API-Key: {sandbox.token}", "", ""]).encode()


def test_two_requests_at_once_are_answered_in_order(sandbox: SandboxProcess) -> None:
    both = request_bytes(sandbox, "GET", "/cases") + request_bytes(sandbox, "GET", "/nothing")
    answers = send(sandbox, both)
    assert answers.index(b"HTTP/1.1 200 OK") < answers.index(b"HTTP/1.1 404 Not Found")


def test_a_chunked_body_is_put_together(api: Api) -> None:
    body = json.dumps(api.invoice()).encode()
    start = head(
        api.sandbox,
        "POST /invoice-registration HTTP/1.1",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    )
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:100], body[100:])]
    assert send(api.sandbox, start, *chunks, b"0\r\nTrailer: x\r\n\r\n").startswith(b"HTTP/1.1 201 Created")
    assert api.cases()["_meta"]["total"] == 1


def test_expect_100_continue_is_answered(api: Api) -> None:
    body = json.dumps(api.invoice()).encode()
    lines = ("POST /invoice-registration HTTP/1.1", "Content-Type: application/json", f"Content-Length: {len(body)}")
    with connect(api.sandbox) as connection:
        connection.sendall(head(api.sandbox, *lines, "Expect: 100-continue", "Connection: close"))
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert read_to_end(connection).status == 201


@pytest.mark.parametrize(
    "nonsense",
    [
        b"hello\r\n\r\n",
        b"GET /cases HTTP/2\r\n\r\n",
        b"GET /cases HTTP/1.1\r\nno colon\r\n\r\n",
    ],
)
def test_what_is_not_http_is_400_and_the_end(sandbox: SandboxProcess, nonsense: bytes) -> None:
    answer = send(sandbox, nonsense)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request")
    assert b"Connection: close" in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["_error"]["code"] == 400


def test_a_client_that_leaves_in_the_middle_changes_nothing(api: Api) -> None:
    whole = request_bytes(api.sandbox, "POST", "/invoice-registration", api.invoice())
    assert send(api.sandbox, whole[:-20]) == b""
    assert send(api.sandbox, b"GET /cas") == b""
    assert api.cases()["_meta"]["total"] == 0


def test_http_1_0_ends_after_one_answer_unless_asked_to_stay(sandbox: SandboxProcess) -> None:
    request = head(sandbox, "GET /cases HTTP/1.0")
    assert b"Connection: close" in send(sandbox, request)
    assert b"Connection: keep-alive" in send(sandbox, request.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n"))


def test_a_header_with_an_underscore_is_no_api_key(sandbox: SandboxProcess) -> None:
    request = f"GET /cases HTTP/1.1\r\nHost: localhost\r\nX_API_KEY: {sandbox.token}\r\n\r\n".encode()
    assert send(sandbox, request).startswith(b"HTTP/1.1 401")


def test_letters_beyond_ascii_survive(api: Api) -> None:
    number = "Räksmörgås №1"
    receipt = api.register(invoice_number=number)
    found = api.cases(where={"debt.invoice_number": number})["_items"]
    assert [case["_id"] for case in found] == [receipt["_case"]]
