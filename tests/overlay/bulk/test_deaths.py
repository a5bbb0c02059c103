"""Nothing twice and nothing lost, wherever a worker dies or freezes: every effect of a lot, and random ones, in virtual time."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili.bulk import CaseKey, CreditingItem

from tests.overlay.bulk.world import Worker, World, begun
from tests.samples import CREDITOR, invoice

OTHER_CREDITOR = "5f1a3c0b9d8e7f6a5b4c3d20"
CONTRACT = {"register": "register_invoice", "credit": "credit_case", "cancel": "cancel_case"}
LONGER_THAN_THE_LEASE = 300.0  # seconds


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory, where there is one: a commit is then as quick as the test."""
    place = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=place if place.is_dir() else None) as name:
        yield Path(name)


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
    assert Counter(row.state for row in rows).keys() <= {"done", "reconciled"}, rows
    assert written == Counter(row.case_id for row in rows)
    assert sum(written.values()) == len(items)
    if operation == "register":
        numbers = Counter(case["debt"]["invoice_number"] for case in world.vendor.cases)
        assert numbers == {item["invoice_number"]: 1 for item in items}


def dies_at(worker: Worker, number: int) -> Callable[[int], None]:
    def interrupt(effect: int) -> None:
        worker.dead = worker.dead or effect == number

    return interrupt


@pytest.mark.parametrize("operation", CONTRACT)
def test_a_death_at_any_effect_neither_doubles_nor_loses_a_row(folder: Path, operation: str) -> None:
    number, survived = 0, False
    while not survived:
        number += 1
        world = World(folder, number)
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
def test_a_worker_that_wakes_after_its_lease_sends_nothing_more(folder: Path, operation: str) -> None:
    number, reached = 0, True
    while reached:
        number, reached = number + 1, False
        world = World(folder, number)
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
