"""Lists in an order that responses do not show whole: milliseconds of a date, amounts that change under the same etag."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import httpx
import pytest
from amili import where

from tests.overlay.changing_server import identifier
from tests.overlay.support import Clients, reply
from tests.samples import MOMENT, case

AUTOMATIC = ("_created", "_etag", "_updated")
Json = dict[str, Any]


@dataclass
class Vendor:
    """Cases in the order of a value that is stored more exactly than it is shown; before each answer something may happen."""

    shown: Callable[[int], Json]  # what a case shows of its value
    order: dict[int, int]
    etags: bool = True  # whether a change gives a case another etag
    automatic: bool = True  # whether a projection shows the properties that Eve adds
    total: bool = True
    between: Callable[[int], None] = lambda count: None
    versions: dict[int, int] = field(default_factory=dict)
    asked: list[Json] = field(default_factory=list)

    def move(self, number: int, value: int) -> None:
        self.order[number] = value
        self.versions[number] = self.versions.get(number, 0) + 1

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = dict(request.url.params)
        self.asked.append(asked)
        assert len(self.asked) < 200, "this walk does not end"
        if len(self.asked) > 1:
            self.between(len(self.asked))
        left_out = [part["_id"]["$ne"] for part in [json.loads(asked.get("where", "{}"))] if "_id" in part]
        found = [number for number in self.order if identifier(number) not in left_out]
        found.sort(key=lambda number: (self.order[number] * (-1 if asked["sort"].startswith("-") else 1), number))
        page, size = int(asked["page"]), int(asked["max_results"])
        rows = [self.row(number, json.loads(asked.get("projection", "{}"))) for number in found[(page - 1) * size : page * size]]
        return reply(
            {"_items": rows, "_meta": {"page": page, "max_results": size} | ({"total": len(found)} if self.total else {})}
        )

    def row(self, number: int, projection: Json) -> Json:
        etag = f"{self.versions.get(number, 0) if self.etags else 0:032x}"
        document = case(identifier(number), _etag=etag, **self.shown(self.order[number]))
        if not projection or not all(projection.values()):
            return {name: value for name, value in document.items() if name not in projection or name == "_id"}
        added = AUTOMATIC if self.automatic else ()
        kept: Json = {name: document[name] for name in ("_id", *added)}
        for path in projection:
            *parents, last = path.split(".")
            source = reduce(lambda inner, name: inner.get(name, {}), parents, document)
            if isinstance(source, list):
                kept[parents[0]] = source
            elif last in source:
                reduce(lambda inner, name: inner.setdefault(name, {}), parents, kept)[last] = source[last]
        return kept


def updated(value: int) -> Json:
    return {"_updated": MOMENT}  # of the same second, whatever its milliseconds


def state_date(value: int) -> Json:
    return {"latest_state_date": MOMENT, "state": f"state {value}"}


def amount(value: int) -> Json:
    return {"total_remaining_capital_amount": value}


def claimed(value: int) -> Json:
    return {"debt": {**case()["debt"], "capital_to_claim": value}}


def booked(value: int) -> Json:
    return {"transactions": [{"registration_date": MOMENT, "type": "capital", "amount": value}]}


def of_the_future(value: int) -> Json:
    return {"new_property": {"rank": value}}


Scene = tuple[Any, Callable[[int], Json], Json]  # a sort, what a case shows of its value, other arguments of cases()
SCENES: list[Scene] = [
    ("_updated", updated, {}),
    ("_updated", updated, {"projection": ["state"]}),
    ("_updated", updated, {"projection": {"transactions": 0, "_etag": 0, "_updated": 0}}),
    ("_updated,state", updated, {"projection": ["_updated"]}),
    ("latest_state_date", state_date, {"projection": ["creditor"]}),
    ("total_remaining_capital_amount", amount, {}),
    ("total_remaining_capital_amount", amount, {"projection": ["state"]}),
    ("total_remaining_capital_amount", amount, {"projection": {"total_remaining_capital_amount": 0}}),
    ("debt.capital_to_claim", claimed, {"projection": ["debt.invoice_number"]}),
    ("debt.capital_to_claim", claimed, {"projection": ["debt"]}),
    ("debt.capital_to_claim", claimed, {"projection": {"debt": 0}}),
    ("transactions.amount", booked, {}),
    (where.field("transactions.0.amount"), booked, {"projection": ["state"]}),
    (where.field("new_property.rank"), of_the_future, {}),
    (where.field("new_property.rank"), of_the_future, {"projection": ["state"]}),
]
each_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: f"{scene[0]} {scene[2]}")


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("automatic", [True, False])
@each_scene
def test_cases_that_moved_under_the_same_second_or_etag_hide_no_other(
    clients: Clients, scene: Scene, automatic: bool, total: bool
) -> None:
    sort, shown, options = scene
    by_date = shown in (updated, state_date)
    vendor = Vendor(shown, {number: number for number in range(6)}, by_date, automatic, total)

    def move_what_was_read(count: int) -> None:
        for number in range(3) if count == 2 else ():
            vendor.move(number, 900 + number)

    vendor.between = move_what_was_read
    found = [int(each.id, 16) for each in clients.answering(vendor).cases(sort=sort, page_size=3, **options)]
    assert found[:3] == [0, 1, 2]
    assert sorted(found) == list(range(6))


@each_scene
def test_what_does_not_move_takes_no_more_requests_under_a_projection(clients: Clients, scene: Scene) -> None:
    sort, shown, options = scene
    vendor = Vendor(shown, {number: number for number in range(20)}, automatic=False)
    assert len(list(clients.answering(vendor).cases(sort=sort, page_size=5, **options))) == 20
    whole = Vendor(amount, {number: number for number in range(20)})
    assert len(list(clients.answering(whole).cases(sort="total_remaining_capital_amount", page_size=5))) == 20
    assert len(vendor.asked) == len(whole.asked)


@pytest.mark.parametrize("prefetch", [False, True])
@pytest.mark.parametrize("descending", ["", "-"])
@pytest.mark.parametrize("scene", [SCENES[1], SCENES[6], SCENES[11]], ids=lambda scene: scene[0])
def test_whatever_moves_what_stays_comes_once(clients: Clients, scene: Scene, descending: str, prefetch: bool) -> None:
    sort, shown, options = scene
    for seed in range(5):
        some = random.Random(seed)
        vendor = Vendor(shown, {n: some.randrange(500) for n in range(40)}, shown is updated, some.random() < 0.5)
        moved = set[int]()

        def move(_: int, vendor: Vendor = vendor, some: random.Random = some, moved: set[int] = moved) -> None:
            for number in some.sample(range(40), 2):
                moved.add(number)
                vendor.move(number, some.randrange(500))

        vendor.between = move
        cases = clients.answering(vendor).cases(sort=descending + sort, page_size=7, prefetch=prefetch, **options)
        found = [int(each.id, 16) for each in cases]
        assert len(found) == len(set(found))
        assert set(range(40)) - moved <= set(found), seed


def test_a_loop_that_credits_what_it_walks_over_pays_nothing_for_the_etags_that_move(clients: Clients) -> None:
    vendor = Vendor(lambda value: {"customer_name": f"{value:03}"}, {number: number for number in range(30)})
    found = []
    for each in clients.answering(vendor).cases(sort="customer_name", page_size=5):
        number = int(each.id, 16)
        found.append(number)
        vendor.move(number, number)
    assert found == list(range(30))
    quiet = Vendor(amount, {number: number for number in range(30)})
    list(clients.answering(quiet).cases(sort="total_remaining_capital_amount", page_size=5))
    assert len(vendor.asked) == len(quiet.asked)


def test_where_no_response_has_an_etag_any_change_that_is_shown_counts_as_a_move(clients: Clients) -> None:
    vendor = Vendor(lambda value: {"_updated": MOMENT, "state": f"state {value}"}, {number: number for number in range(6)})

    def without_etags(request: httpx.Request) -> httpx.Response:
        document = vendor(request).json()
        for each in document["_items"]:
            each.pop("_etag", None)
        return reply(document)

    vendor.between = lambda count: vendor.move(2, 900) if count == 2 else None
    found = [int(each.id, 16) for each in clients.answering(without_etags).cases(sort="_updated", page_size=3)]
    assert sorted(found) == list(range(6))


@pytest.mark.parametrize(
    ("sort", "projection", "sent"),
    [
        (None, ["state"], {"state": 1}),
        ("-_id", ["state"], {"state": 1}),
        ("-_updated", ["state"], {"_etag": 1, "_updated": 1, "state": 1}),
        ("debt.invoice_number", ["debt"], {"debt": 1}),
        ("debt.invoice_number", ["debt.initial_capital"], {"debt.initial_capital": 1, "debt.invoice_number": 1}),
        ("debt.invoice_number", {"debt": 0, "state": 0}, {"state": 0}),
        ("transactions.amount", {"transactions.amount": 0}, {}),
        (where.field("transactions.0.amount"), ["state"], {"state": 1, "transactions.amount": 1}),
        (where.field("debt"), ["debt.invoice_number", "state"], {"debt": 1, "state": 1}),
    ],
)
def test_a_projection_gets_what_the_order_goes_by(clients: Clients, sort: Any, projection: Any, sent: Json) -> None:
    vendor = Vendor(amount, {1: 1})
    list(clients.answering(vendor).cases(sort=sort, projection=projection))
    assert json.loads(vendor.asked[0]["projection"]) == sent
