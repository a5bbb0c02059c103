"""Walking all pages: each case once, none lost, whatever is added or taken away meanwhile."""

import asyncio
import json
import logging
import re
import threading
from collections.abc import Callable
from itertools import islice
from typing import Any

import httpx
import pytest
import yaml
from amili import (
    AmiliError,
    AsyncAmili,
    DecodeError,
    Drift,
    InvalidInputError,
    NoResponseError,
    Retry,
    UnreadablePropertyError,
    where,
)
from amili._query import sort_text
from hypothesis import given
from hypothesis import strategies as st

from tests.docs.pages import ROOT
from tests.overlay.changing_server import identifier
from tests.overlay.support import Clients, reply
from tests.samples import case, page


class Shelf:
    """A server with numbered cases that answers as the framework does, and changes between two requests if told to."""

    def __init__(self, numbers: list[int], *, greatest: int = 100) -> None:
        self.numbers, self.greatest = sorted(numbers), greatest
        self.requests: list[dict[str, str]] = []
        self.between: Callable[[int], None] = lambda count: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = dict(request.url.params)
        self.requests.append(asked)
        assert len(self.requests) < 200, "this walk does not end"
        if len(self.requests) > 1:
            self.between(len(self.requests))
        found = [number for number in self.numbers if self.matches(number, json.loads(asked.get("where", "{}")))]
        if asked.get("sort", "").startswith("-"):
            found.reverse()
        size, number = min(int(asked["max_results"]), self.greatest), int(asked["page"])
        shown = found[(number - 1) * size : number * size]
        return reply(page(*(case(identifier(n)) for n in shown), total=len(found), number=number, size=size))

    def matches(self, number: int, condition: dict[str, Any]) -> bool:
        if "$and" in condition:
            return all(self.matches(number, part) for part in condition["$and"])
        bounds = condition.get("_id", {})
        return bool(bounds.get("$gt", "") < identifier(number) != bounds.get("$ne"))


def numbers(cases: Any) -> list[int]:
    return [int(found.id, 16) for found in cases]


def test_all_pages_are_walked_in_order_with_one_page_in_memory(clients: Clients) -> None:
    shelf = Shelf(list(range(25)))
    iterator = iter(clients.answering(shelf).cases(page_size=10))
    next(iterator)
    assert len(shelf.requests) == 1
    assert numbers(iterator) == list(range(1, 25))
    assert len(shelf.requests) == 3
    assert [asked["sort"] for asked in shelf.requests] == ["_id"] * 3


def test_pages_come_as_lists(clients: Clients) -> None:
    shelf = Shelf(list(range(5)))
    assert [numbers(found) for found in clients.answering(shelf).cases(page_size=2).pages()] == [[0, 1], [2, 3], [4]]


def test_an_empty_list_is_one_request_and_no_page(clients: Clients) -> None:
    shelf = Shelf([])
    amili = clients.answering(shelf)
    assert list(amili.cases()) == []
    assert list(amili.cases().pages()) == []
    assert len(shelf.requests) == 2


def test_a_new_iteration_reads_anew(clients: Clients) -> None:
    shelf = Shelf([1])
    cases = clients.answering(shelf).cases()
    assert numbers(cases) == [1]
    shelf.numbers.append(2)
    assert numbers(cases) == [1, 2]


@pytest.mark.parametrize(
    ("limit", "sizes"), [(0, []), (1, ["1"]), (10, ["10"]), (15, ["10", "5"]), (20, ["10", "10"]), (99, ["10", "10", "10"])]
)
def test_a_limit_ends_the_walk_and_asks_for_no_more_than_needed(clients: Clients, limit: int, sizes: list[str]) -> None:
    shelf = Shelf(list(range(25)))
    assert numbers(clients.answering(shelf).cases(page_size=10, limit=limit)) == list(range(min(limit, 25)))
    assert [asked["max_results"] for asked in shelf.requests] == sizes


def test_count_is_one_small_request_whatever_the_limit(clients: Clients) -> None:
    shelf = Shelf(list(range(25)))
    assert clients.answering(shelf).cases(limit=3).count() == 25
    assert [asked["max_results"] for asked in shelf.requests] == ["1"]


@pytest.mark.parametrize("options", [{}, {"keyset": False}, {"sort": "-_created", "page_size": 7}, {"limit": 12}])
def test_a_server_that_tells_no_total_is_walked_whole_and_drift_tells_of_it(clients: Clients, options: dict[str, Any]) -> None:
    shelf, drift = Shelf(list(range(25))), Drift()

    def uncounting(request: httpx.Request) -> httpx.Response:
        document = shelf(request).json()
        del document["_meta"]["total"]
        return reply(document, content_type="application/json")

    amili = clients.answering(uncounting, drift=drift)
    assert sorted(numbers(amili.cases(**options))) == list(range(min(25, options.get("limit", 25))))
    assert int(amili.cases().first().id, 16) == 0
    assert ("missing property in 200", "/_meta/total") in {(found.rule, found.pointer) for found in drift.findings()}
    with pytest.raises(DecodeError, match="does not say how many cases match; to count them, iterate over them") as caught:
        amili.cases().count()
    assert (caught.value.path, caught.value.operation, caught.value.attempts) == ("/_meta/total", "list_cases", 1)


def test_a_case_without_what_nobody_asks_for_does_not_cost_the_page(clients: Clients) -> None:
    damaged = case(identifier(2), creditor_name=5, customer_status=None, debt=[], state_history=[{}, {"state": "reminder"}])
    drift = Drift()

    def answer(_: httpx.Request) -> httpx.Response:
        return reply(page(case(identifier(1)), damaged, case(identifier(3))), content_type="application/json")

    found = [*clients.answering(answer, drift=drift).cases(limit=3)]
    assert numbers(found) == [1, 2, 3]
    assert [each.state for each in found] == ["invoice"] * 3
    assert found[1].to_dict() == damaged
    assert [getattr(change, "state", None) for change in found[1].state_history] == [None, "reminder"]
    told = {(each.rule, each.pointer) for each in drift.findings()}
    assert {("wrong type in 200", "/_items/*/creditor_name"), ("wrong type in 200", "/_items/*/debt")} <= told
    with pytest.raises(UnreadablePropertyError, match=f"creditor_name of Case {identifier(2)} can't be read") as caught:
        _ = found[1].creditor_name
    assert isinstance(caught.value, AmiliError)


def test_first_is_the_first_in_the_order_asked_for_or_none(clients: Clients) -> None:
    amili = clients.answering(Shelf([3, 5]))
    assert int(amili.cases().first().id, 16) == 3
    assert int(amili.cases(sort="-_id", limit=0).first().id, 16) == 5
    assert clients.answering(Shelf([])).cases().first() is None


@pytest.mark.parametrize("sort", ["_id", "-_id", "-_created"])
def test_a_server_that_gives_smaller_pages_than_asked_for_is_walked_to_its_end(clients: Clients, sort: str) -> None:
    shelf = Shelf(list(range(25)), greatest=7)
    assert sorted(numbers(clients.answering(shelf).cases(sort=sort))) == list(range(25))
    assert len(shelf.requests) == (4 if sort == "_id" else 6)


def test_the_condition_stays_beside_the_place_in_the_list(clients: Clients) -> None:
    shelf = Shelf([1, 2, 3])
    amili = clients.answering(shelf)
    for condition in (where.state == "invoice", {"state": "invoice"}, where.state.in_(["invoice"])):
        shelf.requests.clear()
        assert numbers(amili.cases(condition, page_size=2)) == [1, 2, 3]
        first, second = (json.loads(asked["where"]) for asked in shelf.requests)
        assert second == {"$and": [first, {"_id": {"$gt": identifier(2)}}]}


@pytest.mark.parametrize("keyset", [True, False])
def test_a_loop_that_takes_away_what_it_walks_over_reaches_every_case(clients: Clients, keyset: bool) -> None:
    shelf = Shelf(list(range(30)))
    taken = []
    for found in clients.answering(shelf).cases(page_size=5, keyset=keyset):
        number = int(found.id, 16)
        shelf.numbers.remove(number)
        taken.append(number)
    assert taken == list(range(30))


@pytest.mark.parametrize("prefetch", [False, True])
@pytest.mark.parametrize("options", [{}, {"keyset": False}, {"sort": "-_created"}])
def test_while_cases_come_and_go_those_that_stay_come_once(clients: Clients, options: dict[str, Any], prefetch: bool) -> None:
    shelf = Shelf(list(range(0, 90, 3)))
    coming, going = iter(range(1, 90, 3)), iter(range(0, 90, 6))

    def swap(_: int) -> None:
        shelf.numbers = sorted((set(shelf.numbers) | set(islice(coming, 2))) - set(islice(going, 2)))

    shelf.between = swap
    walked = numbers(clients.answering(shelf).cases(page_size=7, prefetch=prefetch, **options))
    assert len(walked) == len(set(walked))
    assert set(range(3, 90, 6)) <= set(walked)


def test_a_server_that_ignores_the_place_in_the_list_is_found_out_instead_of_asked_for_ever(clients: Clients) -> None:
    replies = iter(range(9))

    def deaf(_: httpx.Request) -> httpx.Response:
        assert next(replies) < 5, "this walk does not end"
        return reply(page(case(identifier(1)), case(identifier(2)), total=9, size=2), x_request_id="r-5")

    walk = iter(clients.answering(deaf).cases(page_size=2))
    assert numbers([next(walk), next(walk)]) == [1, 2]
    with pytest.raises(DecodeError, match="ignores the requested condition on _id") as caught:
        next(walk)
    assert (caught.value.path, caught.value.attempts, caught.value.request_id) == ("/_items", 1, "r-5")
    assert caught.value.elapsed > 0


@pytest.mark.parametrize(
    ("sort", "sent"),
    [
        (None, "_id"),
        ("-_id", "-_id"),
        ("-_created", "-_created,_id"),
        ("state,-_created", "state,-_created,_id"),
        ("state,-_id", "state,-_id"),
        ("", "_id"),
        ([], "_id"),
        (where.id, "_id"),
        (-where.created, "-_created,_id"),
        ([where.state, "-_created"], "state,-_created,_id"),
        (("state,status", -where.id), "state,status,-_id"),
        (where.field("debt._id"), "debt._id,_id"),
        (-where.field("transactions.0.amount"), "-transactions.0.amount,_id"),
    ],
)
def test_what_a_sort_leaves_open_comes_by_identifier(clients: Clients, sort: Any, sent: str) -> None:
    shelf = Shelf([1])
    assert numbers(clients.answering(shelf).cases(sort=sort)) == [1]
    assert [asked["sort"] for asked in shelf.requests] == [sent]


CONTRACT = yaml.safe_load((ROOT / "openapi" / "amili.yaml").read_text(encoding="utf-8"))
[SORT] = [each["schema"]["pattern"] for each in CONTRACT["paths"]["/cases"]["get"]["parameters"] if each["name"] == "sort"]


@given(st.text("-_.,aZ0 \n", max_size=6) | st.from_regex(SORT))
def test_a_sort_has_the_form_that_the_contract_gives_it(sort: str) -> None:
    if re.fullmatch(SORT, sort):
        with pytest.raises(InvalidInputError, match="is not a property of a case"):  # none of these names is one
            sort_text(f"state,{sort}")
    else:
        with pytest.raises(InvalidInputError, match="sort must be a property name, or several separated by commas"):
            sort_text(f"state,{sort}")


@pytest.mark.parametrize("sort", ["-", "state, status", "state,", "[('state', 1)]", "--state", "state desc", "-state\n", " "])
def test_a_sort_of_another_form_is_refused_before_it_is_silently_ignored(clients: Clients, sort: str) -> None:
    with pytest.raises(InvalidInputError, match="sort must be a property name, or several separated by commas"):
        clients.answering(Shelf([])).cases(sort=sort)


@pytest.mark.parametrize("projection", [{"_id": 0}, {"_id": False, "state": True}])
def test_a_projection_that_leaves_out_the_identifier_is_refused_at_once(clients: Clients, projection: Any) -> None:
    with pytest.raises(InvalidInputError, match="projection= excludes _id, which is needed to read a list"):
        clients.answering(Shelf([])).cases(projection=projection)


@pytest.mark.parametrize(
    ("option", "values", "says"),
    [
        ("page_size", [0, -1, 101, True, 1.5, "5", None], "page_size must be from 1 to 100"),
        ("limit", [-1, "5", 1.5, False], "limit must be the number of cases wanted, an integer of at least 0"),
        ("sort", [5, [5], where.debt, where.state == "invoice", where.field("a-b")], "sort must be a property name"),
    ],
)
def test_an_option_that_the_api_does_not_take_is_refused_at_once(
    clients: Clients, option: str, values: list[Any], says: str
) -> None:
    for value in values:
        with pytest.raises(InvalidInputError, match=says):
            clients.answering(Shelf([])).cases(**{option: value})


@pytest.mark.parametrize("options", [{}, {"sort": "-_created", "page_size": 2}])  # the second leaves out a case by its identifier
def test_a_condition_that_would_be_too_long_for_a_later_page_is_refused_at_once(
    clients: Clients, options: dict[str, Any]
) -> None:
    shelf, lengths, refused = Shelf(list(range(3)), greatest=2), range(59_700, 60_010, 10), 0
    for length in lengths:
        try:
            cases = clients.answering(shelf).cases({"creditor_name": "y" * length}, **options)
        except InvalidInputError as problem:
            assert "split the list" in str(problem)  # noqa: PT017 - where it begins to be too long plays no part
            refused += 1
        else:
            assert len(list(cases)) == 3
    assert 0 < refused < len(lengths)


@pytest.mark.parametrize("arguments", [{"where": "state"}, {"projection": "state"}, {"projection": []}])
def test_what_cannot_be_asked_is_refused_before_the_first_case_is_asked_for(clients: Clients, arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        clients.answering(Shelf([])).cases(**arguments)


def test_walking_by_place_needs_the_order_of_identifiers(clients: Clients) -> None:
    with pytest.raises(InvalidInputError, match="keyset=True lists in the order of identifiers; remove sort="):
        clients.answering(Shelf([])).cases(sort="-_created", keyset=True)


@pytest.mark.parametrize("prefetch", [False, True])
@pytest.mark.parametrize("keyset", [None, True, False])
def test_however_it_walks_it_reaches_every_case_once(clients: Clients, keyset: bool | None, prefetch: bool) -> None:
    shelf = Shelf(list(range(25)), greatest=7)
    assert numbers(clients.answering(shelf).cases(keyset=keyset, prefetch=prefetch, page_size=10)) == list(range(25))
    pages = [(int(asked["page"]), int(asked["max_results"])) for asked in shelf.requests]
    if keyset is False:
        assert pages[:3] == [(1, 10), (2, 6), (3, 5)]
        assert len(pages) == 6
    else:
        assert pages == [(1, 10), (1, 7), (1, 7), (1, 7)]
    conditions = [asked.get("where") for asked in shelf.requests]
    assert (conditions == [None] * 6) if keyset is False else (None not in conditions[1:])


def test_with_prefetch_the_next_page_is_requested_while_one_is_in_use(clients: Clients) -> None:
    shelf, second = Shelf(list(range(25))), threading.Event()
    shelf.between = lambda count: second.set() if count > 1 else None
    if clients.kind == "sync":
        walk = iter(clients.answering(shelf).cases(page_size=10, prefetch=True))
        next(walk)
        assert second.wait(10)
        assert len(shelf.requests) == 2
        walk.close()
        return

    async def main() -> None:
        async with AsyncAmili("https://amili.test", "t", quota="off", transport=httpx.MockTransport(shelf)) as amili:
            pages: Any = amili.cases(page_size=10, prefetch=True).pages()
            await anext(pages)
            for _ in range(100):
                await asyncio.sleep(0)
            await pages.aclose()

    asyncio.run(main())
    assert len(shelf.requests) == 2


def test_a_prefetch_that_fails_is_the_failure_of_the_page_it_was_for(clients: Clients) -> None:
    shelf = Shelf(list(range(25)))

    def fail(_: int) -> None:
        raise httpx.ReadTimeout("x")

    shelf.between = fail
    walk = clients.answering(shelf, retry=Retry(attempts=1)).cases(page_size=10, prefetch=True).pages()
    assert numbers(next(walk)) == list(range(10))
    with pytest.raises(NoResponseError):
        next(walk)


def test_a_page_size_that_the_server_lowers_is_noted_in_the_log(clients: Clients, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "amili")
    list(clients.answering(Shelf(list(range(9)), greatest=7)).cases(page_size=10))
    said = [record.getMessage() for record in caplog.records if record.name == "amili"]
    assert said == ["list_cases: the API returns 7 cases per page instead of 10"]


def test_a_walk_ends_at_an_empty_page_whatever_the_total_says(clients: Clients) -> None:
    def wrong(request: httpx.Request) -> httpx.Response:
        return reply(page(total=99, size=0))

    assert list(clients.answering(wrong).cases()) == []
