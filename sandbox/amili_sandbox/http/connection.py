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

    def __init__(self, accepted: socket.socket, client: str) -> None:
        self._socket = accepted
        self._raw = _Raw(accepted)
        self.client = client
        self.stream = io.BufferedReader(self._raw, 64 * 1024)
        self.waiting_since: float | None = time.monotonic()  # None while a request is processed
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def set_deadline(self, seconds: float) -> None:
        """Let all reads from now on end after so many seconds together."""
        self._raw.deadline = time.monotonic() + seconds

    def send(self, data: bytes, seconds: float) -> None:
        """Send all of it, or raise TimeoutError if the client does not read."""
        self._socket.settimeout(seconds)
        self._socket.sendall(data)

    def has_left(self) -> bool:
        """Whether the client has closed its side of the connection."""
        self._socket.settimeout(0)
        try:
            return self._socket.recv(1, socket.MSG_PEEK) == b""
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
    """The bytes of a socket, until a deadline for all reads together."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source
        self.deadline = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._source.settimeout(left)
        return self._source.recv_into(buffer)
