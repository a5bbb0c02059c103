"""The lot of a silent worker goes to another as a whole: what it may have sent, or may still send, is looked up at most twice."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili.bulk import CaseKey, CreditingItem
from amili.bulk.ledger import Ending, NotBegun, PostgresqlLedger, SqliteLedger, SqlLedger

from tests.overlay.bulk.test_ledger import AHEAD, INTENT, LEASE, NOW, A, B, filled, is_dead, kept, row
from tests.overlay.bulk.world import Worker, World, begun
from tests.postgresql import empty_ledger
from tests.samples import invoice

DEAD = type(A)(1, "dead")
SILENT, SETTLE = 20.0, 15.0  # seconds


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, folder: Path) -> Iterator[SqlLedger]:
    if request.param == "sqlite":
        yield filled(SqliteLedger(folder / "ledger.sqlite", has_ended=is_dead))
    else:
        ledger = PostgresqlLedger(empty_ledger(), has_ended=is_dead, ahead=lambda _, now: AHEAD)
        yield filled(ledger)
        ledger.close()


def test_what_a_silent_worker_began_it_may_send_until_its_lease_ends(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ledger.begin(A, 1, INTENT, NOW + 10, NOW + 10 + LEASE)
    ledger.take_away(1, 1, NOW + SILENT)
    first, second = ledger.claim(B, NOW + SILENT, LEASE)
    assert (first.state, first.lost_at, second.state, second.lost_at) == ("sending", NOW + 10 + LEASE, "new", None)
    assert ledger.begin(A, 2, INTENT, NOW + 21, NOW + 21 + LEASE) == NotBegun("lost")
    assert ledger.end(A, [(1, Ending("done", "case"))], NOW + 21) == set(), "the other worker finds it"
    assert row(ledger, 1).state == "sending"


def test_what_an_ended_worker_began_it_sent_before_now(ledger: SqlLedger) -> None:
    ledger.claim(DEAD, NOW, LEASE)
    ledger.begin(DEAD, 1, INTENT, NOW, NOW + LEASE)
    ledger.take_away(1, 1, NOW + SILENT)
    assert [each.lost_at for each in ledger.claim(B, NOW + SILENT, LEASE)] == [NOW + SILENT, None]


def test_who_takes_over_and_falls_silent_has_sent_nothing(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ledger.begin(A, 1, INTENT, NOW, NOW + LEASE)
    ledger.take_away(1, 1, NOW + SILENT)
    ledger.claim(B, NOW + SILENT, LEASE)
    ledger.take_away(1, 1, NOW + 2 * SILENT)
    assert [each.lost_at for each in ledger.claim(A, NOW + 2 * SILENT, LEASE)] == [NOW + LEASE, None]


def test_rows_that_were_put_off_and_other_lots_stay_as_they_are(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ledger.claim(A, NOW, LEASE)
    ledger.put_off(A, [1], NOW, NOW + LEASE)
    ledger.take_away(1, 1, NOW + SILENT)
    assert [each.number for each in ledger.claim(B, NOW + SILENT, LEASE)] == [2]
    assert ledger.begin(A, 3, INTENT, NOW + SILENT, NOW + SILENT + LEASE) is None


def test_an_unknown_outcome_is_resumed_with_the_time_until_which_it_may_be_sent(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ledger.begin(A, 1, INTENT, NOW, NOW + LEASE)
    ledger.take_away(1, 1, NOW + SILENT)
    ledger.claim(B, NOW + SILENT, LEASE)
    ledger.end(B, [(1, Ending("unknown", problem="?"))], NOW + SILENT)
    ledger.resume(1)
    assert (row(ledger, 1).state, row(ledger, 1).lost_at) == ("sending", kept(ledger, NOW + LEASE))


def test_rows_whose_leases_end_one_after_the_other_are_taken_together(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ledger.begin(A, 1, INTENT, NOW, NOW + LEASE)
    ledger.begin(A, 2, INTENT, NOW + 10, NOW + 10 + LEASE)
    ledger.put_off(B, [3], NOW, NOW)
    assert [each.number for each in ledger.claim(B, NOW, LEASE)] == [3]
    found = ledger.claim(B, NOW + LEASE, LEASE)
    assert [(each.number, each.lost_at) for each in found] == [(1, NOW + LEASE), (2, NOW + 10 + LEASE)]


def test_a_look_that_failed_does_not_count(ledger: SqlLedger) -> None:
    ledger.claim(A, NOW, LEASE)
    ledger.begin(A, 1, INTENT, NOW, NOW + LEASE)
    ledger.put_off(A, [1, 2], NOW, NOW, looked=False)
    assert row(ledger, 1).looks == 0


@pytest.fixture
def world(folder: Path) -> World:
    return World(folder)


def frozen_after(worker: Worker, begun_rows: int, meanwhile: Any) -> None:
    """Freeze a worker once it has begun so many rows, before it sends the last of them."""
    ledger = worker.world.ledger()

    def interrupt(_: int) -> None:
        if sum(each.state == "sending" for each in ledger.rows(1)) == begun_rows:
            worker.interrupt = lambda _: None
            meanwhile()

    worker.interrupt = interrupt


def test_who_wakes_within_the_lease_and_sends_is_found_by_the_second_look(world: World) -> None:
    items = [invoice(f"N{n}") for n in range(3)]
    begun(world, items, "register")
    frozen, other = world.worker(items), world.worker(items)
    looks = other.work()

    def meanwhile() -> None:
        world.clock.seconds += SILENT
        world.take_over()
        assert [next(looks).number for _ in range(2)] == [2, 3], "the rows that were not begun are sent at once"
        assert [each.state for each in world.ledger().rows(1)] == ["sending", "done", "done"]

    frozen_after(frozen, 1, meanwhile)
    assert list(frozen.work(wait=False)) == [], "it has no say in a row that was taken away"
    assert world.requests("register_invoice") == 3
    (result,) = looks
    assert (result.number, result.state, len(world.vendor.commits)) == (1, "reconciled", 3)
    assert other.sent.count("list_cases") == 1 + 1 + 1, "for all rows, whether the API knows `in`, for the row in doubt"


def test_a_case_that_decides_nothing_is_looked_at_again_once_it_is_settled(world: World) -> None:
    case = world.vendor.add_case("N1")
    world.clock.seconds += 60
    items: list[Any] = [CreditingItem(CaseKey(id=case["_id"]), Decimal(1))]
    begun(world, items, "credit")
    dying, other = world.worker(items), world.worker(items)
    dying.dies_in_flight = 1.0
    dying.finish()
    dying.owner = ""  # its machine can not be asked
    world.vendor.waiting.clear()  # the request never arrives
    case["total_remaining_capital_amount"] = 300.0  # the debtor has paid as well
    world.clock.seconds += SILENT
    world.take_over()
    (begun_row,) = world.ledger().rows(1)
    (result,) = other.finish()
    assert result.state == "unknown"
    assert begun_row.lost_at is not None
    assert begun_row.lost_at + SETTLE <= world.clock.wall()
    assert other.sent.count("list_cases") == 2


def test_rows_in_doubt_are_looked_up_together_once_the_last_of_them_is_settled(world: World) -> None:
    items = [invoice(f"N{n}") for n in range(2)]
    begun(world, items, "register")
    dying, other = world.worker(items), world.worker(items)
    dying.dies_in_flight = 1.0
    dying.finish()
    dying.owner = ""
    world.vendor.waiting.clear()
    world.clock.seconds += SILENT
    world.take_over()
    with sqlite3.connect(world.file) as connection:  # two were in flight
        connection.execute(
            "UPDATE rows SET state = 'sending', sent_at = first.sent_at, lost_at = first.lost_at + 10, "
            "evidence = replace(first.evidence, 'N0', 'N1') FROM (SELECT * FROM rows WHERE n = 1) AS first WHERE rows.n = 2"
        )
    connection.close()
    assert [result.state for result in other.finish()] == ["done", "done"]
    look = ["list_cases"] * 2  # the second asks whether the API knows `in`, which an API without cases does not show
    assert other.sent == [*look, *look, "register_invoice", "register_invoice"]
