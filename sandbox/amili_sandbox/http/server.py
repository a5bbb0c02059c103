"""The server: one process, one thread for each connection, every response sent at once.

Not a server library, as faults reach below HTTP: a response may be cut, a connection reset or refused, which servers made for
production prevent.
"""

import contextlib
import errno
import socket
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from amili_sandbox.http.connection import Connection
from amili_sandbox.http.messages import Ending, Reply, Request, encode, error_reply
from amili_sandbox.http.reading import BadRequest, read_body, read_head

Handler = Callable[[Request], Reply]
POLL = 0.2  # seconds until a stop is noticed
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True)
class Limits:
    """How many connections there may be, and for how many seconds a client may keep the server waiting."""

    connections: int = 512  # one thread each, and half of the files that systems usually let a process open
    idle: float = 75.0  # until a request begins
    head: float = 20.0  # from its first byte to the end of its headers
    body: float = 60.0
    response: float = 60.0  # in which it receives nothing of a response


class Server:
    """Listens on one address and answers every request with what the handler returns."""

    def __init__(self, host: str, port: int, handler: Handler, limits: Limits | None = None) -> None:
        self._handler = handler
        self._limits = limits or Limits()
        self._listener = _listen(host, port)
        self.host, self.port = host, int(self._listener.getsockname()[1])
        self._stop = threading.Event()
        self._connections: set[Connection] = set()
        self._refuse_for = 0.0

    @property
    def base_url(self) -> str:
        """Where the server can be reached."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"

    def serve(self) -> None:
        """Accept connections until stopped or interrupted."""
        try:
            while not self._stop.is_set():
                if self._refuse_for:
                    self._refuse()
                self._accept()
        finally:
            self._stop.set()
            self._listener.close()
            self._end_connections()

    def _accept(self) -> None:
        try:
            accepted, address = self._listener.accept()
        except OSError as error:  # a timeout, or the listener was shut down and `serve` checks why
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._end_longest_waiting()
                self._stop.wait(POLL / 10)
            return
        try:
            connection = Connection(accepted, str(address[0]), self._limits.response)
        except OSError:  # the client has reset it already
            accepted.close()
            return
        if len(self._connections) >= self._limits.connections and not self._end_longest_waiting():
            busy = error_reply(503, f"all {self._limits.connections} connections are busy; try again later")
            with contextlib.suppress(OSError):
                connection.send(encode(busy, "GET", keep=False))
            connection.close()
            return
        self._connections.add(connection)
        try:
            threading.Thread(target=self._serve_connection, args=(connection,), daemon=True).start()
        except RuntimeError:  # the system has no thread left
            self._connections.discard(connection)
            connection.close()

    def _end_longest_waiting(self) -> bool:
        """End the connection that has been waiting longest for a client; return whether there was one."""
        waiting = [(since, each) for each in list(self._connections) if (since := each.waiting_since) is not None]
        if not waiting:
            return False
        _, longest = min(waiting, key=lambda pair: pair[0])
        self._connections.discard(longest)
        longest.end()
        return True

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
        self._end_connections()
        if not self._stop.wait(seconds):
            self._listener = _listen(self.host, self.port)

    def _shut_listener(self) -> None:
        # Wakes the thread that waits in accept, and refuses new connections from now on.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)

    def _end_connections(self) -> None:
        for connection in list(self._connections):
            connection.end()

    def _serve_connection(self, connection: Connection) -> None:
        ending = Ending.KEEP
        try:
            while ending is Ending.KEEP:
                ending = self._answer_one(connection)
        except OSError:
            pass  # the client has closed the connection, or has kept the server waiting for too long
        finally:
            self._connections.discard(connection)
            connection.close(reset=ending is Ending.RST)

    def _answer_one(self, connection: Connection) -> Ending:
        """Answer one request; return how the connection goes on."""
        connection.waiting_since = time.monotonic()
        try:
            received = self._read(connection)
        except (BadRequest, TimeoutError) as error:
            status, reason = (error.status, str(error)) if isinstance(error, BadRequest) else (408, "the request did not arrive")
            connection.send(encode(error_reply(status, reason), "GET", keep=False))
            connection.discard_rest()
            return Ending.FIN
        if received is None:
            return Ending.FIN
        request, version = received
        connection.waiting_since = None
        reply = self._handle(request)
        option = (request.header("Connection") or "").lower()
        ending = reply.ending
        if ending is Ending.KEEP and (option == "close" or (version == 0 and option != "keep-alive")):
            ending = Ending.FIN
        if not reply.silent:
            connection.send(encode(reply, request.method, keep=ending is Ending.KEEP))
        return ending

    def _read(self, connection: Connection) -> tuple[Request, int] | None:
        """Return a request and the minor version of HTTP; None if there will be no more."""
        connection.set_deadline(self._limits.idle)
        try:
            if not connection.stream.peek(1):
                return None
        except TimeoutError:
            return None
        connection.set_deadline(self._limits.head)
        head = read_head(connection.stream, connection.client)
        if head is None:
            return None
        request, version = head
        request.has_left = connection.has_left
        connection.set_deadline(self._limits.body)
        request.body = read_body(connection.stream, request, version, lambda: connection.send(CONTINUE))
        return request, version


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(socket.SOMAXCONN)
        listener.settimeout(POLL)
    except OSError:
        listener.close()
        raise
    return listener
