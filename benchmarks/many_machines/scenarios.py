"""What is done to a trial while it runs; each scenario returns once all rows have ended, or time is up."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from unittest.mock import patch

from amili.bulk.workers import init_ledger

from benchmarks.many_machines.database import Server, change
from benchmarks.many_machines.proxy import Network
from benchmarks.many_machines.trial import Death, Machine, Trial

TIMES = 3  # how often it happens
LIMIT = 600.0  # seconds that a trial may take
_DONE = "SELECT count(*) FROM amili.rows WHERE state NOT IN ('new', 'sending')"


@dataclass(frozen=True)
class Place:
    """Where a trial runs; `through` is the address of its database by the network. Chance decides when and what happens."""

    server: Server
    network: Network
    through: str
    chance: random.Random
    workers: int

    def moments(self, rows: int, times: int = TIMES) -> list[int]:
        """Return after how many ended rows something happens."""
        return sorted(self.chance.sample(range(rows // 50, rows * 9 // 10), times))


Scenario = Callable[[Trial, Place], bool]


def _wait_for(trial: Trial, ended: int) -> bool:
    """Wait until so many rows have ended; False if all runs have."""
    while not trial.is_over():
        ((done,),) = change(trial.address, _DONE)
        if done >= ended:
            return True
        time.sleep(0.05)
    return False


def kills(trial: Trial, place: Place) -> bool:
    """Kill a worker, any of them, and start another in its place."""
    trial.begin(place.workers)
    for moment in place.moments(trial.rows):
        if _wait_for(trial, moment):
            trial.hit(place.chance.choice(trial.machines), signal.SIGKILL)  # its end is seen by `is_over`
            trial.add_worker()
    return trial.wait_until_over(LIMIT)


def freezes(trial: Trial, place: Place) -> bool:
    """Freeze a worker for longer than its lease, then let it go on."""
    trial.begin(place.workers)
    frozen = list[tuple[Machine, Death, float]]()
    for moment in place.moments(trial.rows):
        awake = [each for each in trial.machines if each not in [machine for machine, _, _ in frozen]]
        if len(awake) > 1 and _wait_for(trial, moment):
            machine = place.chance.choice(awake)
            death = trial.hit(machine, signal.SIGSTOP)
            frozen.append((machine, death, time.monotonic() + trial.options["lease"] + place.chance.uniform(1.0, 10.0)))
    for machine, death, wakes_at in frozen:
        trial.wait_until_over(max(0.0, wakes_at - time.monotonic()))
        time.sleep(max(0.0, wakes_at - time.monotonic()))
        death.woke = time.time()
        machine.process.send_signal(signal.SIGCONT)
    over = trial.wait_until_over(LIMIT)
    time.sleep(5.0)  # what a worker would send after it woke is sent by then
    return over


def restarts(trial: Trial, place: Place) -> bool:
    """Restart the database, gently and as after a power failure."""
    trial.begin(place.workers)
    for number, moment in enumerate(place.moments(trial.rows)):
        if _wait_for(trial, moment):
            place.server.restart(("immediate", "fast")[number % 2])
    return trial.wait_until_over(LIMIT)


def network(trial: Trial, place: Place) -> bool:
    """Between the workers and the database cut connections, lose the answers of commits, and stall for up to 15 seconds."""
    trial.through = place.through
    trial.begin(place.workers)
    for moment in place.moments(trial.rows, 3 * TIMES):
        if _wait_for(trial, moment):
            _disturb(place)
    return trial.wait_until_over(LIMIT)


def _disturb(place: Place) -> None:
    kind = place.chance.choice(("cut", "lose answers", "stall"))
    if kind != "cut":
        place.network.stall(answers_only=kind == "lose answers")
        time.sleep(place.chance.uniform(0.05, 0.3) if kind == "lose answers" else place.chance.uniform(1.0, 15.0))
    if kind == "stall":
        place.network.flow()
    else:
        place.network.cut()


def creditors(trial: Trial, place: Place) -> bool:
    """Two runs of two creditors side by side, each with workers of its own; one worker is killed."""
    trial.creditors = 2
    trial.begin(2 * place.workers)
    for moment in place.moments(trial.rows, 1):
        if _wait_for(trial, moment):
            trial.hit(place.chance.choice(trial.machines), signal.SIGKILL)
            for _ in range(2):
                trial.add_worker()
    return trial.wait_until_over(LIMIT)


def upgrade(trial: Trial, place: Place) -> bool:
    """Update the tables while workers that know only their first version work; then cut their connections, and start new ones."""
    trial.through = place.through
    change(trial.address, "DROP INDEX amili.rows_state", "DROP INDEX amili.rows_held", "UPDATE amili.versions SET version = 1")
    trial.version = 1
    _with_tables_of_version_1(trial, place.workers)
    updated, cut = place.moments(trial.rows, 2)
    if _wait_for(trial, updated):
        init_ledger(trial.address)
        trial.version = 0
    if _wait_for(trial, cut):
        place.network.cut()
    return trial.wait_until_over(LIMIT)


def _with_tables_of_version_1(trial: Trial, workers: int) -> None:
    tables: Any = import_module("amili.bulk.ledger.postgresql_tables")
    with patch.object(tables, "STEPS", tables.STEPS[:1]):
        trial.begin(workers)


def quota(trial: Trial, place: Place) -> bool:
    """Two workers of one key, with the times that a client has by default, for five minutes against the limits of the vendor."""
    trial.options |= {"timeout": 30.0, "settle": 15.0, "lease": None}
    trial.begin(2)
    time.sleep(300.0)  # looks at the database would count as well
    return True


SCENARIOS: dict[str, Scenario] = {each.__name__: each for each in (kills, freezes, restarts, network, creditors, upgrade, quota)}
