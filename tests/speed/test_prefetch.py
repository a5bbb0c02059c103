"""Two pages on their way at a time: half the round trips, the same cases in the same order, and nothing left behind."""

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, NoAnswerError, Retry
from amili._core.reading.listing import Query
from amili._core.reading.pages import _Coming
from amili._core.reading.windows import Window

from benchmarks.cases import page as page_of_cases
from tests.overlay.changing import Changing, Network, walked
from tests.overlay.reading.test_pages import Shelf, numbers

OPTIONS: list[dict[str, Any]] = [{}, {"limit": 25}, {"keyset": False}, {"sort": "_created"}, {"sort": "_created", "limit": 25}]


class RoundTrips(Network):
    """A network on which all that is on its way is answered in one round trip."""

    trips = 0

    def take(self, window: Any) -> Any:
        if self.on_their_way[window] is None:
            self.trips += 1
            while None in self.on_their_way.values():
                self.answer_one()
        return self.on_their_way.pop(window)


@pytest.mark.parametrize(
    ("query", "trips", "without"), [(Query(), 16, 31), (Query(sort="state"), 18, 34), (Query(keyset=False), 18, 34)]
)
def test_thirty_pages_take_half_as_many_round_trips(query: Query, trips: int, without: int) -> None:
    for ahead, wanted in ((True, trips), (False, without)):
        network = RoundTrips(Changing({number: number for number in range(3000)}), query, lambda: None, lambda _: 0)
        assert [case for page in walked(network, ahead=ahead) for case in page] == list(range(3000))
        assert network.trips == wanted


PAGES = [page_of_cases(number, 10, total=45) for number in range(1, 6)]
SHELF = list(range(45))


def client(handler: Callable[[httpx.Request], Any], kind: Any = Amili) -> Any:
    return kind("http://amili.test", "token", quota="off", retry=Retry(attempts=1), transport=httpx.MockTransport(handler))


@pytest.mark.parametrize("options", OPTIONS)
def test_the_same_cases_come_in_the_same_order(options: dict[str, Any]) -> None:
    with client(Shelf(SHELF)) as amili:
        one, ahead = (list(amili.cases(page_size=10, prefetch=prefetch, **options)) for prefetch in (False, True))
    assert one == ahead
    assert numbers(one) == SHELF[: options.get("limit")]


@pytest.mark.parametrize("options", OPTIONS)
def test_the_same_cases_come_in_the_same_order_to_tasks(options: dict[str, Any]) -> None:
    async def walk(prefetch: bool) -> list[Any]:
        async with client(Shelf(SHELF), AsyncAmili) as amili:
            return [case async for case in amili.cases(page_size=10, prefetch=prefetch, **options)]

    one, ahead = asyncio.run(walk(False)), asyncio.run(walk(True))
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
    """Begin a walk, until two pages are on their way."""
    next(walk)
    for _ in range(2):
        assert slow.waiting.acquire(timeout=10)


@pytest.mark.parametrize("options", OPTIONS)
def test_a_walk_that_is_given_up_ends_its_threads(options: dict[str, Any]) -> None:
    slow = Slow()
    with client(slow) as amili:
        walk = iter(amili.cases(page_size=10, prefetch=True, **options))
        begun(walk, slow)
        assert len(prefetching()) == 2
        slow.go.set()
        with closing(walk):
            pass
        assert prefetching() == []
        assert len(slow.requests) == 3
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


def test_what_is_not_sent_yet_when_a_walk_is_given_up_is_never_sent() -> None:
    shelf, third, fifth, go = Shelf(SHELF), threading.Event(), threading.Event(), threading.Event()

    def handler(request: httpx.Request) -> httpx.Response:
        response = shelf(request)
        match request.url.params["page"], len(shelf.requests):
            case "3", _:  # soon nobody wants it any more, but it keeps one of two threads busy
                third.set()
                go.wait(10)
            case "2", 2 | 3:
                assert third.wait(10)
                shelf.numbers = shelf.numbers[10:]
                return shelf(request)  # shows nothing that was passed
            case "2", _:
                fifth.set()
                go.wait(10)
        return response

    with client(handler) as amili:
        walk = amili.cases(page_size=10, prefetch=True, keyset=False).pages()
        assert [numbers(next(walk)), numbers(next(walk))] == [SHELF[:10], SHELF[10:20]]
        assert fifth.wait(10)
        threading.Timer(0.01, go.set).start()
        walk.close()
    assert [asked["page"] for asked in shelf.requests].count("3") == 1


def test_a_page_that_fails_when_nobody_wants_it_any_more_is_not_heard_of(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf(SHELF)

    async def walk() -> None:
        async with client(lambda request: failing_after_the_first(request, shelf), AsyncAmili) as amili:
            pages = amili.cases(page_size=10, prefetch=True).pages()
            await anext(pages)
            for _ in range(100):
                await asyncio.sleep(0)  # both have failed
            with pytest.raises(NoAnswerError):
                await anext(pages)

    asyncio.run(walk())
    assert [record for record in caplog.records if record.name == "asyncio"] == []


async def given_up(amili: Any, slow: Slow, how: str) -> None:
    """Give up a walk while two pages are on their way."""

    async def under_way() -> None:
        while len(slow.requests) < 3:
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
        async with AsyncAmili("http://amili.test", "token", quota="off", transport=transport) as amili:
            cases = amili.cases(page_size=10, prefetch=True)
            walk: Any = cases.pages() if by_page else aiter(cases)
            await anext(walk)
            while len(slow.requests) < 3:
                await asyncio.sleep(0)
            await walk.aclose()
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_a_page_that_was_dropped_and_fails_instead_of_ending_is_not_heard_of(caplog: pytest.LogCaptureFixture) -> None:
    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise LookupError from None

    async def main() -> None:
        coming = _Coming(lambda _: asyncio.ensure_future(stubborn()))
        coming.ask([Window(1, 1)])
        await asyncio.sleep(0)
        coming.ask([])
        for _ in range(10):
            await asyncio.sleep(0)
        assert not coming.dropped

    asyncio.run(main())
    gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []


@pytest.mark.parametrize("how", ["break", "pages", "raise", "cancel in use", "cancel while waiting"])
def test_a_walk_that_is_given_up_ends_its_tasks(how: str, caplog: pytest.LogCaptureFixture) -> None:
    slow = Slow()

    async def main() -> int:
        transport = httpx.MockTransport(slow.answer)
        async with AsyncAmili("http://amili.test", "token", quota="off", transport=transport) as amili:
            await given_up(amili, slow, how)
            for _ in range(10):
                await asyncio.sleep(0)  # an iterator that a loop has left is closed by the event loop, a moment later
            assert len(asyncio.all_tasks()) == 1
            slow.go.set()
            return await amili.cases().count()

    assert asyncio.run(main()) == 45
    assert len(slow.requests) == 4
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_pages_that_are_no_longer_wanted_are_dropped_and_the_walk_goes_on() -> None:
    shelf = Shelf(SHELF)

    def shrink(count: int) -> None:
        if count == 2:  # all that the third request counts from
            shelf.numbers = [number for number in shelf.numbers if not 7 <= number < 15]

    shelf.between = shrink
    with client(shelf) as amili:
        found = numbers(amili.cases(page_size=10, prefetch=True))
    assert set(shelf.numbers) <= set(found)
    assert found == sorted(set(found))
