"""Many writes: each exactly once, a few at a time, with as few requests as the proof of each allows."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from amili import (
    AlreadyRegisteredError,
    Amili,
    AmiliError,
    AsyncAmili,
    InvalidInputError,
    NoCaseFound,
    OutcomeUnknownError,
    Retry,
    ServerError,
    ValidationError,
    WriteResult,
)
from amili_sandbox.testing import SandboxProcess

from tests.overlay.support import Clients, reply
from tests.samples import invoice

Make = Callable[..., Any]


@pytest.fixture
def make(sandbox: SandboxProcess) -> Make:
    return lambda number, **changes: invoice(number, account=sandbox.account, creditor=sandbox.creditor, **changes)


@pytest.fixture
def amili(clients: Clients, sandbox: SandboxProcess) -> Any:
    return clients(sandbox.base_url, sandbox.token)


def counted(sandbox: SandboxProcess) -> Counter[str]:
    return Counter(each["method"] for each in sandbox.requests())


def registered(amili: Any, make: Make, count: int) -> list[str]:
    """Register this many invoices, and return the identifiers of their cases."""
    return [result.receipt.case for result in amili.register_many(make(f"N{number}") for number in range(count))]


def test_invoices_are_registered_one_request_each(amili: Any, make: Make, sandbox: SandboxProcess) -> None:
    invoices = [make(f"N{number}") for number in range(30)]
    results = list(amili.register_many(invoices))
    assert {result.item["invoice_number"] for result in results} == {f"N{number}" for number in range(30)}
    assert all(result.item in invoices and result.error is None and result.receipt.outcome == "created" for result in results)
    assert counted(sandbox) == {"POST": 30}
    assert amili.cases().count() == 30


def test_what_is_registered_already_is_found_with_one_request_for_99(amili: Any, make: Make, sandbox: SandboxProcess) -> None:
    registered(amili, make, 60)
    before = counted(sandbox)
    results = list(amili.register_many((make(f"N{number}") for number in range(120)), unless_registered=True))
    assert Counter(result.receipt.outcome for result in results) == {"existing": 60, "created": 60}
    assert counted(sandbox) - before == {"GET": 2, "POST": 60}


def test_a_number_that_cannot_be_looked_up_is_told_in_its_result(amili: Any, make: Make) -> None:
    results = list(amili.register_many([make("507f191e810c19729de860ea"), make("N1")], unless_registered=True))
    assert {result.item["invoice_number"]: type(result.error) for result in results} == {
        "507f191e810c19729de860ea": InvalidInputError,
        "N1": type(None),
    }


def test_an_error_of_one_is_in_its_result_and_does_not_stop_the_others(amili: Any, make: Make) -> None:
    wrong = make("N1", currency="EUR")
    invoices = [make("N0"), wrong, make("N2"), "no invoice", make("N0"), make("")]
    results = list(amili.register_many(invoices))
    assert Counter(type(result.error) for result in results) == {
        type(None): 2,
        InvalidInputError: 2,
        AlreadyRegisteredError: 1,
        ValidationError: 1,
    }
    assert {type(result.error) for result in results if result.item is wrong} == {InvalidInputError}


def test_a_number_that_occurs_twice_is_registered_once(amili: Any, make: Make) -> None:
    results = list(amili.register_many([make("N0"), make("N1"), make("N0")], concurrency=1))
    assert [result.error and type(result.error) for result in results] == [None, None, AlreadyRegisteredError]
    assert amili.cases().count() == 2


def test_thirty_cases_are_credited_with_one_read_for_all(amili: Any, make: Make, sandbox: SandboxProcess) -> None:
    cases = registered(amili, make, 30)
    before = counted(sandbox)
    results = list(amili.credit_many((case, Decimal(number + 1), f"R{number}") for number, case in enumerate(cases)))
    assert all(result.receipt.settled_amount == result.item[1] for result in results)
    assert counted(sandbox) - before == {"GET": 1, "POST": 30}
    assert {each.id: each.total_remaining_capital_amount for each in amili.cases()} == {
        case: 500 - (number + 1) for number, case in enumerate(cases)
    }


def test_a_hundred_cases_are_cancelled_with_two_reads(amili: Any, make: Make, sandbox: SandboxProcess) -> None:
    cases = registered(amili, make, 100)
    before = counted(sandbox)
    results = list(amili.cancel_many(cases))
    assert sorted(result.item for result in results) == sorted(cases)
    assert all(result.receipt is not None for result in results)
    assert counted(sandbox) - before == {"GET": 2, "POST": 100}


def test_a_second_write_on_a_case_reads_it_anew(amili: Any, make: Make, sandbox: SandboxProcess) -> None:
    (case,) = registered(amili, make, 1)
    before = counted(sandbox)
    results = list(amili.credit_many([(case, 100), (case, 100), (case, 50)]))
    assert sorted(result.receipt.settled_amount for result in results if result.receipt) == [50, 100, 100]
    assert counted(sandbox) - before == {"GET": 3, "POST": 3}
    assert amili.case(case).total_remaining_capital_amount == 250


@pytest.mark.parametrize("wrong", ["x", ("x", 1), (), ("68e4c1ab0000000000000001",), ("68e4c1ab0000000000000001", 1, 2, 3), 5])
def test_an_item_that_is_no_crediting_is_told_in_its_result(amili: Any, wrong: Any) -> None:
    (result,) = amili.credit_many([wrong])
    assert (result.item, result.receipt, type(result.error)) == (wrong, None, InvalidInputError)


def test_a_case_that_is_not_there_is_told_in_its_result(amili: Any) -> None:
    (result,) = amili.cancel_many(["68e4c1ab0000000000000001"])
    assert isinstance(result.error, NoCaseFound)


def test_a_read_that_fails_is_told_of_each_of_its_lot_and_nothing_was_written(clients: Clients) -> None:
    amili = clients.answering(lambda _: reply({}, 500), retry=Retry(attempts=1))
    results = list(amili.credit_many((f"{number + 1:024x}", 1) for number in range(120)))
    assert [type(result.error) for result in results] == [ServerError] * 120


def test_an_item_is_taken_only_when_it_is_needed(clients: Clients) -> None:
    taken = list[int]()

    def invoices() -> Iterator[Any]:
        for number in range(20):
            taken.append(number)
            yield invoice(f"N{number}")

    results = iter(clients.answering(lambda _: reply({}, 422)).register_many(invoices(), concurrency=3))
    assert taken == []
    next(results)
    assert len(taken) <= 5


@pytest.mark.parametrize("wrong", [0, 65, 2.5, True, "8"])
def test_a_concurrency_that_cannot_be_is_refused_at_once(clients: Clients, wrong: Any) -> None:
    with pytest.raises(InvalidInputError, match="concurrency must be an integer from 1 to 64"):
        clients().register_many([], concurrency=wrong)


def test_a_lost_response_of_many_is_looked_up_like_one(amili: Any, make: Make, sandbox: SandboxProcess) -> None:
    sandbox.faults.add("drop_after", method="POST", after=2, times=4)
    results = list(amili.register_many(make(f"N{number}") for number in range(12)))
    assert Counter(result.receipt.outcome for result in results).keys() == {"created", "reconciled"}
    sandbox.faults.clear()
    assert amili.cases().count() == 12


def test_no_more_than_so_many_are_under_way_at_once_and_never_fewer_for_long() -> None:
    under_way, most, gate = 0, 0, threading.Barrier(3, timeout=20)
    lock = threading.Lock()

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        gate.wait()  # breaks unless three are under way
        with lock:
            under_way -= 1
        return reply({}, 422)

    with Amili("https://amili.test", "t", quota="off", transport=httpx.MockTransport(answer)) as amili:
        assert len(list(amili.register_many((invoice(f"N{n}") for n in range(9)), concurrency=3))) == 9
    assert most == 3


def test_what_is_under_way_is_finished_when_the_caller_stops(clients: Clients) -> None:
    answered = list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        answered.append(request)
        return reply({}, 422)

    if clients.kind == "sync":
        for _ in clients.answering(answer).register_many((invoice(f"N{n}") for n in range(9)), concurrency=3):
            break
        assert 1 <= len(answered) <= 6
        return

    async def main() -> None:
        async with AsyncAmili("https://amili.test", "t", quota="off", transport=httpx.MockTransport(answer)) as amili:
            results = amili.register_many((invoice(f"N{n}") for n in range(9)), concurrency=3)
            assert isinstance(await anext(results), WriteResult)
            await results.aclose()  # type: ignore[attr-defined]
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
    assert 1 <= len(answered) <= 6


def test_cancelling_the_task_cancels_what_is_under_way() -> None:
    started = asyncio.Event()

    async def hang(_: httpx.Request) -> httpx.Response:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def main() -> None:
        async with AsyncAmili("https://amili.test", "t", quota="off", transport=httpx.MockTransport(hang)) as amili:

            async def consume() -> None:
                async for _ in amili.register_many([invoice("N1"), invoice("N2")]):
                    raise AssertionError

            task = asyncio.create_task(consume())
            await started.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_an_error_that_is_not_ours_is_raised(clients: Clients) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(clients.answering(broken).register_many([invoice("N1")]))


def test_a_result_is_a_receipt_or_an_error() -> None:
    assert WriteResult("item", error=OutcomeUnknownError("x")).receipt is None
    assert issubclass(OutcomeUnknownError, AmiliError)
