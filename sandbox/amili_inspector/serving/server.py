"""A server of pages for a few people."""

import os
import secrets
import socket
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from amili_inspector.serving.guard import WsgiApplication, behind_token, for_hosts, is_loopback

HINT = "This is not the whole address: it ends with a token that changes with each start. The command prints it when it starts.\n"


def new_token() -> str:
    """Return a token that can't be guessed, for a path."""
    return secrets.token_urlsafe(16)


class _Quiet(WSGIRequestHandler):
    """Does not log requests: their addresses have the token."""

    protocol_version = "HTTP/1.1"

    def version_string(self) -> str:
        """Return what the header Server says."""
        return "amili"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Log nothing."""


class PageServer:
    """Listens at an address of this machine; raises OSError if it can't. With port 0 it takes any that is free.

    Where only this machine can reach it, requests for other names are refused.
    """

    def __init__(self, application: WsgiApplication, host: str, port: int) -> None:
        path = f"/{new_token()}/"
        guarded = behind_token(application, path, HINT)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as listening:
            if os.name == "posix":  # elsewhere this would allow two servers at one port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host.encode("idna").decode(), port))
            listening.listen()
            self._server: BaseWSGIServer = make_server(
                host,
                listening.getsockname()[1],
                for_hosts(guarded, ()) if is_loopback(host) else guarded,
                threaded=True,
                request_handler=_Quiet,
                fd=listening.fileno(),
            )
        known = socket.gethostname() if host in ("0.0.0.0", "::") else host  # noqa: S104 - a person chose it
        name = f"[{known}]" if ":" in known else known
        self.address: str = f"http://{name}:{self._server.port}{path}"

    def serve(self) -> None:
        """Answer requests until Ctrl-C, or until another thread stops it."""
        self._server.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """Let `serve` return."""
        self._server.shutdown()
