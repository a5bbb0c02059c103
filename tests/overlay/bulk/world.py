"""Workers on one ledger in virtual time: any of them may die, freeze or wait for another at any of its effects.

An effect is a transaction of the ledger or what a flow yields. Each effect that a worker has done is a place where it may be
interrupted; a frozen worker goes on where it was. Ground truth is `Vendor.commits`.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from amili import Retry
from amili._core.engine import Context, Flow, NoResponse, Response, Send
from amili.bulk import CaseKey, CreditingItem, Ledger, RowResult, Run
from amili.bulk.ledger import OPEN, PostgresqlLedger, SqliteLedger, SqlLedger

from tests.overlay.support import perform
from tests.overlay.writing.model import Network, Vendor, context
from tests.postgresql import empty_ledger
from tests.samples import CREDITOR, invoice
from tests.virtual_time import Clock

OTHER_CREDITOR = "5f1a3c0b9d8e7f6a5b4c3d20"
CONTRACT = {"register": "register_invoice", "credit": "credit_case", "cancel": "cancel_case"}
LONGER_THAN_THE_LEASE = 300.0  # seconds


class Death(BaseException):
    """The process of a worker is killed."""


class OfCreditors(Vendor):
    """A vendor whose cases have the creditor of their invoice."""

    def commit(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        receipt = super().commit(operation, body)
        if operation == "register_invoice":
            self.cases[-1]["creditor"] = body["creditor"]
        return receipt


@dataclass
class World:
    """A vendor, a network, a ledger, and the workers."""

    folder: Path
    seed: int = 0
    rate: float = 0.0  # of faults of the network
    database: str = ""  # of the ledger, if it is not in a file
    workers: list["Worker"] = field(default_factory=list)
    ledgers: list[PostgresqlLedger] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock, self.chance = Clock(1000.0), random.Random(self.seed)
        self.vendor = OfCreditors(self.clock, visible_after=self.chance.choice([0.0, 2.0, 9.0]))
        self.network = Network(self.vendor, self.chance, self.rate)
        self.file = self.folder / f"{self.seed}-{self.chance.random()}.sqlite"

    def ledger(self) -> SqlLedger:
        """Open the ledger, as a process does."""
        if self.database:
            if not self.ledgers:
                empty_ledger()
            opened = PostgresqlLedger(self.database, has_ended=self.has_ended, ahead=lambda *_: 4096.0)
            self.ledgers.append(opened)
            return opened
        return SqliteLedger(self.file, has_ended=self.has_ended)

    def has_ended(self, owner: str) -> bool:
        return any(worker.dead and worker.owner == owner for worker in self.workers)

    def take_over(self) -> None:
        """Give away a lot of a worker from which the others have heard nothing for a while; it may have ended or go on."""
        ledger = self.ledger()
        lots = [row.lot for row in ledger.rows(1) if row.state in OPEN]
        if lots:
            ledger.take_away(1, self.chance.choice(lots), self.clock.wall())

    def worker(self, source: list[Any], retry: Retry | None = None) -> "Worker":
        """Start the process of a worker."""
        # With another address each, as writes of one process on one case wait for each other.
        worker = Worker(self, source, replace(context(self.network, retry), base_url=f"https://worker{len(self.workers)}.test"))
        self.workers.append(worker)
        return worker

    def requests(self, operation: str) -> int:
        return sum(each == operation for worker in self.workers for each in worker.sent)


@dataclass
class Worker:
    """One process: a client and a ledger of its own. `interrupt` is called after each of its effects with its number."""

    world: World
    source: list[Any]
    _context: Context
    interrupt: Callable[[int], object] = lambda _: None
    effects: int = 0
    owner: str = ""
    dead: bool = False
    sent: list[str] = field(default_factory=list)
    dies_in_flight: float = 0.0  # the share of writes that arrive only after the worker's death
    _quota: None = None

    def work(self, run: int = 1, **options: Any) -> Iterator[RowResult]:
        """Work on a run of the world's ledger."""
        opened = Run.open(Watched(self), run, self.source)
        return opened.work(self, concurrency=1, **options)  # type: ignore[arg-type]

    def finish(self, run: int = 1) -> list[RowResult]:
        """Work until the run has ended, or this worker has."""
        results = list[RowResult]()
        try:
            for result in self.work(run):
                results.append(result)
        except Death:
            self.dead = True
        return results

    def done(self) -> None:
        """An effect is done: the worker may be interrupted, and a dead one does nothing more."""
        if self.dead:
            raise Death
        self.effects += 1
        self.interrupt(self.effects)
        if self.dead:
            raise Death

    def _run(self, flow: Flow[Any], call: str = "", quota: None = None) -> Any:
        try:
            effect = next(flow)
            while True:
                result = perform(effect, self._send, self.world.clock, iter(()))
                self.done()
                effect = flow.send(result)
        except StopIteration as ended:
            return ended.value
        finally:
            flow.close()

    def _send(self, effect: Send) -> Response | NoResponse:
        if self.dead:
            raise Death
        self.sent.append(effect.request.operation)
        if effect.request.writes and self.dies_in_flight and self.world.chance.random() < self.dies_in_flight:
            due = self.world.clock() + self.world.chance.random() * self.world.network.late_by
            self.world.vendor.waiting.append((due, lambda: self.world.network._process(effect)))
            self.dead = True
            raise Death
        return self.world.network.send(effect)


class Watched:
    """The ledger as a worker sees it: each use is an effect, and a dead worker's changes nothing."""

    def __init__(self, worker: Worker) -> None:
        self._worker, self._ledger = worker, worker.world.ledger()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._ledger, name)

        def use(*arguments: Any, **options: Any) -> Any:
            if self._worker.dead:
                raise Death
            if name == "claim":
                self._worker.owner = arguments[0].owner
            result = method(*arguments, **options)
            self._worker.done()
            return result

        return use


def begun(world: World, source: list[Any], operation: str) -> Ledger:
    """A ledger with a run of these items."""
    ledger = world.ledger()
    Run.start(ledger, source, operation)  # type: ignore[arg-type]
    return ledger


def items_of(world: World, operation: str) -> list[Any]:
    """Two lots of rows of an operation; cases that they need are there."""
    if operation == "register":
        return [invoice(f"N{n}", creditor=OTHER_CREDITOR if n % 2 else CREDITOR) for n in range(5)]
    cases = [world.vendor.add_case(f"N{n}") for n in range(4)]
    world.clock.seconds += 60.0
    if operation == "cancel":
        return [CaseKey(id=case["_id"]) for case in cases[:3]] + [CaseKey(invoice_number="N3")]
    by_id = [CreditingItem(CaseKey(id=case["_id"]), Decimal(n + 1)) for n, case in enumerate(cases[:3])]
    return [
        *by_id,
        CreditingItem(CaseKey(id=cases[0]["_id"]), Decimal(1)),
        CreditingItem(CaseKey(invoice_number="N3"), Decimal(7)),
    ]


def judge(world: World, operation: str, items: list[Any]) -> None:
    """Compare what was written with what was asked for, and with what the ledger says."""
    world.clock.seconds += 1000.0
    world.vendor.catch_up()
    written = Counter(case for done, case in world.vendor.commits if done == CONTRACT[operation])
    rows = list(world.ledger().rows(1))
    for ledger in world.ledgers:
        ledger.close()
    assert Counter(row.state for row in rows).keys() <= {"done", "reconciled"}, rows
    assert written == Counter(row.case_id for row in rows)
    assert sum(written.values()) == len(items)
    if operation == "register":
        numbers = Counter(case["debt"]["invoice_number"] for case in world.vendor.cases)
        assert numbers == {item["invoice_number"]: 1 for item in items}
