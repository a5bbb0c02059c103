"""One write at a time on one case or invoice number, in one process: over threads, tasks and clients."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, NoResponseError, Retry
from amili._core import writing as actions
from amili._core.engine.budget import Budget
from amili._core.engine.effects import Flow, Join, Sleep
from amili._core.writing.key_lock import _in_progress, serialized
from amili_sandbox.testing import SandboxProcess

from tests.overlay.support import in_a_child, reply
from tests.samples import CASE, OTHER_CASE, invoice, page
from tests.virtual_time import BASE_URL, Clock, context

RETRY = Retry(base=0.01, cap=0.1, settling_time=0.3)


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    assert _in_progress.get() == {}


def working(clock: Clock, key: str = "case 1", base_url: str = BASE_URL) -> tuple[Flow[str], Budget]:
    rules, done = context(clock), "done"

    def work() -> Flow[str]:
        yield Sleep(1.0)
        return done

    budget = rules.budget()
    return serialized(rules, "credit_case", key, budget, work()), budget


def test_who_comes_second_waits_for_the_end_of_the_first() -> None:
    clock = Clock()
    (first, _), (second, budget) = working(clock), working(clock)
    assert next(first) == Sleep(1.0)
    wait = next(second)
    assert isinstance(wait, Join)
    assert wait.seconds == budget.left
    with pytest.raises(StopIteration, match="done"):
        first.send(None)
    assert wait.completion.ended.done()
    assert second.send(True) == Sleep(1.0)
    second.close()


def test_a_first_that_is_cut_off_frees_the_second() -> None:
    (first, _), (second, _) = working(Clock()), working(Clock())
    next(first)
    wait = next(second)
    first.close()
    assert isinstance(wait, Join)
    assert wait.completion.ended.done()
    assert second.send(True) == Sleep(1.0)
    second.close()


def test_another_case_does_not_wait() -> None:
    (first, _), (other, _) = working(Clock()), working(Clock(), "case 2")
    assert (next(first), next(other)) == (Sleep(1.0), Sleep(1.0))
    first.close()
    other.close()


@pytest.mark.parametrize("ended", [False, None])
def test_who_can_not_wait_any_longer_sends_nothing_and_says_why(ended: bool | None) -> None:
    (first, _), (second, _) = working(Clock()), working(Clock())
    next(first)
    next(second)
    with pytest.raises(NoResponseError, match="credit_case was not sent: another write on case 1 is under way in this process"):
        second.send(ended)
    first.close()


def test_a_child_does_not_wait_for_what_its_parent_does() -> None:
    first, _ = working(Clock())
    next(first)
    assert in_a_child(lambda: next(working(Clock())[0]) == Sleep(1.0)) == 0
    first.close()


def test_a_thread_does_not_wait_for_a_task_of_its_own() -> None:
    async def main() -> None:
        asked, never = asyncio.Event(), asyncio.Event()

        async def handler(_: httpx.Request) -> httpx.Response:
            asked.set()
            await never.wait()
            raise AssertionError

        transport = httpx.MockTransport(lambda _: reply(page()))
        async with AsyncAmili(BASE_URL, "t", quota="off", transport=httpx.MockTransport(handler)) as amili:
            task = asyncio.create_task(amili.cancel(CASE))
            await asked.wait()
            with (
                Amili(BASE_URL, "t", quota="off", transport=transport) as blocking,
                pytest.raises(NoResponseError, match="under way"),
            ):
                blocking.cancel(CASE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())


WRITES: dict[str, Callable[[Any], Flow[Any]]] = {
    "register": lambda rules: actions.register(rules, invoice(), None),
    "credit": lambda rules: actions.credit(rules, CASE.upper(), actions.Crediting(1), None),
    "cancel": lambda rules: actions.cancel(rules, CASE, None),
}


@pytest.mark.parametrize(("first", "second", "waits"), [
    ("register", "register", True), ("credit", "credit", True), ("cancel", "credit", True), ("register", "credit", False),
])  # fmt: skip
def test_writes_on_the_same_thing_wait_for_one_another(first: str, second: str, waits: bool) -> None:
    rules = context()
    one, other = WRITES[first](rules), WRITES[second](rules)
    next(one)
    assert isinstance(next(other), Join) is waits
    one.close()
    other.close()


def test_creditings_of_other_cases_go_side_by_side() -> None:
    rules = context()
    one, other = WRITES["credit"](rules), actions.credit(rules, OTHER_CASE, actions.Crediting(1), None)
    next(one)
    assert not isinstance(next(other), Join)
    one.close()
    other.close()


def lossy(sandbox: SandboxProcess) -> dict[str, Any]:
    """Let the first crediting get lost before it arrives."""
    rule = {"method": "POST", "path": "/creditor-crediting", "fault": "drop_before", "times": 1}
    sandbox.control("PUT", "faults", {"seed": 1, "rules": [rule]})
    return invoice(account=sandbox.account, creditor=sandbox.creditor)


def test_of_two_equal_creditings_by_threads_of_two_clients_none_is_lost(sandbox: SandboxProcess) -> None:
    document, ready = lossy(sandbox), threading.Barrier(2)
    with Amili(sandbox.base_url, sandbox.token, retry=RETRY) as one, Amili(sandbox.base_url, sandbox.token, retry=RETRY) as other:
        receipt = one.register(document)

        def credit(amili: Amili) -> str:
            ready.wait()
            return amili.credit(receipt, Decimal(100)).outcome

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(credit, [one, other])) == ["created", "created"]
        assert one.case(receipt).total_remaining_capital_amount == Decimal(300)


def test_of_two_equal_creditings_by_tasks_none_is_lost(sandbox: SandboxProcess) -> None:
    document = lossy(sandbox)

    async def main() -> None:
        async with AsyncAmili(sandbox.base_url, sandbox.token, retry=RETRY) as amili:
            receipt = await amili.register(document)
            done = await asyncio.gather(*(amili.credit(receipt, Decimal(100)) for _ in range(2)))
            assert [each.outcome for each in done] == ["created", "created"]
            assert (await amili.case(receipt)).total_remaining_capital_amount == Decimal(300)

    asyncio.run(main())
