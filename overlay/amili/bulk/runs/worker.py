"""Works on a run, lot by lot: claims a lot, looks its rows up, sends those that are to be sent, until none is left."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from amili._core.engine import Flow, Sleep
from amili._core.postgresql import LostConnectionError
from amili._errors import AmiliError, RateLimitedError
from amili.bulk.ledger import LedgerRow
from amili.bulk.rows import RowResult
from amili.bulk.runs.items import Items
from amili.bulk.runs.lot import Plan, ToSend, plan_lot
from amili.bulk.runs.results import result_of
from amili.bulk.runs.sending import Sender, Sent, pause_after
from amili.bulk.runs.settling import FromLedger, without_sending
from amili.bulk.runs.stored_items import StoredItems
from amili.bulk.runs.threads import Threads

_POLL = 1.0  # seconds between looks for rows that other workers give away
_PATIENCE = 5  # failures in a row after which a run stops: the API or the network is down


@dataclass
class Worker:
    """One of the workers of a run; with `wait` it stays until the run has ended, since others may die."""

    sender: Sender
    items: Items | StoredItems | FromLedger
    concurrency: int
    wait: bool
    _failures: int = 0

    def results(self) -> Iterator[RowResult]:
        """Yield the result of each row once it is in the ledger. What is under way when the caller stops is finished."""
        ledger, hold, context = self.sender.ledger, self.sender.hold, self.sender.context
        threads, is_lost = Threads(self.sender.send, self.concurrency), False
        try:
            while True:
                lot = ledger.claim(hold, context.now(), self.sender.seconds)
                if lot:
                    yield from self._work_on(lot, threads)
                elif not self.wait or ledger.run(hold.run).state != "running":
                    return
                else:
                    self._pause(_POLL)
        except LostConnectionError:
            is_lost = True
            raise
        finally:
            threads.close()
            if not is_lost:
                ledger.release(hold, context.now())

    def _work_on(self, lot: list[LedgerRow], threads: Threads[ToSend, Sent]) -> Iterator[RowResult]:
        plan = self._plan(lot)
        if plan is None:
            return
        yield from self._record(plan)
        to_send = deque(plan.to_send)
        while to_send or threads.under_way:
            while to_send and threads.under_way < self.concurrency:
                threads.start(to_send.popleft())
            sent = threads.next()
            if sent.is_over:
                to_send.clear()
            self._count(sent.trouble)
            if sent.ending is not None:
                yield result_of(sent.row, sent.ending, sent.at)

    def _plan(self, lot: list[LedgerRow]) -> Plan | None:
        """Look a lot up; None if that failed, and the lot was put off."""
        sender = self.sender
        items = self.items.of(lot)
        rows = [row for row in lot if row.number in items]
        try:
            plan: Plan = sender.run(plan_lot(sender.context, sender.operation, sender.hold.run, rows, items))
        except AmiliError as problem:
            self._count(problem)
            pause = pause_after(problem) or 0.0
            now = sender.context.now()
            sender.ledger.put_off(sender.hold, [row.number for row in lot], now, now + pause, looked=False)
            return None
        return plan if self.items.sendable else without_sending(plan, lot)

    def _record(self, plan: Plan) -> Iterator[RowResult]:
        """Record what the lookup decided."""
        ledger, hold, now = self.sender.ledger, self.sender.hold, self.sender.context.now()
        ours = ledger.end(hold, [(row.number, ending) for row, ending, _ in plan.ended], now)
        for until in set(plan.put_off.values()):
            ledger.put_off(hold, [number for number, at in plan.put_off.items() if at == until], now, until)
        ledger.reset(hold, plan.absent)
        for row, ending, case in plan.ended:
            if row.number in ours:
                self._failures = 0
                yield result_of(row, ending, now, case)

    def _count(self, trouble: AmiliError | None) -> None:
        """Count failures in a row; raises the last of too many, or one that would only be repeated. A 429 never counts."""
        if trouble is None:
            self._failures = 0
        elif pause_after(trouble) is None:
            raise trouble
        elif not isinstance(trouble, RateLimitedError):
            self._failures += 1
            if self._failures >= _PATIENCE:
                raise trouble

    def _pause(self, seconds: float) -> None:
        self.sender.run(_sleep(seconds))


def _sleep(seconds: float) -> Flow[None]:
    yield Sleep(seconds)
