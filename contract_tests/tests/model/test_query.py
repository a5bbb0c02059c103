"""The meaning of conditions, orders and projections, held against another implementation of them."""

from decimal import Decimal
from typing import Any

import mongomock
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.model.query import fits, names_in, ordered, plain, projected

NAMES = st.sampled_from(["amount", "debt.number", "day", "closed", "entries.amount", "missing"])
DATES = st.sampled_from(["Tue, 07 Oct 2025 00:00:00 GMT", "Wed, 08 Oct 2025 00:00:00 GMT", "Thu, 01 Jan 2026 10:00:00 GMT"])
VALUES = st.one_of(
    st.integers(-2, 3), st.sampled_from([0.1, 100.5]), st.sampled_from(["a", "A", "b", ""]), DATES, st.booleans(), st.none()
)
DOCUMENTS = st.fixed_dictionaries(
    {"_id": st.just("x")},
    optional={
        "amount": st.one_of(st.integers(-2, 3), st.just(100.5)),
        "debt": st.fixed_dictionaries({}, optional={"number": VALUES}),
        "day": DATES,
        "closed": st.just({}),
        "entries": st.lists(st.fixed_dictionaries({"amount": st.integers(-1, 2)}), max_size=2),
    },
)
OPERATORS = st.one_of(
    st.builds(
        lambda name, value: {name: value}, st.sampled_from(["$gt", "$gte", "$lt", "$lte"]), st.one_of(st.integers(-2, 3), DATES)
    ),
    st.builds(lambda name, value: {name: value}, st.sampled_from(["$eq", "$ne"]), VALUES),
    st.builds(lambda name, values: {name: values}, st.sampled_from(["$in", "$nin"]), st.lists(VALUES, max_size=3)),
    st.builds(lambda there: {"$exists": there}, st.booleans()),
)
LEAVES = st.dictionaries(NAMES, st.one_of(VALUES, OPERATORS, st.builds(lambda inner: {"$not": inner}, OPERATORS)), max_size=2)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda name, parts: {name: parts}, st.sampled_from(["$and", "$or", "$nor"]), st.lists(inner, min_size=1, max_size=2)
    ),
    max_leaves=4,
)


def elsewhere(value: Any) -> Any:
    """Return a value as the other implementation has it: moments for dates, binary fractions for numbers."""
    read = plain(value)
    if isinstance(read, Decimal):
        return float(read)
    if isinstance(read, dict):
        return {name: elsewhere(inner) for name, inner in value.items()}
    return [elsewhere(inner) for inner in value] if isinstance(read, list) else read


@settings(max_examples=300, database=None, derandomize=True, deadline=None)
@given(document=DOCUMENTS, where=CONDITIONS)
def test_a_condition_means_what_it_means_elsewhere(document: dict[str, Any], where: dict[str, Any]) -> None:
    collection: Any = mongomock.MongoClient()["any"]["cases"]
    collection.insert_one(elsewhere(document))
    assert fits(document, where) == bool(collection.count_documents(elsewhere(where)))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('debt.number=="a"', True),
        ("debt.number == 'A'", False),
        ({"day": "2025-10-07T00:00:00Z"}, False),
        ({"day": {"$lt": "2099-01-01T00:00:00Z"}}, False),
        ({"amount": "100.5"}, False),
        ({"amount": 100.50}, True),
    ],
)
def test_texts_dates_and_numbers_are_never_equal(where: Any, expected: bool) -> None:
    document = {"debt": {"number": "a"}, "day": "Tue, 07 Oct 2025 00:00:00 GMT", "amount": Decimal("100.50")}
    assert fits(document, where) is expected


@settings(max_examples=100, database=None, derandomize=True, deadline=None)
@given(documents=st.lists(DOCUMENTS, max_size=4), sort=st.sampled_from(["amount", "-amount,day", "-day", "day,-amount"]))
def test_an_order_is_the_order_of_elsewhere(documents: list[dict[str, Any]], sort: str) -> None:
    collection: Any = mongomock.MongoClient()["any"]["cases"]
    for position, document in enumerate(documents):
        collection.insert_one(elsewhere(document) | {"_id": position})
    keys = [(name.lstrip("-"), -1 if name.startswith("-") else 1) for name in sort.split(",")]
    assert ordered([documents[found["_id"]] for found in collection.find().sort(keys)], sort)


def test_an_order_that_is_wrong_is_seen() -> None:
    assert not ordered([{"amount": 2}, {"amount": 1}], "amount")
    assert not ordered([{"amount": 1, "day": DAY_2}, {"amount": 1, "day": DAY_1}], "amount,day")


DAY_1, DAY_2 = "Wed, 08 Oct 2025 00:00:00 GMT", "Tue, 07 Apr 2026 00:00:00 GMT"  # as text the other way round


def test_a_projection_keeps_what_is_named_and_what_always_comes() -> None:
    case = {
        "_id": "x",
        "_etag": "e",
        "debt": {"number": "a", "capital": 1},
        "entries": [{"amount": 1, "type": "c"}],
        "state": "s",
    }
    assert projected(case, {"debt.number": 1, "entries.amount": 1}) == {
        "_id": "x",
        "_etag": "e",
        "debt": {"number": "a"},
        "entries": [{"amount": 1}],
    }
    assert projected(case, {"debt": 0, "_id": 0, "entries.type": 0}) == {
        "_id": "x",
        "_etag": "e",
        "entries": [{"amount": 1}],
        "state": "s",
    }


def test_the_names_in_a_condition_are_found_at_any_depth() -> None:
    assert names_in({"a": 1, "$or": [{"b.c": 2}, {"$and": [{"d": {"$gt": 1}}]}]}) == {"a", "b.c", "d"}
    assert names_in('_id=="x"') == {"_id"}
