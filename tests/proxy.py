"""A TCP proxy before a PostgreSQL server, which cuts its connections or swallows what they carry."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

_RESET = struct.pack("ii", 1, 0)  # close() sends a reset


class Proxy:
    """Forwards connections to a server; `on_data` is called with what it forwards each time, and may cut or stall.

    It is a context manager; `address` is that of the database through it.
    """

    def __init__(self, address: str) -> None:
        server: dict[str, Any] = dict(conninfo_to_dict(address))
        host, port = str(server.pop("host", "localhost")), int(server.pop("port", 5432))
        self._server: Any = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        place = {"host": "127.0.0.1", "port": self._listener.getsockname()[1], "sslmode": "disable"}
        self.address = f"postgresql:///?{urlencode(server | place, quote_via=quote)}"
        self.on_data: Callable[[bytes], object] = lambda _: None
        self.on_connection: Callable[[], object] = lambda: None  # called before one is accepted
        self._open = list[socket.socket]()
        self._lock, self._flows = threading.Lock(), threading.Event()
        self._flows.set()

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.refuse()
        self.cut()
        self._flows.set()

    def cut(self) -> None:
        """Reset all connections."""
        with self._lock:
            ended, self._open = self._open, []
        for each in ended:
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                each.shutdown(socket.SHUT_RDWR)

    def refuse(self) -> None:
        """Refuse new connections from now on."""
        self._listener.shutdown(socket.SHUT_RDWR)  # ends accept()
        self._listener.close()

    def stall(self) -> None:
        """Accept and read, but forward nothing, until `flow`."""
        self._flows.clear()

    def flow(self) -> None:
        """Forward again; what was swallowed comes late."""
        self._flows.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.on_connection()
                if self._listener.fileno() < 0:
                    client.close()
                    return
                server = socket.socket(socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET)
                try:
                    server.connect(self._server)
                except OSError:  # it is being restarted
                    client.close()
                    continue
                with self._lock:
                    self._open += [client, server]
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._forward, args=pair, daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.on_data(data)
                self._flows.wait()
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
