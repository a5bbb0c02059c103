"""Clients that keep the server waiting, leave, or come in thousands.

The waits of these servers are a fraction of a second, and no test asserts how long anything takes: a wait without an end would
end the test by the timeout of its socket.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from amili_sandbox.http import Limits, Reply, Request, Server, json_reply

from tests.sandbox.http.raw_socket import RawReply, read_to_end

GET = b"GET /cases HTTP/1.1\r\nHost: localhost\r\n\r\n"
SHORT = 0.2


def ok(_request: Request) -> Reply:
    return json_reply(200, {})


@contextmanager
def serving(limits: Limits, answer: Callable[[Request], Reply] = ok) -> Iterator[Callable[[], socket.socket]]:
    """A server in a thread, and a function that connects to it."""
    server = Server("127.0.0.1", 0, answer, limits)
    thread = threading.Thread(target=server.serve)
    thread.start()
    with ExitStack() as connections:

        def connect() -> socket.socket:
            return connections.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))

        try:
            yield connect
        finally:
            server.stop()
            thread.join()


def receive(connection: socket.socket) -> RawReply:
    """Return one response of a connection that stays open."""
    data = b""
    while not data.endswith(b"{}"):
        part = connection.recv(65536)
        assert part, "the connection was closed"
        data += part
    return RawReply(data, "")


def test_an_idle_connection_is_closed_without_a_word() -> None:
    with serving(Limits(idle=SHORT)) as connect:
        connection = connect()
        assert read_to_end(connection) == RawReply(b"", "fin")
        connection = connect()
        connection.sendall(GET)
        assert receive(connection).status == 200
        assert read_to_end(connection) == RawReply(b"", "fin")


@pytest.mark.parametrize(
    "beginning",
    [b"G", GET[:-2], GET[:-2] + b"Name: val", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"],
)
def test_a_request_that_does_not_arrive_is_408(beginning: bytes) -> None:
    with serving(Limits(head=SHORT, body=SHORT)) as connect:
        connection = connect()
        connection.sendall(beginning)
        seen = read_to_end(connection)
    assert (seen.status, seen.end) == (408, "fin")


def test_a_request_that_arrives_byte_by_byte_has_one_deadline_for_all() -> None:
    with serving(Limits(head=SHORT)) as connect:
        connection = connect()
        connection.settimeout(SHORT / 4)
        seen = b""
        end = time.monotonic() + 60
        while not seen:  # for ever, if each byte had a deadline of its own
            assert time.monotonic() < end
            connection.sendall(b"x")
            try:
                seen = connection.recv(65536)
            except TimeoutError:
                continue
    assert seen.startswith(b"HTTP/1.1 408")


def test_a_client_that_does_not_read_its_response_does_not_hold_a_thread() -> None:
    with serving(Limits(response=SHORT), lambda _: json_reply(200, "x" * 50_000_000)) as connect:
        others = set(threading.enumerate())
        connection = connect()
        connection.sendall(GET)
        connection.recv(1)  # the response has begun
        for thread in set(threading.enumerate()) - others:
            thread.join(60)
            assert not thread.is_alive()
        assert 0 < len(read_to_end(connection).data) < 50_000_000


def test_idle_connections_make_room_and_do_not_make_it_deaf() -> None:
    threads = set(threading.enumerate())
    with serving(Limits(connections=20)) as connect:
        crowd = [connect() for _ in range(500)]
        late = connect()
        late.sendall(GET)
        assert receive(late).status == 200
        assert read_to_end(crowd[0]).data == b""  # the longest waiting had to go
        assert all(read_to_end(each).data == b"" for each in crowd[:450])
        assert len(set(threading.enumerate()) - threads) < 1 + 100


def test_a_connection_whose_request_is_processed_is_not_closed_to_make_room() -> None:
    processing, finish = threading.Semaphore(0), threading.Event()

    def answer(_request: Request) -> Reply:
        processing.release()
        assert finish.wait(60)
        return json_reply(200, {})

    with serving(Limits(connections=3), answer) as connect:
        busy = [connect() for _ in range(3)]
        for connection in busy:
            connection.sendall(GET)
            assert processing.acquire(timeout=60)
        refused = read_to_end(connect())
        assert refused.status == 503
        finish.set()
        assert [receive(connection).status for connection in busy] == [200, 200, 200]


def test_a_write_whose_client_has_left_is_processed() -> None:
    done = threading.Semaphore(0)

    def answer(request: Request) -> Reply:
        assert request.body == b"{}"
        done.release()
        return json_reply(200, {})

    with serving(Limits(), answer) as connect:
        connection = connect()
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
        connection.close()
        assert done.acquire(timeout=60)


def test_a_request_knows_whether_its_client_has_left() -> None:
    arrived, left, known = threading.Event(), threading.Event(), threading.Semaphore(0)
    seen: list[bool] = []

    def answer(request: Request) -> Reply:
        seen.append(request.has_left())
        arrived.set()
        assert left.wait(60)
        seen.append(request.has_left())
        known.release()
        return json_reply(200, {})

    with serving(Limits(), answer) as connect:
        connection = connect()
        connection.sendall(GET)
        assert arrived.wait(60)
        connection.close()
        left.set()
        assert known.acquire(timeout=60)
    assert seen == [False, True]
