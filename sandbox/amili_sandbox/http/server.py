"""The server: one process, one thread for each connection, every response sent at once.

Not a server library, as faults reach below HTTP: a response may be cut, a connection reset or refused, which servers made for
production prevent.
"""

import contextlib
import socket
import struct
import threading
import traceback
from collections.abc import Callable
from email.utils import formatdate
from typing import BinaryIO, cast

from amili_sandbox.http.messages import Ending, Reply, Request, error_reply
from amili_sandbox.http.reading import BadRequest, read_body, read_head

Handler = Callable[[Request], Reply]
POLL = 0.2  # seconds until a stop is noticed
TEAR_DOWN = struct.pack("ii", 1, 0)  # SO_LINGER with no time: close sends RST
NO_BODY = {204, 304}


class Server:
    """Listens on one address and answers every request with what the handler returns."""

    def __init__(self, host: str, port: int, handler: Handler) -> None:
        self._handler = handler
        self._listener = _listen(host, port)
        self.host, self.port = host, int(self._listener.getsockname()[1])
        self._stop = threading.Event()
        self._connections: set[socket.socket] = set()
        self._refuse_for = 0.0

    @property
    def base_url(self) -> str:
        """Where the server can be reached."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"

    def serve(self) -> None:
        """Accept connections until stopped or interrupted."""
        try:
            self._accept()
        finally:
            self._stop.set()
            self._listener.close()
            self._close_connections()

    def _accept(self) -> None:
        while not self._stop.is_set():
            if self._refuse_for:
                self._refuse()
            try:
                connection, address = self._listener.accept()
            except OSError:
                continue  # a timeout, or the listener was shut down and the loop checks why
            threading.Thread(target=self._serve_connection, args=(connection, str(address[0])), daemon=True).start()

    def stop(self) -> None:
        """Make `serve` return soon."""
        self._stop.set()
        self._shut_listener()

    def refuse_connections(self, seconds: float) -> None:
        """Close every connection and refuse new ones for a while."""
        self._refuse_for = seconds
        self._shut_listener()

    def _handle(self, request: Request) -> Reply:
        try:
            return self._handler(request)
        except Exception:
            traceback.print_exc()  # an error of the sandbox itself; Eve answers its own
            return error_reply(500, "the sandbox itself failed; the traceback is on its standard error")

    def _refuse(self) -> None:
        seconds, self._refuse_for = self._refuse_for, 0.0
        self._listener.close()
        self._close_connections()
        if not self._stop.wait(seconds):
            self._listener = _listen(self.host, self.port)

    def _shut_listener(self) -> None:
        # Wakes the thread that waits in accept, and refuses new connections from now on.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)

    def _close_connections(self) -> None:
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _serve_connection(self, connection: socket.socket, client: str) -> None:
        self._connections.add(connection)
        try:
            connection.settimeout(None)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = cast(BinaryIO, connection.makefile("rb", buffering=64 * 1024))
            try:
                while self._answer_one(connection, stream, client):
                    pass
            finally:
                stream.close()
        except OSError:
            pass  # the client has closed the connection
        finally:
            self._connections.discard(connection)
            connection.close()

    def _answer_one(self, connection: socket.socket, stream: BinaryIO, client: str) -> bool:
        """Answer one request; return whether the connection stays open."""
        try:
            head = read_head(stream, client)
            if head is None:
                return False
            request, version = head
            if (request.header("Expect") or "").lower() == "100-continue":
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.body = read_body(stream, request)
        except BadRequest as error:
            connection.sendall(_encode(error_reply(400, str(error)), "GET", keep=False))
            return False
        reply = self._handle(request)
        connection_option = (request.header("Connection") or "").lower()
        keep = reply.ending is Ending.KEEP and (
            connection_option == "keep-alive" if version == "HTTP/1.0" else connection_option != "close"
        )
        if not reply.silent:
            connection.sendall(_encode(reply, request.method, keep=keep))
        if reply.ending is Ending.RST:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, TEAR_DOWN)
        return keep


def _encode(reply: Reply, method: str, *, keep: bool) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {reply.reason}", "Server: amili-sandbox"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    if reply.header("Date") is None:
        lines.append(f"Date: {formatdate(usegmt=True)}")
    if reply.header("Content-Length") is None and reply.status not in NO_BODY:
        lines.append(f"Content-Length: {len(reply.body)}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    body = b"" if method == "HEAD" or reply.status in NO_BODY else reply.body[: reply.cut]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
        listener.settimeout(POLL)
    except OSError:
        listener.close()
        raise
    return listener
