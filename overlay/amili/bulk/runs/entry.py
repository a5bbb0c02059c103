"""The row of a ledger as the journal entry of one write, and the check of its lease right before a request."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from amili._core.engine import Context, Flow, Send
from amili._core.writing import Pending, evidence_text
from amili._core.writing.journal import Lease
from amili._errors import AmiliError
from amili.bulk.ledger import Hold, Intent, Ledger, NotBegun

T = TypeVar("T")
_WRITES = frozenset({"register_invoice", "credit_case", "cancel_case"})


class NotBegunError(AmiliError):
    """Nothing was sent for a row; `reason` says why."""

    def __init__(self, reason: NotBegun) -> None:
        super().__init__(f"the row was not sent: {reason.why}")
        self.reason = reason


@dataclass
class RowEntry:
    """The journal of one write: a row of a ledger, of which it needs the step to `sending`; the worker records its end.

    Requests are sent for it only in the first part of its lease, so that the last of them is over when the lease expires and
    another worker may look it up. Both clocks decide, as either may stand still while a machine is suspended.
    """

    context: Context
    ledger: Ledger
    hold: Hold
    number: int
    seconds: float  # of the lease
    case_id: str | None = None
    read_at: float = 0.0  # when the case was read
    _send_until: list[tuple[Callable[[], float], float]] = field(default_factory=list)

    @contextmanager
    def lease(self, now: Callable[[], float], left: Callable[[], float] = lambda: 0.0) -> Iterator[Lease]:
        """Lease nothing: the worker holds the row already."""
        yield Lease(left)

    def claim_before(
        self, lease: Lease, now: float, seconds: float, wanted: Callable[[Pending], bool]
    ) -> tuple[list[Pending], bool]:
        """Find nothing: the worker looked up what was pending, and the ledger begins no write beside another of its kind."""
        return [], False

    def begin(self, lease: Lease, evidence: Any, now: float, expires_at: float) -> int:
        """Record on disk that the row is about to be sent; raises NotBegunError if it must not be."""
        clocks = (self.context.now, self.context.monotonic)
        room = self.seconds - self.context.timeout - self.context.retry.settle
        self._send_until = [(clock, clock() + room) for clock in clocks]  # before the step, so never later than the lease
        intent = Intent(evidence_text(evidence), self.case_id, self.read_at)
        reason = self.ledger.begin(self.hold, self.number, intent, now, now + self.seconds)
        if reason is not None:
            raise NotBegunError(reason)
        return self.number

    def end(self, lease: Lease, outcomes: Mapping[int, str], now: float) -> None:
        """Do nothing: the worker records the end, with what the receipt says."""

    def check(self) -> None:
        """Raise NotBegunError if a request could arrive after the lease."""
        if any(clock() >= until for clock, until in self._send_until):
            raise NotBegunError(NotBegun("lost"))


def within_lease(flow: Flow[T], entry: RowEntry) -> Flow[T]:
    """Run a flow, and check the lease right before each request that writes: the process may have been frozen."""
    try:
        effect = next(flow)
        while True:
            try:
                if isinstance(effect, Send) and effect.request.operation in _WRITES:
                    entry.check()
                    effect = effect._replace(check=entry.check)  # and again once httpx has come to write the bytes
                result = yield effect
            except AmiliError as problem:
                effect = flow.throw(problem)
            else:
                effect = flow.send(result)
    except StopIteration as done:
        value: T = done.value
        return value
    finally:
        flow.close()
