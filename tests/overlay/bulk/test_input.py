"""What an input may be: items that can't be sent, rows with problems, a source that has changed, and settings of a run."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from amili import (
    ConfigurationError,
    InvalidInputError,
)
from amili.bulk import CaseKey, CreditingItem, Row, Run
from amili.bulk.runs import InMemory

from tests.overlay.bulk.world import World, begun
from tests.samples import CASE, invoice

Invoices = list[dict[str, Any]]


@pytest.fixture
def world(folder: Path) -> World:
    return World(folder)


def of(world: World, count: int = 3) -> Invoices:
    items = [invoice(f"N{n}") for n in range(count)]
    begun(world, items, "register")
    return items


def states(world: World) -> list[str]:
    return [row.state for row in world.ledger().rows(1)]


@pytest.mark.parametrize(
    "item",
    [
        CaseKey(),
        CaseKey(id=CASE, invoice_number="N1"),
        CaseKey(id="N1"),
        CaseKey(invoice_number="507f191e810c19729de860ea"),
        CaseKey(invoice_number="N9"),
        CaseKey(invoice_number="N1"),
        CreditingItem(CaseKey(id=f"{1:024x}"), Decimal(0)),
    ],
)
def test_a_row_that_names_no_case_or_several_is_refused(world: World, item: Any) -> None:
    world.vendor.add_case("N1")
    world.vendor.add_case("N1")
    world.clock.seconds += 60
    begun(world, [item], "credit" if isinstance(item, CreditingItem) else "cancel")
    (result,) = world.worker([item]).finish()
    assert (result.state, bool(result.problem)) == ("refused", True)
    assert world.vendor.commits == []


@pytest.mark.parametrize("wrong", [{"invoice_number": 7}, {"creditor": None}, {"currency": "EUR"}])
def test_an_invoice_that_cannot_be_sent_is_refused(world: World, wrong: dict[str, Any]) -> None:
    items = [invoice("N1", **wrong), invoice("N2")]
    begun(world, items, "register")
    results = world.worker(items).finish()
    assert [(result.number, result.state) for result in results] == [(1, "refused"), (2, "done")]


def test_a_source_that_has_changed_is_refused(world: World) -> None:
    items = of(world)
    with pytest.raises(InvalidInputError, match="has changed since the run was started"):
        world.worker([*items, invoice("N4")]).finish()
    assert world.vendor.commits == []


@pytest.mark.parametrize("items", [[invoice("N0"), invoice("N7")], [invoice("N0")]])
def test_a_row_that_is_another_than_its_checksum_says_is_refused(world: World, items: Invoices) -> None:
    of(world, 2)
    lying = InMemory(items)
    lying._checksum = world.ledger().run().checksum
    with pytest.raises(InvalidInputError, match="row 2 is another one"):
        world.worker(lying).finish()  # type: ignore[arg-type]
    assert world.vendor.commits == []


class WithProblems(InMemory):
    """A source whose second row has problems."""

    def rows(self) -> Iterator[Row]:
        for row in super().rows():
            yield Row(row.number, row.place, None) if row.number == 2 else row


def test_rows_with_problems_are_refused_or_skipped(world: World) -> None:
    source, ledger = WithProblems([invoice(f"N{n}") for n in range(3)]), world.ledger()
    with pytest.raises(InvalidInputError, match="row 2 has problems"):
        Run.start(ledger, source, "register")
    assert ledger.runs() == []
    run = Run.start(ledger, source, "register", skip_invalid=True)
    world.worker(source).finish(run.id)  # type: ignore[arg-type]
    assert [result.state for result in run.results()] == ["done", "skipped", "done"]


def test_a_run_needs_a_known_operation_and_its_source(world: World) -> None:
    with pytest.raises(InvalidInputError, match="operation must be one of register, credit, cancel, lookup"):
        Run.start(world.ledger(), [], "delete")  # type: ignore[arg-type]
    items = of(world)
    with pytest.raises(InvalidInputError, match="open it with the source"):
        Run.open(world.ledger()).work(world.worker(items))  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{"lease": 89.9}, {"lease": "long"}, {"concurrency": 0}])
def test_settings_that_cannot_work_are_refused(world: World, options: dict[str, Any]) -> None:
    items = of(world)
    with pytest.raises(InvalidInputError):
        Run.open(world.ledger(), source=items).work(world.worker(items), **options)  # type: ignore[arg-type]


def test_a_reserve_needs_a_quota(world: World) -> None:
    items = of(world)
    with pytest.raises(ConfigurationError, match="reserve needs a quota"):
        Run.open(world.ledger(), source=items).work(world.worker(items), reserve=10)  # type: ignore[arg-type]


@pytest.mark.parametrize(("remembered", "readings"), [(10_000, 1), (250, 2)])
def test_a_long_input_is_read_again_only_where_it_must_be(
    world: World, monkeypatch: pytest.MonkeyPatch, remembered: int, readings: int
) -> None:
    """Lots of three creditors in turn, and rows that come back after others, are read in one go."""
    monkeypatch.setattr("amili.bulk.runs.items._REMEMBERED", remembered)
    creditors = [f"{n:024x}" for n in (1, 2, 3)]
    source = Counted([MappingProxyType(invoice(f"N{n}", creditor=creditors[n % 3])) for n in range(600)])
    begun(world, source, "register")  # type: ignore[arg-type]
    before = source.readings
    world.network.script = ["none", "none", "none", "refused", *["none"] * 8, "429"]
    world.worker(source).finish()  # type: ignore[arg-type]
    assert Counter(states(world)) == {"done": 600}
    assert (source.readings - before > 1) == (readings > 1)


class Counted(InMemory):
    """A source that counts how often it is read."""

    readings = 0

    def rows(self) -> Iterator[Row]:
        self.readings += 1
        return super().rows()
