"""The requests so far, for tests."""

from collections import deque
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from amili_sandbox.http import Reply, Request

KEPT = 10_000
SECRET_HEADERS = {"x-api-key", "authorization", "cookie"}


@dataclass(frozen=True)
class Entry:
    """One request, and how it was answered."""

    request: Request
    status: int | None
    fault: str | None


class RequestLog:
    """The latest requests, without secrets and without control requests."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def add(self, request: Request, reply: Reply, fault: str | None) -> None:
        """Add a request, how it was answered, and the fault it got."""
        self._entries.append(Entry(replace(request, body=b""), None if reply.silent else reply.status, fault))

    def clear(self) -> None:
        """Remove all entries."""
        self._entries.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """Return the requests in order of arrival; the status is null where no answer was sent."""
        return [_as_json(entry) for entry in list(self._entries)]


def _as_json(entry: Entry) -> dict[str, Any]:
    request = entry.request
    return {
        "method": request.method,
        "path": request.path,
        "query": {name: values[0] for name, values in parse_qs(request.query, keep_blank_values=True).items()},
        "status": entry.status,
        "fault": entry.fault,
        "headers": {name.lower(): "(hidden)" if name.lower() in SECRET_HEADERS else value for name, value in request.headers},
    }
