"""Asking for two pages at once loses nothing and gives nothing twice, whichever is answered first, while the set changes."""

import asyncio
import random
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili
from amili._effects import Call
from amili._paging import Query, _Coming

from benchmarks.cases import page as page_of_cases

SIZE = 3


@dataclass
class Vendor:
    """Answers pages by number; of those outstanding the later is answered first, and before each answer the set changes."""

    cases: list[str]
    change: int  # -1: a case leaves, 1: one comes at the end, 0: nothing
    chance: random.Random
    outstanding: list["Reply"] = field(default_factory=list)
    most: int = 0

    def send(self, call: Call) -> "Reply":
        self.outstanding.append(Reply(self, int(call.params["page"])))
        self.most = max(self.most, len(self.outstanding))
        return self.outstanding[-1]

    def answer(self, number: int) -> Any:
        if self.change < 0 and self.cases and self.chance.random() < 0.5:
            self.cases.remove(self.chance.choice(self.cases))
        elif self.change > 0 and len(self.cases) < 60 and self.chance.random() < 0.5:
            self.cases.append(f"{int(self.cases[-1], 16) + 1:024x}")
        items = self.cases[(number - 1) * SIZE : number * SIZE]
        meta = SimpleNamespace(page=number, max_results=SIZE, total=len(self.cases))
        return SimpleNamespace(items=[SimpleNamespace(id=case) for case in items], meta=meta)


@dataclass
class Reply:
    """A page that is on its way."""

    vendor: Vendor
    number: int
    page: Any = None

    def result(self) -> Any:
        for reply in reversed(self.vendor.outstanding):
            reply.page = reply.page or reply.vendor.answer(reply.number)
        self.vendor.outstanding.remove(self)
        return self.page

    def cancel(self) -> None:
        self.vendor.outstanding.remove(self)

    def add_done_callback(self, _: Any) -> None: ...


@pytest.mark.parametrize("change", [-1, 0, 1])
@pytest.mark.parametrize("limit", [None, 1, 7])
def test_every_case_that_stays_comes_exactly_once(change: int, limit: int | None) -> None:
    for seed in range(200):
        vendor = Vendor([f"{number:024x}" for number in range(40)], change, random.Random(seed))
        coming, found = _Coming(vendor.send), list[str]()
        query: Query | None = Query(page_size=SIZE, keyset=False, limit=limit)
        coming.ask(query)
        while query is not None:
            items, query = query.take(coming.take(query).result())
            coming.ask(query)
            found += [case.id for case in items]
        assert vendor.outstanding == []
        assert vendor.most <= 2
        assert found == sorted(set(found))
        stayed = [case for case in vendor.cases if int(case, 16) < 40]
        if limit is None:
            assert set(stayed) <= set(found)
        else:
            assert len(found) == limit


PAGES = [page_of_cases(number, 10, total=45) for number in range(1, 6)]


def answering(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=PAGES[int(request.url.params["page"]) - 1])


OPTIONS: list[dict[str, Any]] = [{"keyset": False}, {"sort": "_created"}, {"sort": "_created", "limit": 25}]


@pytest.mark.parametrize("options", OPTIONS)
def test_the_same_cases_come_in_the_same_order(options: dict[str, Any]) -> None:
    transport = httpx.MockTransport(answering)
    with Amili("http://amili.test", "token", quota="off", transport=transport) as client:
        one, ahead = (list(client.cases(page_size=10, prefetch=prefetch, **options)) for prefetch in (False, True))
    assert one == ahead
    assert len(one) == options.get("limit", 45)


@pytest.mark.parametrize("options", OPTIONS)
def test_the_same_cases_come_in_the_same_order_to_tasks(options: dict[str, Any]) -> None:
    async def walk(prefetch: bool) -> list[Any]:
        transport = httpx.MockTransport(answering)
        async with AsyncAmili("http://amili.test", "token", quota="off", transport=transport) as client:
            return [case async for case in client.cases(page_size=10, prefetch=prefetch, **options)]

    assert asyncio.run(walk(False)) == asyncio.run(walk(True))


def test_a_walk_that_is_given_up_leaves_nothing_behind() -> None:
    async def walk() -> int:
        transport = httpx.MockTransport(answering)
        async with AsyncAmili("http://amili.test", "token", quota="off", transport=transport) as client:
            pages = client.cases(page_size=10, prefetch=True, keyset=False).pages()
            await anext(pages)
            await anext(pages)
            await pages.aclose()  # type: ignore[attr-defined]
            await asyncio.sleep(0)
            return len(asyncio.all_tasks())

    assert asyncio.run(walk()) == 1
