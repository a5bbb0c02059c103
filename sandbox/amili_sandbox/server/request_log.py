"""The requests so far, for tests: bounded in number and in bytes."""

import json
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from amili_sandbox.http import Headers, Reply, Request

KEPT = 10_000
KEPT_BYTES = 16 * 1024 * 1024  # of targets and headers; older requests are forgotten
BODY_BYTES = 8 * 1024 * 1024  # of bodies; older bodies are forgotten, their requests stay
GREATEST_BODY = 64 * 1024
SECRET_HEADERS = {"x-api-key", "authorization", "cookie"}
HIDDEN = "(hidden)"
# What `bodies=masked` shows; any other value may be a person's, or a secret.
SHOWN = {
    "account", "amount", "case", "creditor", "currency", "invoice_date", "invoice_due_date", "invoice_delivery_date",
    "invoice_number", "invoice_type", "is_company", "is_foreign", "is_person", "number_of_units", "origin", "settled_amount",
    "state", "status", "total_price_excluding_vat", "unit_price", "unit_vat_percent", "_case", "_created", "_etag", "_id",
    "_invoice", "_status", "_updated", "_crediting_status", "_payment_status", "_cancellation_status", "code", "page",
    "max_results", "total",
}  # fmt: skip


@dataclass(slots=True)
class Entry:
    """One request, and how it was answered: nothing is known of that until it is done."""

    sequence: int
    method: str
    target: str
    headers: Headers
    received_at: datetime  # by the machine's clock, which no test moves
    began: float
    request_bytes: int
    bodies: tuple[bytes | None, bytes | None] = (None, None)  # of the request and the response
    status: int | None = None
    fault: str | None = None
    seconds: float | None = None
    response_bytes: int | None = None

    @property
    def size(self) -> int:
        """About how many bytes of memory the target and the headers take."""
        return len(self.target) + sum(len(name) + len(value) + 150 for name, value in self.headers)


class RequestLog:
    """The latest requests, without secrets and without control requests."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sequence = 0
        self.clear()

    def clear(self) -> None:
        """Remove all entries; the numbers go on."""
        with self._lock:
            self._entries: deque[Entry] = deque()
            self._with_bodies: deque[Entry] = deque()
            self._bytes = self._body_bytes = 0

    def begin(self, request: Request) -> Entry:
        """Add a request that has just been received."""
        now = datetime.now(UTC)
        with self._lock:
            self._sequence += 1
            entry = Entry(
                self._sequence, request.method, request.target, request.headers, now, time.perf_counter(), len(request.body)
            )
            self._entries.append(entry)
            self._bytes += entry.size
            while len(self._entries) > KEPT or self._bytes > KEPT_BYTES:
                self._bytes -= self._entries.popleft().size
        return entry

    def finish(self, entry: Entry, request: Request, reply: Reply, fault: str | None) -> None:
        """Complete an entry: how the request was answered, and the fault it got."""
        entry.seconds = time.perf_counter() - entry.began
        entry.fault = fault
        sent = b"" if reply.silent else reply.body[: reply.cut]
        if not reply.silent:
            entry.status, entry.response_bytes = reply.status, len(sent)
        with self._lock:
            entry.bodies = (_kept(request.body), _kept(sent))
            self._with_bodies.append(entry)
            self._body_bytes += _length(entry.bodies)
            while len(self._with_bodies) > KEPT or self._body_bytes > BODY_BYTES:
                oldest = self._with_bodies.popleft()
                self._body_bytes -= _length(oldest.bodies)
                oldest.bodies = (None, None)

    def as_json(self, *, bodies: bool = False) -> list[dict[str, Any]]:
        """Return the requests in order of arrival; the status is null where no response was sent, or not yet."""
        with self._lock:
            entries = list(self._entries)
        return [_as_json(entry) | (_masked_bodies(entry) if bodies else {}) for entry in entries]


def _kept(body: bytes) -> bytes | None:
    return body if len(body) <= GREATEST_BODY else None


def _length(bodies: tuple[bytes | None, bytes | None]) -> int:
    return sum(len(body) for body in bodies if body)


def _as_json(entry: Entry) -> dict[str, Any]:
    request = Request(entry.method, entry.target, entry.headers)
    return {
        "sequence": entry.sequence,
        "time": entry.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "method": request.method,
        "path": request.path,
        "query": {name: values[0] for name, values in parse_qs(request.query, keep_blank_values=True).items()},
        "status": entry.status,
        "fault": entry.fault,
        "seconds": None if entry.seconds is None else round(entry.seconds, 6),
        "request_bytes": entry.request_bytes,
        "response_bytes": entry.response_bytes,
        "headers": {name.lower(): HIDDEN if name.lower() in SECRET_HEADERS else value for name, value in request.headers},
    }


def _masked_bodies(entry: Entry) -> dict[str, Any]:
    return dict(zip(("request_body", "response_body"), map(_masked_body, entry.bodies), strict=True))


def _masked_body(body: bytes | None) -> Any:
    """Return JSON whose values are hidden but for those of known harmless properties; null if the body is empty or not kept."""
    if not body:
        return None
    try:
        return _masked(json.loads(body, parse_constant=str), "")
    except (ValueError, RecursionError):
        return HIDDEN


def _masked(content: Any, name: str) -> Any:
    if isinstance(content, dict):
        return {key: _masked(value, key) for key, value in content.items()}
    if isinstance(content, list):
        return [_masked(value, name) for value in content]
    return content if name in SHOWN or content is None else HIDDEN
