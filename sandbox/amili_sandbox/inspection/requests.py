"""Requests for the pages, with secrets and personal data masked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from amili_inspector import RequestDetail, RequestFilter, RequestRow, Rows, has_status
from bson import ObjectId

from amili_sandbox.inspection.operations import OPERATIONS, operation_of, spelling_of
from amili_sandbox.server import Entry, RequestLog, masked_body, masked_exchange, masked_headers, masked_target


class ShownRequests:
    """The log of requests."""

    def __init__(self, log: RequestLog) -> None:
        self._log = log

    def operations(self) -> Sequence[str]:
        """Return the names of the operations."""
        return OPERATIONS

    def find(self, wanted: RequestFilter, skip: int, limit: int) -> Rows[RequestRow]:
        """Return requests, the newest first."""
        found = list(_passing(self._log.entries(), wanted))
        return Rows([_row(entry) for entry in found[skip : skip + limit]], len(found))

    def spellings(self) -> Mapping[str, int]:
        """Return how many requests used each spelling of the paths for writing."""
        return Counter(spelling for entry in self._log.entries() if (spelling := spelling_of(entry.target)))

    def request(self, sequence: int) -> RequestDetail | None:
        """Return a request, or None if it is no longer kept."""
        entries = self._log.entries()
        place = sequence - entries[0].sequence if entries else -1
        if not 0 <= place < len(entries):
            return None
        entry = entries[place]
        return RequestDetail(
            row=_row(entry),
            request_headers=masked_headers(entry.request.headers),
            request_bytes=entry.request_bytes,
            response_bytes=entry.response_bytes,
            **masked_exchange(entry),
        )


def _passing(entries: Sequence[Entry], wanted: RequestFilter) -> Iterator[Entry]:
    since = datetime.now(UTC) - timedelta(seconds=wanted.seconds) if wanted.seconds is not None else None
    case = ObjectId(wanted.case).binary if ObjectId.is_valid(wanted.case) else wanted.case.encode()
    for entry in reversed(entries):
        if since is not None and entry.received_at < since:
            return
        if case and (case not in entry.case_ids or wanted.case not in entry.cases):
            continue
        if wanted.operation and operation_of(entry.method, entry.target) != wanted.operation:
            continue
        if has_status(wanted.status, status=entry.status, done=entry.done, fault=entry.fault):
            yield entry


def _row(entry: Entry) -> RequestRow:
    return RequestRow(
        sequence=entry.sequence,
        at=entry.received_at,
        clock=entry.clock.replace(tzinfo=UTC),
        operation=operation_of(entry.method, entry.target),
        method=entry.method,
        target=masked_target(entry.target),
        summary=_summary(entry.bodies[0]) if entry.method == "POST" else "",
        status=entry.status,
        done=entry.done,
        answered=entry.answered,
        fault=entry.fault,
        seconds=entry.seconds,
        cases=entry.cases,
    )


def _summary(body: bytes | None) -> str:
    """Return what distinguishes a write from others of its kind: the invoice number, the amount in SEK, or both."""
    content = masked_body(body)
    if not isinstance(content, dict):
        return ""
    amount = content.get("amount")
    parts = [content.get("invoice_number"), f"{Decimal(str(amount)):.2f} SEK" if isinstance(amount, int | float) else None]
    return ", ".join(part for part in parts if isinstance(part, str))
