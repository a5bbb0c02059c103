"""What was asked so far, for tests that want to know."""

from collections import deque
from typing import Any
from urllib.parse import parse_qs

from amili_sandbox.http.messages import Reply, Request

KEPT = 10_000
SECRET_HEADERS = {"x-api-key", "authorization", "cookie"}


class Journal:
    """The latest requests, without secrets and without those to the sandbox itself."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def note(self, request: Request, reply: Reply) -> None:
        """Remember a request and how it was answered."""
        self._entries.append({"request": request, "status": None if reply.silent else reply.status})

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """Return the requests in order of arrival; the status is null where no answer was sent."""
        return [_entry(entry["request"], entry["status"]) for entry in list(self._entries)]


def _entry(request: Request, status: int | None) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "query": {name: values[0] for name, values in parse_qs(request.query, keep_blank_values=True).items()},
        "status": status,
        "headers": {
            name.lower(): "(hidden)" if name.lower() in SECRET_HEADERS else value for name, value in request.headers
        },
    }
