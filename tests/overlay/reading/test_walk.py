"""Walking a list that changes between any two requests: each case that stays comes once, in order, and the walk ends."""

import random
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from amili import DecodeError
from amili._core.reading import Query
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.overlay.changing_server import Changing, identifier, pages_of

SORTS = ["state", "-state", "-_id", "state,-_id", "_id"]
KINDS = ["leave", "enter", "move", "shown", "swap"]
STATES = [None, 0, 1, 2, 3]
MOST = [2, 3, 4, 7, 100]
Change = tuple[str, int, int | None]

states = st.sampled_from(STATES)
changes = st.lists(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 99), states), max_size=5), max_size=25)


def change(server: Changing, kind: str, place: int, state: int | None) -> None:
    """Let something happen to the list: at any place, before, after and within the page that was read last."""
    numbers = sorted(server.cases)
    some = numbers[place * len(numbers) // 100 :][:1]
    match kind:
        case "enter":
            server.enter(place, state)
        case "leave":
            for number in some:
                server.leave(number)
        case "move":
            for number in some:
                server.enter(number, state)
        case "shown":  # as a loop does that cancels what it walks over
            for number in server.shown[: 1 + place % 9]:
                server.leave(number)
        case "swap":  # the total tells nothing of it
            gone = numbers[: place % 30]
            for number in gone:
                server.leave(number)
                server.enter(100 + number + place, state)


@dataclass(frozen=True)
class Scene:
    """A list, what happens to it before each answer, or between counting and reading if the seed is odd, and how it is walked."""

    start: dict[int, int | None]
    changes: list[list[Change]]
    query: Query
    most: int
    seed: int

    def play(self) -> list[int]:
        """Walk and hold what came against what was promised; return it."""
        server, left = Changing(dict(self.start), self.most), iter(self.changes)

        def happen() -> None:
            for each in next(left, []):
                change(server, *each)

        if self.seed % 2:
            server.meanwhile = happen
        pages = pages_of(server, self.query, happen if self.seed % 2 == 0 else lambda: None)
        found = [number for page in pages for number in page]
        assert len(found) == len(set(found)), "a case came twice"
        assert server.steady <= set(found), "a case was passed over"
        in_order = [number for number in server.in_order(self.query.order) if number in server.steady]
        assert [number for number in found if number in server.steady] == in_order, "in another order"
        assert all(len(page) <= max(2, self.query.page_size) for page in pages)
        assert server.requests <= 20 + 4 * (len(self.start) + len(found)) + 15 * len(self.changes)
        return found


def scenes(queries: st.SearchStrategy[Query]) -> st.SearchStrategy[Scene]:
    lists = st.dictionaries(st.integers(0, 60), states, max_size=45)
    return st.builds(Scene, lists, changes, queries, st.sampled_from(MOST), st.integers(0, 2**32))


@settings(max_examples=400, deadline=None)
@given(scenes(st.builds(Query, page_size=st.integers(1, 9))))
def test_in_the_order_of_identifiers(scene: Scene) -> None:
    found = scene.play()
    assert found == sorted(found)


@settings(max_examples=400, deadline=None)
@given(scenes(st.builds(Query, page_size=st.integers(1, 9), sort=st.sampled_from(SORTS), keyset=st.just(False))))
def test_by_number(scene: Scene) -> None:
    scene.play()


@pytest.mark.parametrize("keyset", [None, False])
def test_longer_lists_and_more_changes_than_hypothesis_would_try(keyset: bool | None) -> None:
    for seed in range(1200):
        some = random.Random(seed)
        start = {some.randrange(100): some.choice(STATES) for _ in range(some.randrange(60))}
        batches = [some.randrange(6) for _ in range(some.randrange(25))]
        plan = [[(some.choice(KINDS), some.randrange(100), some.choice(STATES)) for _ in range(count)] for count in batches]
        query = Query(sort=some.choice(SORTS) if keyset is False else "_id", keyset=keyset, page_size=some.randrange(1, 10))
        scene = Scene(start, plan, query, some.choice(MOST), seed)
        try:
            scene.play()
        except (AssertionError, DecodeError) as problem:
            raise AssertionError(f"{problem}: {scene}") from problem


def quiet(count: int) -> Changing:
    return Changing({number: number for number in range(count)})


BY_ID, BY_STATE, BY_PLACE = Query(), Query(sort="state"), Query(keyset=False)


@pytest.mark.parametrize(
    ("query", "count", "requests"),
    [
        (BY_ID, 0, 1),
        (BY_ID, 99, 1),
        (BY_ID, 100, 2),  # that a full page is the last one must be seen
        (BY_ID, 250, 3),
        (BY_ID, 3000, 31),
        (BY_STATE, 99, 1),
        (BY_STATE, 250, 3),
        (BY_STATE, 3000, 34),
        (BY_PLACE, 3000, 34),
        (replace(BY_STATE, page_size=10), 250, 40),
        (replace(BY_STATE, page_size=2), 20, 20),
        (replace(BY_STATE, page_size=1), 20, 21),
        (replace(BY_ID, page_size=1), 20, 21),
    ],
)
def test_a_list_that_nobody_changes_takes_about_one_request_a_page(query: Query, count: int, requests: int) -> None:
    server = quiet(count)
    assert [number for page in pages_of(server, query) for number in page] == list(range(count))
    assert server.requests == requests


@pytest.mark.parametrize("query", [BY_ID, BY_STATE, BY_PLACE])
@pytest.mark.parametrize(("limit", "sizes"), [(1, [1]), (100, [100]), (101, [100, 1]), (150, [100, 50]), (1000, [100])])
def test_with_a_limit_no_more_is_asked_for_than_is_needed(query: Query, limit: int, sizes: list[int]) -> None:
    server = quiet(1500)
    pages = pages_of(server, Query.of(None, query.sort, None, keyset=query.keyset, limit=limit))
    assert [number for page in pages for number in page] == list(range(limit))
    assert [len(page) for page in pages][: len(sizes)] == sizes
    assert server.requests == len(pages)


@pytest.mark.parametrize(("query", "last"), [(BY_ID, (1, 50)), (BY_STATE, (2, 75)), (BY_PLACE, (2, 75))])
def test_under_a_limit_the_last_window_is_no_larger_than_it_must(query: Query, last: tuple[int, int]) -> None:
    server = quiet(1500)
    pages_of(server, replace(query, limit=150))
    assert server.asked == [(1, 100), last]


def test_nothing_is_wanted_under_a_limit_of_none() -> None:
    assert Query(limit=0).walk() is None


def test_cases_that_left_are_told_by_the_total_and_cost_one_request() -> None:
    server = quiet(1000)
    walk = BY_STATE.walk()
    assert walk is not None
    for _ in range(5):
        _, following = walk.advance(server.answer(BY_STATE.request(walk.window)))
        assert following is not None
        walk = following
    for number in range(300):
        server.leave(number)
    new, following = walk.advance(server.answer(BY_STATE.request(walk.window)))
    assert new == []
    assert following is not None
    new, _ = following.advance(server.answer(BY_STATE.request(following.window)))
    assert len(new) > 60


@pytest.mark.parametrize("gone", [1, 5, 90, 400])
def test_cases_that_left_unseen_cost_few_requests(gone: int) -> None:
    server = quiet(1000)
    left = iter([[], [], [], [], [], range(gone)])

    def swap() -> None:
        for number in next(left, []):
            server.leave(number)
            server.enter(2000 + number, 2000 + number)

    found = {number for page in pages_of(server, BY_STATE, swap) for number in page}
    assert server.steady <= found
    assert server.requests <= 12 + 2 + 3 + 2 * gone // 100


def test_a_limit_that_is_nearly_reached_does_not_make_steps_over_what_was_passed_small() -> None:
    server = quiet(1000)
    left = iter([range(0)] * 6 + [range(200)])

    def swap() -> None:
        for number in next(left, range(0)):
            server.leave(number)
            server.enter(2000 + number, 2000 + number)

    assert sum(map(len, pages_of(server, replace(BY_STATE, limit=571), swap))) == 571
    assert server.requests <= 13


def test_a_loop_that_takes_away_what_it_walks_over_costs_two_requests_a_page() -> None:
    server = quiet(1000)
    walk, found = BY_STATE.walk(), list[int]()
    while walk is not None:
        new, walk = walk.advance(server.answer(BY_STATE.request(walk.window)))
        found += [int(row.id, 16) for row in new]
        for row in new:
            server.leave(int(row.id, 16))
    assert found == list(range(1000))
    assert server.requests <= 21


def test_a_loop_that_moves_what_it_walks_over_to_the_end_ends() -> None:
    server = quiet(250)
    walk, found = BY_STATE.walk(), list[int]()
    while walk is not None:
        new, walk = walk.advance(server.answer(BY_STATE.request(walk.window)))
        found += [int(row.id, 16) for row in new]
        for row in new:
            server.enter(int(row.id, 16), 1000 + len(found))
    assert sorted(found) == list(range(250))


def page(numbers: list[Any], total: int, applied: int) -> Any:
    items = [SimpleNamespace(id=each if each is None else identifier(each), state=each) for each in numbers]
    return SimpleNamespace(items=items, meta=SimpleNamespace(max_results=applied, total=total))


@pytest.mark.parametrize("numbers", [[5, 6], []])
def test_responses_that_contradict_each_other_are_found_out_after_a_bounded_number(numbers: list[int]) -> None:
    query, count = Query(sort="state", page_size=2), 0

    def walk_on() -> None:
        nonlocal count
        walk = query.walk()
        while walk is not None:
            count += 1
            assert count < 100
            _, walk = walk.advance(page([1, 2], 9, 2) if walk.window.page == 1 else page(numbers, 9, 2))

    with pytest.raises(DecodeError, match="consecutive responses to list_cases had no new case") as caught:
        walk_on()
    assert caught.value.operation == "list_cases"
    assert count > 50


def test_a_server_that_gives_one_case_a_page_shows_nothing_under_a_sort() -> None:
    server = Changing({1: 1, 2: 2, 3: 3}, most=1)
    with pytest.raises(DecodeError, match=r"with one case per page, skipped cases can't be detected; remove sort=") as caught:
        pages_of(server, BY_STATE)
    assert caught.value.path == "/_meta/max_results"
    assert pages_of(server, BY_ID) == [[1], [2], [3]]


@pytest.mark.parametrize(
    ("numbers", "said"), [([3, 4], "ignores the requested condition on _id"), ([6, 5], "not in the requested order")]
)
def test_a_response_that_does_not_keep_to_what_was_asked_is_found_out(numbers: list[int], said: str) -> None:
    walk = Query(page_size=2).walk()
    assert walk is not None
    _, walk = walk.advance(page([2, 3], 9, 2))
    assert walk is not None
    with pytest.raises(DecodeError, match=said):
        walk.advance(page(numbers, 9, 2))


@pytest.mark.parametrize("query", [Query(page_size=2), Query(page_size=2, sort="state"), Query(page_size=2, keyset=False)])
def test_a_row_without_an_identifier_is_found_out(query: Query) -> None:
    walk = query.walk()
    assert walk is not None
    with pytest.raises(DecodeError, match="a case in the response to list_cases has no identifier") as caught:
        walk.advance(page([1, None], 6, 2))
    assert caught.value.path == "/_items/1/_id"
