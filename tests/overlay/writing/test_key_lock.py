"""One write at a time on one case or invoice number, in one process: over threads, tasks and clients."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, NoResponseError, Retry
from amili._core import writing
from amili._core.engine import Context, Flow, Join
from amili_sandbox.testing import SandboxProcess

from tests.overlay.support import in_a_child, reply
from tests.samples import CASE, OTHER_CASE, invoice, page
from tests.virtual_time import BASE_URL, context

RETRY = Retry(base=0.01, cap=0.1, settle=0.3)


def write(name: str = "credit", rules: Context | None = None, case: str = CASE) -> Flow[Any]:
    """A write that has not begun."""
    rules = rules or context()
    if name == "register":
        return writing.register(rules, invoice(), None)
    return writing.cancel(rules, case, None) if name == "cancel" else writing.credit(rules, case, writing.Crediting(1), None)


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    for name in ("register", "credit"):
        with closing(write(name)) as flow:
            assert not isinstance(next(flow), Join)


@pytest.mark.parametrize("case", [CASE, CASE.upper()])
def test_who_comes_second_waits_for_the_end_of_the_first(case: str) -> None:
    with closing(write()) as first, closing(write(case=case)) as second:
        begins = next(first)
        wait = next(second)
        assert isinstance(wait, Join)
        assert wait.seconds == context().budget().left
        assert not wait.completion.ended.done()
        first.close()
        assert wait.completion.ended.done()
        assert second.send(True) == begins


@pytest.mark.parametrize("ended", [False, None])
def test_who_can_not_wait_any_longer_sends_nothing_and_says_why(ended: bool | None) -> None:
    with closing(write()) as first, closing(write()) as second:
        next(first)
        next(second)
        said = f"credit_case was not sent: another write on case {CASE} is in progress in this process"
        with pytest.raises(NoResponseError, match=said):
            second.send(ended)


@pytest.mark.parametrize(
    ("first", "second", "waits"),
    [
        (write("register"), write("register"), True),
        (write("cancel"), write(), True),
        (write("register"), write(), False),
        (write(), write(case=OTHER_CASE), False),
        (write(), write(rules=replace(context(), base_url="http://other.test")), False),
    ],
)  # fmt: skip
def test_writes_on_the_same_thing_wait_for_one_another(first: Flow[Any], second: Flow[Any], waits: bool) -> None:
    with closing(first), closing(second):
        next(first)
        assert isinstance(next(second), Join) is waits


def test_a_child_does_not_wait_for_what_its_parent_does() -> None:
    with closing(write()) as first:
        begins = next(first)
        assert in_a_child(lambda: next(write()) == begins) == 0


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
                pytest.raises(NoResponseError, match="in progress"),
            ):
                blocking.cancel(CASE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())


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
