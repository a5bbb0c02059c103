"""Two processes that credit one case by one amount at one moment, in virtual time: no outcome is taken for that of the other."""

import dataclasses
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import AmiliError, OutcomeUnknownError, Retry
from amili._core import writing as actions
from amili._core.engine import Flow, Send, Sleep
from amili._core.writing import Journal, open_journal

from tests.overlay.support import perform
from tests.overlay.writing.model import Network, Vendor, context, run
from tests.samples import CREDITOR
from tests.virtual_time import Clock

SCHEDULES = 1_000
Plan = Callable[["Process"], Flow[Any]]


@dataclass
class Process:
    """One of the processes: its network, its rules, its journal, what it sent and what it was told."""

    number: int
    network: Network
    journal: Journal | None
    references: set[str | None] = field(default_factory=set)
    result: Any = None

    def __post_init__(self) -> None:
        # Writes on one case run one after the other within a process, which an address of its own makes it.
        self.rules = dataclasses.replace(context(self.network, Retry(total=300.0)), base_url=f"https://{self.number}.test")

    def send(self, effect: Send) -> Any:
        """Note the reference of what is sent, and send it."""
        if effect.request.writes:
            self.references.add(effect.request.body.get("creditor_reference"))
        return self.network.send(effect)


def run_together(processes: list[Process], plan: Plan, clock: Clock) -> None:
    """Run a flow for each process: always the one whose effect is due first, by one clock."""
    due = [
        (clock.seconds + process.network.chance.choice([0.0, 0.01, 0.03, 5.0]), process, plan(process), None)
        for process in processes
    ]
    while due:
        now, process, flow, answer = min(due, key=lambda each: (each[0], each[1].number))
        due.remove((now, process, flow, answer))
        clock.seconds = now
        try:
            effect = flow.send(answer)
        except StopIteration as done:
            process.result = done.value
            continue
        except AmiliError as problem:
            process.result = problem
            continue
        answer = None if isinstance(effect, Sleep) else perform(effect, process.send, clock, iter(()))
        took = effect.seconds if isinstance(effect, Sleep) else clock.seconds - now
        due.append((now + took, process, flow, answer))
        clock.seconds = now


def world(seed: int) -> tuple[Vendor, random.Random, str]:
    """A vendor with a seed's habits and a case to credit."""
    chance = random.Random(seed)
    vendor = Vendor(
        Clock(),
        skew=chance.choice([0.0, -400.0, 400.0, 3.0]),
        listed_after=chance.choice([0.0, 0.0, 0.0, 2.0, 9.0]),
    )
    case = vendor.add_case("INV-1")["_id"]
    if chance.random() < 0.5:
        other = vendor.add_case("INV-0")["_id"]
        vendor.commit("credit_case", {"case": other, "amount": 10, "creditor": CREDITOR, "creditor_reference": "BEFORE"})
    vendor.clock.seconds += 60.0
    return vendor, chance, case


def judge(process: Process, vendor: Vendor) -> str:
    """Compare what a process was told with what the vendor stored of it."""
    stored = [row for row in vendor.records if row.get("creditor_reference") in process.references - {None}]
    assert len(process.references) <= 1, "a repetition has another reference"
    assert len(stored) <= 1, f"{len(stored)} times"
    result = process.result
    if isinstance(result, OutcomeUnknownError):
        process.network.rate = 0.0
        try:
            result = run(actions.resolve(process.rules, result, process.journal), process.network)
        except OutcomeUnknownError:
            return "unknown"
        assert (result is not None) == bool(stored), "resolve() was wrong"
        return "resolved"
    if isinstance(result, AmiliError):
        assert not stored, f"it said {result!r}, but it had happened"
        return "nothing written"
    assert stored, f"a receipt ({result.outcome}) for nothing"
    assert result.id in (None, stored[0]["_id"]), "the receipt of another crediting"
    return f"{result.outcome}{' in part' if result.id is None else ''}"


@pytest.mark.parametrize("given", [False, True], ids=["reference made", "reference given"])
def test_each_receipt_is_true(given: bool, tmp_path: Path) -> None:
    said: Counter[str] = Counter()
    for seed in range(SCHEDULES):
        vendor, chance, case = world(seed)
        processes = []
        for number in (1, 2):
            journal = open_journal(tmp_path / f"{seed}-{number}.sqlite") if seed % 20 == 0 else None
            processes.append(Process(number, Network(vendor, random.Random(chance.random()), rate=0.5), journal))

        def credit(process: Process, case: str = case) -> Flow[Any]:
            crediting = actions.Crediting(Decimal(100), reference=f"CREDIT-{process.number}" if given else None)
            return actions.credit(process.rules, case, crediting, process.journal)

        run_together(processes, credit, vendor.clock)
        vendor.clock.seconds += 1000.0
        vendor.catch_up()
        for process in processes:
            try:
                said[judge(process, vendor)] += 1
            except AssertionError as wrong:
                pytest.fail(f"schedule {seed}, process {process.number}: {wrong}")
            if process.journal is not None:
                assert process.journal.pending(vendor.clock.wall() + 10_000) == [] or isinstance(
                    process.result, OutcomeUnknownError
                )
                process.journal.close()

    assert min(said["created"], said["reconciled"]) > 0, said
    assert said["unknown"] <= 0.02 * SCHEDULES, said
