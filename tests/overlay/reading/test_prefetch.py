"""One page requested ahead: the same cases in the same order, and nothing left behind."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, NoResponseError, Retry

from tests.overlay.reading.test_pages import Shelf, numbers
from tests.overlay.support import Clients

OPTIONS: list[dict[str, Any]] = [{}, {"limit": 25}, {"keyset": False}, {"sort": "_created"}, {"sort": "_created", "limit": 25}]


SHELF = list(range(45))


def client(handler: Callable[[httpx.Request], Any], kind: Any = Amili) -> Any:
    return kind("https://amili.test", "token", quota="off", retry=Retry(attempts=1), transport=httpx.MockTransport(handler))


@pytest.mark.parametrize("options", OPTIONS)
def test_the_same_cases_come_in_the_same_order(clients: Clients, options: dict[str, Any]) -> None:
    amili = clients.answering(Shelf(SHELF))
    one, ahead = (list(amili.cases(page_size=10, prefetch=prefetch, **options)) for prefetch in (False, True))
    assert one == ahead
    assert numbers(one) == SHELF[: options.get("limit")]


class Slow(Shelf):
    """A shelf that answers the first request at once and the others when they are let go, or never; it counts those waiting."""

    def __init__(self) -> None:
        super().__init__(SHELF)
        self.waiting, self.go = threading.Semaphore(0), threading.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        response = super().__call__(request)
        if len(self.requests) > 1 and not self.go.is_set():
            self.waiting.release()
            self.go.wait(10)
        return response

    async def answer(self, request: httpx.Request) -> httpx.Response:
        response = super().__call__(request)
        if len(self.requests) > 1 and not self.go.is_set():
            self.waiting.release()
            await asyncio.Event().wait()
        return response


def prefetching() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("amili-prefetch")]


def begun(walk: Iterator[Any], slow: Slow) -> None:
    """Begin a walk, until the next page is requested."""
    next(walk)
    assert slow.waiting.acquire(timeout=10)


@pytest.mark.parametrize("options", OPTIONS)
def test_a_walk_that_is_given_up_ends_its_threads(options: dict[str, Any]) -> None:
    slow = Slow()
    with client(slow) as amili:
        walk = iter(amili.cases(page_size=10, prefetch=True, **options))
        begun(walk, slow)
        assert len(prefetching()) == 1
        slow.go.set()
        with closing(walk):
            pass
        assert prefetching() == []
        assert len(slow.requests) == 2
        assert amili.cases().count() == 45


def test_a_loop_that_is_left_ends_its_threads() -> None:
    with client(Shelf(SHELF)) as amili:
        for _ in amili.cases(page_size=10, prefetch=True):
            break
        assert prefetching() == []


def failing_after_the_first(request: httpx.Request, shelf: Shelf) -> httpx.Response:
    if shelf.requests:
        raise httpx.ReadTimeout("x")
    return shelf(request)


def test_a_page_that_fails_is_reported_when_it_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf(SHELF)

    async def walk() -> None:
        async with client(lambda request: failing_after_the_first(request, shelf), AsyncAmili) as amili:
            pages = amili.cases(page_size=10, prefetch=True).pages()
            await anext(pages)
            for _ in range(100):
                await asyncio.sleep(0)  # it has failed
            with pytest.raises(NoResponseError):
                await anext(pages)

    asyncio.run(walk())
    assert [record for record in caplog.records if record.name == "asyncio"] == []


async def given_up(amili: Any, slow: Slow, how: str) -> None:
    """Give up a walk while a page is on its way."""

    async def under_way() -> None:
        while len(slow.requests) < 2:
            await asyncio.sleep(0)

    async def walk() -> None:
        cases = amili.cases(page_size=10, prefetch=True)
        async for page in cases.pages() if how == "pages" else cases:
            if how != "cancel while waiting":
                await under_way()
            if how == "cancel in use":
                await asyncio.Event().wait()
            if how == "raise":
                raise LookupError(page)
            if how in ("break", "pages"):
                break

    task = asyncio.create_task(walk())
    if how.startswith("cancel"):
        await under_way()
        for _ in range(10):
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled() == how.startswith("cancel")


@pytest.mark.parametrize("by_page", [False, True])
def test_a_walk_that_is_closed_has_ended_its_tasks(by_page: bool) -> None:
    slow = Slow()

    async def main() -> None:
        transport = httpx.MockTransport(slow.answer)
        async with AsyncAmili("https://amili.test", "token", quota="off", transport=transport) as amili:
            cases = amili.cases(page_size=10, prefetch=True)
            walk: Any = cases.pages() if by_page else aiter(cases)
            await anext(walk)
            while len(slow.requests) < 2:
                await asyncio.sleep(0)
            await walk.aclose()
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


@pytest.mark.parametrize("how", ["break", "pages", "raise", "cancel in use", "cancel while waiting"])
def test_a_walk_that_is_given_up_ends_its_tasks(how: str, caplog: pytest.LogCaptureFixture) -> None:
    slow = Slow()

    async def main() -> int:
        transport = httpx.MockTransport(slow.answer)
        async with AsyncAmili("https://amili.test", "token", quota="off", transport=transport) as amili:
            await given_up(amili, slow, how)
            for _ in range(10):
                await asyncio.sleep(0)  # an iterator that a loop has left is closed by the event loop, a moment later
            assert len(asyncio.all_tasks()) == 1
            slow.go.set()
            return await amili.cases().count()

    assert asyncio.run(main()) == 45
    assert len(slow.requests) == 3
    assert [record for record in caplog.records if record.name == "asyncio"] == []
