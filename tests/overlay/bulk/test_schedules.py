"""Random schedules in virtual time: up to three workers on a run, which die, freeze and overlap, over a network with faults."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from amili import AmiliError
from amili.bulk import RowResult, Run

from tests.overlay.bulk.world import CONTRACT, LONGER_THAN_THE_LEASE, Death, Worker, World, begun, items_of

SCHEDULES, MOST_DEATHS = 30, 6  # of each operation, and in each schedule
SILENT = 20.0  # seconds


@dataclass
class Schedule:
    """Up to three workers at once; by chance one of them is killed, frozen, or another goes on for a while."""

    world: World
    items: list[Any]
    deaths: int = 0
    freezes: int = 0
    takeovers: int = 0  # within the lease
    at_work: dict[int, Iterator[RowResult]] = field(default_factory=dict)
    running: set[int] = field(default_factory=set)

    def start(self) -> None:
        worker = self.world.worker(self.items)
        number, worker.dies_in_flight = len(self.world.workers), 0.02 if self.deaths < MOST_DEATHS else 0.0
        self.at_work[number] = worker.work()
        worker.interrupt = lambda _: self._interrupt(worker, number)

    def step(self, number: int) -> None:
        """Let a worker go on until it has a result, or has ended."""
        if number in self.running or number not in self.at_work:
            return
        self.running.add(number)
        try:
            next(self.at_work[number])
        except (StopIteration, AmiliError):
            self.at_work.pop(number)
        except Death:
            self.at_work.pop(number)
            self.deaths += 1
            self.start()
        finally:
            self.running.discard(number)

    def _interrupt(self, worker: Worker, number: int) -> None:
        draw = self.world.chance.random()
        if draw < 0.02 and self.deaths < MOST_DEATHS:
            worker.dead = True
        elif draw < 0.03:
            self.freezes += 1
            self.world.clock.seconds += LONGER_THAN_THE_LEASE
            for _ in range(4):
                self._step_another()
        elif draw < 0.045:
            self.takeovers += 1
            self.world.clock.seconds += self.world.chance.choice([0.0, SILENT, 4 * SILENT])
            self.world.take_over()
            for _ in range(4):
                self._step_another()
        elif draw < 0.1:
            self._step_another()

    def _step_another(self) -> None:
        free = sorted(self.at_work.keys() - self.running)
        if free:
            self.step(self.world.chance.choice(free))


def play(folder: Path, database: str, seed: int, operation: str) -> tuple[Schedule, Counter[str]]:
    """Play one schedule; then let one more worker find out what is left on a day without faults, and judge."""
    world = World(folder, seed, rate=[0.0, 0.1, 0.3][seed % 3], database=database)
    schedule = Schedule(world, items_of(world, operation))
    begun(world, schedule.items, operation)
    for _ in range(1 + seed % 3):
        schedule.start()
    while schedule.at_work:
        schedule.step(world.chance.choice(sorted(schedule.at_work)))
    world.clock.seconds += 1000.0
    world.vendor.catch_up()
    world.network.rate = 0.0
    last = world.worker(schedule.items)
    Run.open(world.ledger(), 1).resume()
    last.finish()
    said = judge(world, operation)
    for ledger in world.ledgers:
        ledger.close()
    return schedule, said


def judge(world: World, operation: str) -> Counter[str]:
    """Compare each row with what was written for it: once if it was done, never if it was refused, and never twice."""
    written = Counter(case for done, case in world.vendor.commits if done == CONTRACT[operation])
    numbers = {case["_id"]: case["debt"]["invoice_number"] for case in world.vendor.cases}
    if operation == "register":
        written = Counter({numbers[case]: count for case, count in written.items()})
        commits = Counter(numbers[case] for done, case in world.vendor.commits)
        assert max(commits.values(), default=0) <= 1, commits
    rows = list(world.ledger().rows(1))
    said: Counter[str] = Counter(row.state for row in rows)
    assert said.keys() <= {"done", "reconciled", "refused", "unknown", "exists"}, rows
    name = "key" if operation == "register" else "case_id"
    certain = Counter(getattr(row, name) for row in rows if row.state in ("done", "reconciled"))
    possible = certain + Counter(getattr(row, name) for row in rows if row.state in ("unknown", "exists"))
    assert certain <= written <= possible, (written, rows)
    return said


@pytest.mark.parametrize("operation", CONTRACT)
def test_nothing_is_written_twice_and_nothing_is_lost(folder: Path, database: str, operation: str) -> None:
    deaths = freezes = takeovers = 0
    said: Counter[str] = Counter()
    schedules = SCHEDULES // 5 if database else SCHEDULES  # one with a database takes ten times as long
    for seed in range(schedules):
        try:
            schedule, states = play(folder, database, seed, operation)
        except AssertionError as wrong:
            pytest.fail(f"schedule {seed}: {wrong}")
        deaths, freezes, said = deaths + schedule.deaths, freezes + schedule.freezes, said + states
        takeovers += schedule.takeovers
    assert min(deaths, freezes, takeovers) > schedules / 4
    assert said["done"] > said["reconciled"] > 0
