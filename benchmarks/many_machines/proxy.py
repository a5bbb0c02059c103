"""A network between workers and their database that cuts connections, or stalls."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress

_RESET = struct.pack("ii", 1, 0)  # with it, close() sends a reset


class Network:
    """Forwards connections on a port of this machine to a socket file; a context manager."""

    def __init__(self, target: str) -> None:
        self._target, self._listener = target, socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._lock, self._flows, self._answers = threading.Lock(), threading.Event(), threading.Event()
        self.flow()

    def __enter__(self) -> Network:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def stall(self, *, answers_only: bool = False) -> None:
        """Forward nothing, or no answers, until `flow` or `cut`."""
        self._answers.clear()
        if not answers_only:
            self._flows.clear()

    def flow(self) -> None:
        """Forward again; what was held up comes late."""
        self._flows.set()
        self._answers.set()

    def cut(self) -> None:
        """Reset all connections; what was held up is lost."""
        with self._lock:
            ended, self._open = self._open, []
        for each in ended:
            with suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                each.shutdown(socket.SHUT_RDWR)
        self.flow()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(self._target)
                except OSError:  # the database is being restarted
                    client.close()
                    continue
                with self._lock:
                    self._open += [client, server]
                for pair in ((client, server, self._flows), (server, client, self._answers)):
                    threading.Thread(target=self._forward, args=pair, daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, gate: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                gate.wait()
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
