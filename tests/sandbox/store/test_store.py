"""The store: with indexes it answers as without them, whatever was changed, undone or brought back."""

import itertools
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from amili_sandbox.store import Collection, Database, order_key
from bson import Decimal128, ObjectId
from pymongo.errors import BulkWriteError, OperationFailure

PATHS = ("a", "b.c", "state", "when")
START = datetime(2025, 10, 7)
VALUES: list[Any] = [
    None,
    0,
    1,
    1.0,
    2,
    2.5,
    -1,
    True,
    False,
    "",
    "x",
    "y",
    START,
    ObjectId("68e4c40d93ee14723d28fa95"),
]
SINGLE: list[dict[str, Any]] = [
    *({"a": value} for value in VALUES),
    {"a": {"$gt": 0}},
    {"a": {"$gte": 1, "$lt": 2.5}},
    {"a": {"$lt": "y"}},
    {"a": {"$gt": False}},
    {"a": {"$in": [1, "x", None]}},
    {"a": {"$ne": 1}},
    {"a": {"$exists": False}},
    {"b.c": 3},
    {"b.c": {"$lte": 10}},
    {"state": "invoice"},
    {"state": {"$in": ["invoice", "closed"]}},
    {"when": {"$gte": START + timedelta(days=3), "$lt": START + timedelta(days=9)}},
    {"n": {"$lt": 100}},
]


def some_document(rng: random.Random, number: int) -> dict[str, Any]:
    document: dict[str, Any] = {"_id": number, "n": number}
    if rng.random() < 0.9:
        document["a"] = rng.choice(VALUES)
    if rng.random() < 0.9:
        document["b"] = {"c": rng.randrange(30)}
    document["state"] = rng.choice(["invoice", "invoice", "invoice", "reminder", "closed"])
    document["when"] = START + timedelta(days=rng.randrange(20))
    return document


def pair(database: Database) -> tuple[Collection, Collection]:
    return database["indexed"], database["plain"]


def fill(database: Database, rng: random.Random, count: int = 120) -> None:
    documents = [some_document(rng, number) for number in range(count)]
    for collection in pair(database):
        collection.insert_many([dict(document) for document in documents])


def check(database: Database) -> None:
    """Compare both collections on every single condition and on pairs and triples of them."""
    indexed, plain = pair(database)
    several: list[dict[str, Any]] = [{"$and": list(some)} for some in itertools.combinations(SINGLE[::3], 2)]
    several += [{**some, "state": "invoice", "when": {"$gte": START + timedelta(days=5)}} for some in SINGLE]
    for condition in [{}, *SINGLE, *several]:
        expected = {document["_id"] for document in plain.find(condition)}
        found = [document["_id"] for document in indexed.find(condition)]
        assert len(found) == len(expected), condition
        assert set(found) == expected, condition
        assert indexed.count_documents(condition) == plain.count_documents(condition) == len(expected)
    for field, direction in itertools.product(PATHS, (1, -1)):
        sort = [(field, direction)]
        assert list(indexed.find({}, sort=sort)) == list(plain.find({}, sort=sort))
        page: dict[str, Any] = {"sort": sort, "skip": 20, "limit": 10}
        assert list(indexed.find({"state": "invoice"}, **page)) == list(plain.find({"state": "invoice"}, **page))


@pytest.fixture
def database() -> Database:
    return Database({"indexed": PATHS})


def test_indexes_change_nothing_about_answers(database: Database) -> None:
    fill(database, random.Random(1))
    check(database)


def test_nor_after_changes_and_removals(database: Database) -> None:
    rng = random.Random(2)
    fill(database, rng)
    for number in range(0, 120, 3):
        changes = {name: value for name, value in some_document(rng, number).items() if name != "_id"}
        for collection in pair(database):
            assert collection.update_one({"_id": number}, {"$set": changes}).modified_count == 1
    for collection in pair(database):
        collection.delete_many({"state": "closed"})
        assert collection.update_one({"_id": -1}, {"$set": {"a": 1}}).modified_count == 0
    check(database)


def test_nor_after_a_transaction_that_was_undone(database: Database) -> None:
    rng = random.Random(3)
    fill(database, rng)
    before = [list(collection.find({}, sort={"n": 1})) for collection in pair(database)]
    with database.transaction():
        for collection in pair(database):
            collection.delete_many({"state": "reminder"})
            collection.update_one({"state": "invoice"}, {"$set": {"state": "closed", "a": 99}})
            collection.insert_one({"_id": 1000, "a": 1})
        with database.transaction():
            database.set_rollback_only()
    assert [list(collection.find({}, sort={"n": 1})) for collection in pair(database)] == before
    check(database)


def test_nor_after_an_exception_in_one(database: Database) -> None:
    fill(database, random.Random(4))
    indexed, _ = pair(database)

    def fail() -> None:
        with database.transaction():
            indexed.delete_many({"state": "invoice"})
            indexed.insert_many([{"_id": 1000}, {"_id": 1000}])

    with pytest.raises(BulkWriteError):
        fail()
    check(database)


def test_nor_after_a_snapshot_was_brought_back(database: Database) -> None:
    rng = random.Random(5)
    fill(database, rng)
    snapshot = database.snapshot()
    for collection in pair(database):
        collection.delete_many({"state": "invoice"})
        collection.insert_one({"_id": 1000, "a": 1})
    database["later"].insert_one({"a": 1})
    database.restore(snapshot)
    assert database["later"].count_documents({}) == 0
    assert database["plain"].count_documents({}) == 120
    check(database)


def test_nor_after_reading_it_back_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    database = Database({"indexed": PATHS}, file=file)
    fill(database, random.Random(6))
    with database.transaction():
        for collection in pair(database):
            collection.delete_many({"state": "reminder"})
    database.close()
    again = Database({"indexed": PATHS}, file=file)
    assert again["plain"].count_documents({"state": "reminder"}) == 0
    check(again)
    again.close()


def test_what_was_undone_is_not_in_the_file(tmp_path: Path) -> None:
    database = Database({}, file=tmp_path / "store.db")
    with database.transaction():
        database["things"].insert_one({"_id": 1})
        database.set_rollback_only()
    database["things"].insert_one({"_id": 2})
    database.close()
    again = Database({}, file=tmp_path / "store.db")
    assert [document["_id"] for document in again["things"].find()] == [2]
    again.close()


def test_an_array_at_an_indexed_path_is_found_by_its_elements(database: Database) -> None:
    fill(database, random.Random(7), count=50)
    for collection in pair(database):
        collection.insert_one({"_id": 1000, "a": [1, "x"], "b": [{"c": 3}, {"c": 77}]})
    check(database)
    assert [document["_id"] for document in database["indexed"].find({"b.c": 77})] == [1000]
    for collection in pair(database):
        collection.delete_many({"_id": 1000})
    check(database)


def test_an_id_is_taken_once(database: Database) -> None:
    things = database["things"]
    things.insert_one({"_id": 1})
    with pytest.raises(BulkWriteError) as refused:
        things.insert_many([{"_id": 2}, {"_id": 1}])
    assert refused.value.details["writeErrors"][0]["index"] == 1
    assert things.count_documents({}) == 1


MALFORMED: list[dict[str, Any]] = [
    {"$and": []}, {"$or": [1]}, {"$what": 1}, {"$expr": {"$what": 1}}, {"$expr": {"$gt": [1]}}, {"a": {"$what": 1}},
    {"a": {"$in": 1}}, {"a": {"$not": 1}}, {"a": {"$not": {}}}, {"a": {"$all": 1}}, {"a": {"$size": -1}},
    {"a": {"$elemMatch": 1}}, {"a": {"$mod": [0, 1]}}, {"a": {"$mod": ["x", 1]}}, {"a": {"$mod": [3]}},
    {"a": {"$type": "what"}}, {"a": {"$regex": "["}}, {"a": {"$regex": "x", "$options": "?"}}, {"a": {"$options": "i"}},
]  # fmt: skip


@pytest.mark.parametrize("condition", MALFORMED)
def test_malformed_conditions_are_refused(database: Database, condition: dict[str, Any]) -> None:
    with pytest.raises(OperationFailure):
        database["indexed"].count_documents(condition)


def test_values_of_all_types_have_their_place() -> None:
    ascending: list[Any] = [
        None, float("nan"), -1, 0, 0.5, Decimal128("0.75"), 1, 2**70, "", "A", "a", "é", {}, {"a": 1}, {"b": 1}, [],
        [1], b"x", ObjectId("000000000000000000000001"), ObjectId("000000000000000000000002"), False, True, START,
        START + timedelta(1),
    ]  # fmt: skip
    shuffled = random.Random(8).sample(ascending, len(ascending))
    assert [repr(value) for value in sorted(shuffled, key=order_key)] == [repr(value) for value in ascending]
    assert order_key(1) == order_key(1.0) != order_key(True)
    assert order_key({"a": 1, "b": 2}) != order_key({"b": 2, "a": 1})
