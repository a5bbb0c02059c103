"""Nothing twice and nothing lost, wherever a worker dies or freezes: every effect of a lot, and random ones, in virtual time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.overlay.bulk.world import CONTRACT, LONGER_THAN_THE_LEASE, Worker, World, begun, items_of, judge


def dies_at(worker: Worker, number: int) -> Callable[[int], None]:
    def interrupt(effect: int) -> None:
        worker.dead = worker.dead or effect == number

    return interrupt


def step_of(database: str) -> int:
    """Every effect with a file; every seventh with a database, which takes ten times as long."""
    return 7 if database else 1


@pytest.mark.parametrize("operation", CONTRACT)
def test_a_death_at_any_effect_neither_doubles_nor_loses_a_row(folder: Path, database: str, operation: str) -> None:
    number, survived, step = 0, False, step_of(database)
    while not survived:
        number += step
        world = World(folder, number, database=database)
        items = items_of(world, operation)
        begun(world, items, operation)
        first, second = world.worker(items), world.worker(items)
        first.interrupt = dies_at(first, number)
        first.finish()
        survived = not first.dead
        second.finish()
        try:
            judge(world, operation, items)
            assert second.sent.count("list_cases") <= 2 * 2 + 3
        except AssertionError as wrong:
            pytest.fail(f"death at effect {number}: {wrong}")
    assert number > 30


@pytest.mark.parametrize("operation", CONTRACT)
def test_a_worker_that_wakes_after_its_lease_sends_nothing_more(folder: Path, database: str, operation: str) -> None:
    number, reached, step = 0, True, step_of(database)
    while reached:
        number, reached = number + step, False
        world = World(folder, number, database=database)
        items = items_of(world, operation)
        begun(world, items, operation)
        first, second = world.worker(items), world.worker(items)

        def freeze(effect: int, number: int = number, world: World = world, second: Worker = second) -> None:
            nonlocal reached
            if effect == number:
                reached = True
                world.clock.seconds += LONGER_THAN_THE_LEASE
                second.finish()

        first.interrupt = freeze
        first.finish()
        try:
            judge(world, operation, items)
        except AssertionError as wrong:
            pytest.fail(f"frozen at effect {number}: {wrong}")
    assert number > 30
