"""Handing a request to a WSGI application."""

import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from amili_sandbox.http.messages import Headers, Reply, Request

WsgiApplication = Callable[..., Iterable[bytes]]


def call(application: WsgiApplication, request: Request) -> Reply:
    """Return what the application answers."""
    reply = Reply(500)

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
        reply.status, reply.headers = int(status.split(maxsplit=1)[0]), list(headers)
        return write

    chunks: list[bytes] = []
    write = chunks.append
    answer = application(_environ(request), start_response)
    try:
        chunks.extend(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    reply.body = b"".join(chunks)
    return reply


def _environ(request: Request) -> dict[str, Any]:
    host, _, port = (request.header("Host") or "localhost").rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode().decode("latin-1"),  # PEP 3333: bytes dressed up as latin-1
        "QUERY_STRING": request.query,
        "SERVER_NAME": host or port,
        "SERVER_PORT": port if host else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING") and "_" not in name:
            key = f"HTTP_{key}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
