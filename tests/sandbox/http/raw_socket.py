"""A raw socket: what a client sees below HTTP."""

import json
import select
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from amili_sandbox.testing import SandboxProcess


@dataclass
class RawReply:
    """All bytes received, and how the connection ended: `fin` or `rst`."""

    data: bytes
    end: str

    @property
    def status(self) -> int:
        return int(self.data.split(b" ", 2)[1])

    @property
    def head(self) -> str:
        return self.data.partition(b"\r\n\r\n")[0].decode()

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]

    def header(self, name: str) -> str | None:
        for line in self.head.splitlines()[1:]:
            key, _, value = line.partition(": ")
            if key.lower() == name.lower():
                return value
        return None

    @property
    def promised(self) -> int:
        return int(self.header("Content-Length") or -1)


def connect(sandbox: SandboxProcess) -> socket.socket:
    address = urlsplit(sandbox.base_url)
    assert address.hostname is not None
    assert address.port is not None
    return socket.create_connection((address.hostname, address.port), timeout=30)


def request_bytes(sandbox: SandboxProcess, method: str, path: str, body: Any = None, *headers: str) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"X-API-Key: {sandbox.token}"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


def read_to_end(connection: socket.socket) -> RawReply:
    data = b""
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            return RawReply(data, "rst")
        if not part:
            return RawReply(data, "fin")
        data += part


def exchange(sandbox: SandboxProcess, method: str, path: str, body: Any = None, *headers: str) -> RawReply:
    """Send one request on a connection of its own and read until the end of the connection."""
    with connect(sandbox) as connection:
        connection.sendall(request_bytes(sandbox, method, path, body, "Connection: close", *headers))
        return read_to_end(connection)


def has_data(connection: socket.socket) -> bool:
    """Whether anything, or the end, has arrived by now."""
    return bool(select.select([connection], [], [], 0)[0])
