"""One client's connection: read with a deadline, and closed so that the last response arrives."""

import contextlib
import io
import socket
import struct
import time
from typing import Any

TEAR_DOWN = struct.pack("ii", 1, 0)  # SO_LINGER with no time: close sends RST
GREATEST_REST = 1024 * 1024  # bytes that are read and thrown away after a refusal
REST_SECONDS = 1.0


class Connection:
    """A socket with a buffered stream whose reads raise TimeoutError after the deadline."""

    def __init__(self, accepted: socket.socket, client: str, send_seconds: float) -> None:
        self._socket = accepted
        self._raw = _Raw(accepted)
        self.client = client
        self.stream = io.BufferedReader(self._raw, 64 * 1024)
        self.waiting_since: float | None = time.monotonic()  # None while a request is processed
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _set_timeout(accepted, socket.SO_SNDTIMEO, send_seconds)

    def set_deadline(self, seconds: float) -> None:
        """Let all reads from now on end after so many seconds together."""
        self._raw.seconds, self._raw.deadline = seconds, time.monotonic() + seconds

    def send(self, data: bytes) -> None:
        """Send all of it; raise OSError if the client does not read."""
        self.waiting_since = time.monotonic()
        self._socket.sendall(data)

    def has_left(self) -> bool:
        """Whether the client has closed its side of the connection."""
        try:
            return self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def end(self) -> None:
        """Make every read and write fail; may be called by any thread."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def discard_rest(self) -> None:
        """Read on for a moment, as closing with unread data would take the response back."""
        self.set_deadline(REST_SECONDS)
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            left = GREATEST_REST
            while left > 0 and (part := self.stream.read1(64 * 1024)):
                left -= len(part)

    def close(self, *, reset: bool = False) -> None:
        """Close it in an orderly way, or with a reset."""
        with contextlib.suppress(OSError):
            if reset:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, TEAR_DOWN)
        self.stream.close()
        self._socket.close()


class _Raw(io.RawIOBase):
    """The bytes of a socket, until a deadline for all reads together.

    The system counts the time, as a timeout of Python costs several more system calls for each request.
    """

    def __init__(self, source: socket.socket) -> None:
        self._source = source
        self._set = 0.0
        self.seconds = self.deadline = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        # A request mostly arrives as a whole, after the same wait as the one before.
        wanted = self.seconds if left > 0.99 * self.seconds else left
        if wanted != self._set:
            _set_timeout(self._source, socket.SO_RCVTIMEO, wanted)
            self._set = wanted
        try:
            return self._source.recv_into(buffer)
        except BlockingIOError:
            raise TimeoutError from None


def _set_timeout(of: socket.socket, option: int, seconds: float) -> None:
    microseconds = max(1, int(seconds * 1_000_000))  # none would mean for ever
    of.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", *divmod(microseconds, 1_000_000)))
