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
    ConfigurationError,
    InvalidInputError,
    NoResponseError,
    RateLimitedError,
    ServerError,
    ValidationError,
    WrittenTwiceError,
)
from amili._core.engine import Flow
from amili.bulk import CaseKey, CreditingItem, Row, Run
from amili.bulk.runs import InMemory

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


def test_a_long_input_is_read_again_only_where_it_must_be(world: World) -> None:
    """Lots of three creditors in turn, and rows that come back after others, are read in one go."""
    creditors = [f"{n:024x}" for n in (1, 2, 3)]
    source = Counted([invoice(f"N{n}", creditor=creditors[n % 3]) for n in range(600)])
    begun(world, source, "register")  # type: ignore[arg-type]
    before = source.readings
    failing(world.worker(source), unavailable()).finish()  # type: ignore[arg-type]
    assert Counter(states(world)) == {"done": 600}
    assert source.readings == before + 1


class Counted(InMemory):
    """A source that counts how often it is read."""

    readings = 0

    def rows(self) -> Iterator[Row]:
        self.readings += 1
        return super().rows()
