"""What is the trouble of one row, and what stops a run: in virtual time, with the errors that a client raises."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import (
    AmiliError,
    AuthenticationError,
    NoResponseError,
    RateLimitedError,
    ServerError,
    ValidationError,
    WrittenTwiceError,
)
from amili._core.engine import Flow
from amili.bulk import CaseKey, CreditingItem, Run

from tests.overlay.bulk.world import Worker, World, begun
from tests.samples import CASE, invoice

Invoices = list[dict[str, Any]]


def failing(worker: Worker, *errors: AmiliError, call: str = "within_lease") -> Worker:
    """Let the next flows of a kind fail: those that write a row, or those that look a lot up."""
    left, run = list(errors), worker._run

    def fail(flow: Flow[Any], *arguments: Any, **options: Any) -> Any:
        if left and getattr(flow, "__name__", "") == call:
            flow.close()
            raise left.pop(0)
        return run(flow, *arguments, **options)

    worker._run = fail  # type: ignore[method-assign]
    return worker


@contextmanager
def losing_a_response(world: World) -> Iterator[None]:
    """The response to the first write is lost, and no look-up after it succeeds."""
    lost = list[str]()

    def fault(writes: bool) -> str:
        if writes and not lost:
            lost.append("dropped after")
            return lost[0]
        return "500 before" if lost and not writes else "none"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.network, "_fault", fault)
        yield


def of(world: World, count: int = 3) -> Invoices:
    items = [invoice(f"N{n}") for n in range(count)]
    begun(world, items, "register")
    return items


def states(world: World) -> list[str]:
    return [row.state for row in world.ledger().rows(1)]


def unavailable() -> ServerError:
    return ServerError("the server failed", status=503)


@pytest.fixture
def world(folder: Path) -> World:
    return World(folder)


def test_a_refusal_is_the_row_s_own_and_can_be_retried(world: World) -> None:
    items = of(world)
    worker = failing(world.worker(items), ValidationError("the number is too long", status=422))
    results = worker.finish()
    assert (results[0].number, results[0].state, results[0].problem) == (1, "refused", "the number is too long")
    assert states(world) == ["refused", "done", "done"]
    run = Run.open(world.ledger(), 1)
    assert run.retry_refused() == 1
    assert [result.number for result in worker.finish()] == [1]
    assert states(world) == ["done"] * 3
    assert len(world.vendor.commits) == 3


def test_a_429_never_counts(world: World) -> None:
    items = of(world)
    refusals = [RateLimitedError("too many", status=429, retry_after=pause) for pause in (30.0, None) * 6]
    failing(world.worker(items), *refusals).finish()
    assert states(world) == ["done"] * 3
    assert world.clock.seconds > 1000 + 30


def test_a_row_that_fails_three_times_is_refused(world: World) -> None:
    items = of(world, 1)
    world.network._fault = lambda writes: "500 before" if writes else "none"  # type: ignore[method-assign]
    world.worker(items).finish()
    (row,) = world.ledger().rows(1)
    assert (row.state, row.attempts) == ("refused", 3)
    assert str(row.problem).startswith("it failed 3 times, and nothing was written: register_invoice")
    assert Run.open(world.ledger()).retry_refused() == 1
    world.worker(items).finish()
    assert world.ledger().run().counts == {"refused": 1}
    assert next(iter(world.ledger().rows(1))).attempts == 3  # and not after the first failure
    assert world.vendor.commits == []


def test_five_failures_in_a_row_stop_the_run(world: World) -> None:
    items = of(world, 9)
    with pytest.raises(ServerError):
        failing(world.worker(items), *[unavailable()] * 5).finish()
    assert Counter(states(world)) == {"new": 9}
    world.worker(items).finish()
    assert Counter(states(world)) == {"done": 9}


@pytest.mark.parametrize("problem", [NoResponseError("no connection"), unavailable(), RateLimitedError("too many", status=429)])
def test_a_look_up_that_fails_is_repeated(world: World, problem: AmiliError) -> None:
    items = of(world)
    failing(world.worker(items), problem, problem, call="plan_lot").finish()
    assert states(world) == ["done"] * 3


@pytest.mark.parametrize("call", ["plan_lot", "within_lease"])
def test_what_would_only_be_repeated_stops_the_run_at_once(world: World, call: str) -> None:
    items = of(world)
    with pytest.raises(AuthenticationError):
        failing(world.worker(items), AuthenticationError("the token was refused", status=401), call=call).finish()
    assert states(world) == ["new"] * 3


def test_an_unknown_outcome_is_looked_up_again_by_resume(world: World) -> None:
    items = of(world)
    with losing_a_response(world):
        world.worker(items).finish()
    assert states(world) == ["unknown", "done", "done"]
    Run.open(world.ledger(), 1).resume()
    world.worker(items).finish()
    assert Counter(states(world)) == {"reconciled": 1, "done": 2}
    assert len(world.vendor.commits) == 3


def test_an_unknown_registration_keeps_its_number_from_other_runs(world: World) -> None:
    items = of(world, 1)
    with losing_a_response(world):
        world.worker(items).finish()
    Run.start(world.ledger(), items, "register")
    (result,) = world.worker(items).finish(2)
    assert (result.state, result.problem) == (
        "refused",
        "the outcome of row 1 of run 1 is not known: resume run 1, then retry; nothing was sent",
    )


def test_what_is_there_twice_is_done_and_says_so(world: World) -> None:
    items = of(world, 1)
    failing(world.worker(items), WrittenTwiceError("written twice: undo one", cases=(CASE, CASE))).finish()
    (row,) = world.ledger().rows(1)
    assert (row.state, row.case_id, row.outcome, row.problem) == ("done", CASE, "written twice", "written twice: undo one")


def test_a_crediting_does_not_begin_beside_another_of_unknown_outcome(world: World) -> None:
    case = world.vendor.add_case("N1")["_id"]
    world.clock.seconds += 60
    items: list[Any] = [CreditingItem(CaseKey(id=case), Decimal(number)) for number in (1, 2)]
    begun(world, items, "credit")
    with losing_a_response(world):
        world.worker(items).finish()
    assert states(world) == ["unknown", "refused"]
    run = Run.open(world.ledger(), 1)
    run.resume()
    run.retry_refused()
    world.worker(items).finish()
    assert states(world) == ["reconciled", "done"]
    assert world.vendor.cases[0]["total_remaining_capital_amount"] == 500 - 3


def test_an_entry_that_cannot_be_read_leaves_its_row_unknown(world: World) -> None:
    items = of(world, 1)
    worker = world.worker(items)
    worker.dies_in_flight = 1.0
    worker.finish()
    with sqlite3.connect(world.file) as connection:
        connection.execute("UPDATE rows SET evidence = 'of a newer version'")
    connection.close()
    (result,) = world.worker(items).finish()
    assert result.state == "unknown"
    assert "can't be read" in str(result.problem)


def test_what_a_case_shows_may_leave_an_outcome_unknown(world: World) -> None:
    case = world.vendor.add_case("N1")
    world.clock.seconds += 60
    items: list[Any] = [CreditingItem(CaseKey(id=case["_id"]), Decimal(1))]
    begun(world, items, "credit")
    worker = world.worker(items)
    worker.dies_in_flight = 1.0
    worker.finish()
    world.vendor.waiting.clear()  # the request never arrives
    case["total_remaining_capital_amount"] = 300.0  # the debtor has paid as well
    (result,) = world.worker(items).finish()
    assert result.state == "unknown"
    assert "perhaps not by this crediting" in str(result.problem)


def test_a_crediting_that_is_found_as_failed_is_refused(world: World) -> None:
    case = world.vendor.add_case("N1")
    world.clock.seconds += 60
    items: list[Any] = [CreditingItem(CaseKey(id=case["_id"]), Decimal(1))]
    begun(world, items, "credit")
    worker = world.worker(items)
    worker.dies_in_flight = 1.0
    worker.finish()
    world.clock.seconds += 60
    world.vendor.catch_up()
    world.vendor.records[0] |= {"status": "error", "status_reason_locale": "api.no"}
    (result,) = world.worker(items).finish()
    assert (result.state, len(world.vendor.commits)) == ("refused", 1)
    assert "credit_case was accepted but failed: api.no" in str(result.problem)
