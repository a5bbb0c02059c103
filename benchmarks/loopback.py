"""A server that answers as fast as Python can, in a process of its own, so that only the client's CPU time is counted.

`python -m benchmarks.loopback` prints its port. It answers every GET with the same page of one case and every other request with
the receipt of a registration.
"""

import asyncio
import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.cases import page, receipt

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Answering(asyncio.Protocol):
    """Reads whole requests and answers each with bytes made beforehand."""

    page = receipt = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._waiting = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head = self._waiting[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length.group(1)) if length else 0)
            if len(self._waiting) < whole:
                return
            self._waiting = self._waiting[whole:]
            self._transport.write(self.page if head.startswith(b"GET") else self.receipt)


def reply(status: bytes, body: bytes) -> bytes:
    """Return a whole HTTP response with a JSON body."""
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
    return head + body


async def serve() -> None:
    """Serve until the process is ended."""
    Answering.page, Answering.receipt = reply(b"200 OK", page(1, 1, total=1)), reply(b"201 CREATED", receipt())
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Run the server in a process of its own; gives its base URL."""
    command = [sys.executable, "-m", "benchmarks.loopback"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(serve())
