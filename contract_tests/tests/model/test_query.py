"""The meaning of conditions, orders and projections; that of conditions stands in query_truths.yaml."""

from pathlib import Path
from typing import Any

import pytest

from contract_tests.messages import load_yaml
from contract_tests.model.query import fits, names_in, ordered, projected

TRUTHS: list[dict[str, Any]] = load_yaml((Path(__file__).parent / "query_truths.yaml").read_text(encoding="utf-8"))
ROWS = [(each["document"], where, key == "matches") for each in TRUTHS for key in list(each)[1:] for where in each[key]]


@pytest.mark.parametrize(("document", "where", "expected"), ROWS, ids=[str(where) for _, where, _ in ROWS])
def test_a_condition_means_what_it_means_in_mongodb(document: dict[str, Any], where: Any, expected: bool) -> None:
    assert fits(document, where) is expected


DAYS = [{"day": day} for day in ("Wed, 08 Oct 2025 00:00:00 GMT", "Tue, 07 Apr 2026 00:00:00 GMT")]  # as text the other way round
KINDS: list[dict[str, Any]] = [
    {},
    {"x": None},
    {"x": -1},
    {"x": 2.5},
    {"x": "A"},
    {"x": "a"},
    {"x": {}},
    {"x": False},
    {"x": True},
]


@pytest.mark.parametrize(("documents", "sort"), [
    (KINDS, "x"), (DAYS, "day"), ([{"a": 1, "b": 2}, {"a": 1, "b": 1}, {"a": 2, "b": 3}], "a,-b"), ([], "a"),
])  # fmt: skip
def test_an_order_puts_kinds_in_the_order_of_mongodb_and_dates_by_time(documents: list[dict[str, Any]], sort: str) -> None:
    assert ordered(documents, sort)
    opposite = ",".join(name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in sort.split(","))
    assert ordered(documents[::-1], opposite)
    assert not documents or not ordered(documents[::-1], sort)


def test_a_projection_keeps_what_is_named_and_what_always_comes() -> None:
    always, debt = {"_id": "x", "_etag": "e"}, {"number": "a", "capital": 1}
    case = always | {"debt": debt, "entries": [{"amount": 1, "type": "c"}], "state": "s"}
    named = projected(case, {"debt.number": 1, "entries.amount": 1})
    assert named == always | {"debt": {"number": "a"}, "entries": [{"amount": 1}]}
    assert projected(case, {"debt": 0, "_id": 0, "entries.type": 0}) == always | {"entries": [{"amount": 1}], "state": "s"}


def test_the_names_in_a_condition_are_found_at_any_depth() -> None:
    assert names_in({"a": 1, "$or": [{"b.c": 2}, {"$and": [{"d": {"$gt": 1}}]}]}) == {"a", "b.c", "d"}
    assert names_in('_id=="x"') == {"_id"}
