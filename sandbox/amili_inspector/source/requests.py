"""Requests, as the pages show them: secrets and personal data are masked by the data source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from amili_inspector.source.rows import Rows


@dataclass(frozen=True)
class RequestRow:
    """A request in a list."""

    sequence: int
    at: datetime  # by the machine's clock
    clock: datetime  # by the source's own clock
    operation: str
    method: str
    target: str  # path and query
    summary: str  # of the body: an invoice number or an amount
    status: int | None  # None: no response was sent, or not yet
    done: bool
    answered: int | None  # the status before a fault changed it; None if the request was not processed
    fault: str | None
    seconds: float | None
    cases: Sequence[str]  # ids


@dataclass(frozen=True)
class RequestDetail:
    """A request and its response; a body is JSON, None if empty or not kept."""

    row: RequestRow
    request_headers: Mapping[str, str]
    response_headers: Mapping[str, str]
    request_body: Any
    response_body: Any
    request_bytes: int
    response_bytes: int | None


STATUSES = {
    "ok": "done (2xx)",
    "refused": "refused (4xx)",
    "failed": "failed (5xx)",
    "none": "no response sent",
    "waiting": "not answered yet",
    "fault": "with a fault",
}


def has_status(wanted: str, *, status: int | None, done: bool, fault: str | None) -> bool:
    """Whether a request belongs to one of STATUSES; every request belongs to the empty one."""
    match wanted:
        case "ok" | "refused" | "failed":
            return status is not None and {"ok": 2, "refused": 4, "failed": 5}[wanted] == status // 100
        case "none":
            return done and status is None
        case "waiting":
            return not done
        case "fault":
            return fault is not None
    return True


@dataclass(frozen=True)
class RequestFilter:
    """Which requests to show; empty parts let all pass."""

    operation: str = ""
    status: str = ""  # a key of STATUSES
    seconds: int | None = None  # not older
    case: str = ""


class Requests(Protocol):
    """The requests that reached a data source."""

    def operations(self) -> Sequence[str]:
        """Return the names of the operations."""

    def find(self, wanted: RequestFilter, skip: int, limit: int) -> Rows[RequestRow]:
        """Return requests, the newest first."""

    def spellings(self) -> Mapping[str, int]:
        """Return how many requests used each spelling of the paths for writing."""

    def request(self, sequence: int) -> RequestDetail | None:
        """Return a request, or None if it is no longer kept."""
