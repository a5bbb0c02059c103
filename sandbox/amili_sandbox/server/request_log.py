"""The requests so far, for tests and for the pages: bounded in number and in bytes."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from bson import ObjectId

from amili_sandbox.http import Headers, Reply, Request
from amili_sandbox.server.changes import Changes
from amili_sandbox.server.masking import masked_body, masked_headers

KEPT = 10_000
KEPT_BYTES = 16 * 1024 * 1024  # of targets and headers; older requests are forgotten
BODY_BYTES = 8 * 1024 * 1024  # of bodies; older bodies are forgotten, their requests stay
GREATEST_BODY = 64 * 1024


@dataclass(slots=True)
class Entry:
    """One request, and how it was answered: nothing is known of that until it is done."""

    sequence: int
    method: str
    target: str
    head: str  # its headers, packed
    received_at: datetime  # by the machine's clock, which no test moves
    clock: datetime  # by the stand-in's clock, UTC without a zone
    began: float
    request_bytes: int
    bodies: tuple[bytes | None, bytes | None] = (None, None)  # of the request and the response
    status: int | None = None
    fault: str | None = None
    seconds: float | None = None
    response_bytes: int | None = None
    response_head: str = ""
    case_ids: bytes = b""  # of the cases it touched, 12 bytes each
    answered: int | None = None  # the status before a network fault changed it; None if it was not processed

    @property
    def size(self) -> int:
        """About how many bytes of memory the target, the headers and the ids take."""
        return len(self.target) + len(self.head) + len(self.response_head) + len(self.case_ids) + 500

    @property
    def done(self) -> bool:
        """Whether it was answered, or ended without an answer."""
        return self.seconds is not None

    @property
    def request(self) -> Request:
        """The request without its body."""
        return Request(self.method, self.target, _unpacked(self.head))

    @property
    def cases(self) -> list[str]:
        """The ids of the cases it touched."""
        return [self.case_ids[at : at + 12].hex() for at in range(0, len(self.case_ids), 12)]


class RequestLog:
    """The latest requests, without secrets and without control requests."""

    def __init__(self, now: Callable[[], datetime], changes: Changes) -> None:
        self._now = now
        self._changes = changes
        self._lock = Lock()
        self._sequence = 0
        self.clear()

    def clear(self) -> None:
        """Remove all entries; the numbers go on."""
        with self._lock:
            self._entries: deque[Entry] = deque()
            self._with_bodies: deque[Entry] = deque()
            self._bytes = self._body_bytes = 0
        self._changes.add()

    def begin(self, request: Request) -> Entry:
        """Add a request that has just been received."""
        times = (datetime.now(UTC), self._now(), time.perf_counter())
        with self._lock:
            self._sequence += 1
            entry = Entry(self._sequence, request.method, request.target, _packed(request.headers), *times, len(request.body))
            self._entries.append(entry)
            self._bytes += entry.size
            self._forget_oldest()
        self._changes.add()
        return entry

    def answered(self, entry: Entry, status: int, cases: Iterable[ObjectId]) -> None:
        """Add how a request was answered, whether or not that is sent, and the cases that it touched."""
        with self._lock:
            before = entry.size
            entry.answered, entry.case_ids = status, b"".join(case.binary for case in cases)
            self._resize(entry, before)

    def finish(self, entry: Entry, request: Request, reply: Reply, fault: str | None) -> None:
        """Complete an entry: how the request was answered, and the fault it got."""
        entry.seconds = time.perf_counter() - entry.began
        entry.fault = fault
        sent = b"" if reply.silent else reply.body[: reply.cut]
        with self._lock:
            before = entry.size
            if not reply.silent:
                entry.status, entry.response_bytes, entry.response_head = reply.status, len(sent), _packed(reply.headers)
            self._resize(entry, before)
            entry.bodies = (_kept(request.body), _kept(sent))
            self._with_bodies.append(entry)
            self._body_bytes += _length(entry.bodies)
            while len(self._with_bodies) > KEPT or self._body_bytes > BODY_BYTES:
                oldest = self._with_bodies.popleft()
                self._body_bytes -= _length(oldest.bodies)
                oldest.bodies = (None, None)
        self._changes.add()

    def entries(self) -> list[Entry]:
        """Return the requests in order of arrival."""
        with self._lock:
            return list(self._entries)

    def as_json(self, *, bodies: bool = False) -> list[dict[str, Any]]:
        """Return the requests in order of arrival; the status is null where no response was sent, or not yet."""
        return [_as_json(entry) | (masked_exchange(entry) if bodies else {}) for entry in self.entries()]

    def _resize(self, entry: Entry, before: int) -> None:
        # One that was removed meanwhile, or before a reset, no longer counts.
        if self._entries and entry.sequence >= self._entries[0].sequence:
            self._bytes += entry.size - before
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        while len(self._entries) > KEPT or self._bytes > KEPT_BYTES:
            self._bytes -= self._entries.popleft().size


def _packed(headers: Headers) -> str:
    """Return headers as one text, which takes a fifth of the memory; no value has a line end."""
    return "\n".join(f"{name}:{value}" for name, value in headers)


def _unpacked(head: str) -> Headers:
    pairs = (line.partition(":") for line in head.split("\n") if line)
    return [(name, value) for name, _, value in pairs]


def _kept(body: bytes) -> bytes | None:
    return body if len(body) <= GREATEST_BODY else None


def _length(bodies: tuple[bytes | None, bytes | None]) -> int:
    return sum(len(body) for body in bodies if body)


def _as_json(entry: Entry) -> dict[str, Any]:
    request = entry.request
    return {
        "sequence": entry.sequence,
        "time": entry.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "clock": f"{entry.clock.isoformat()}Z",
        "method": request.method,
        "path": request.path,
        "query": {name: values[0] for name, values in parse_qs(request.query, keep_blank_values=True).items()},
        "status": entry.status,
        "answered": entry.answered,
        "fault": entry.fault,
        "seconds": None if entry.seconds is None else round(entry.seconds, 6),
        "request_bytes": entry.request_bytes,
        "response_bytes": entry.response_bytes,
        "cases": entry.cases,
        "headers": masked_headers(request.headers),
    }


def masked_exchange(entry: Entry) -> dict[str, Any]:
    """Return the bodies and the headers of the response, without secrets and personal data."""
    bodies = dict(zip(("request_body", "response_body"), map(masked_body, entry.bodies), strict=True))
    return {"response_headers": masked_headers(_unpacked(entry.response_head)), **bodies}
