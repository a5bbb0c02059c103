"""A document is found by its `_id` without reading the others, wherever in a condition the id stands."""

from typing import Any

import bson
import pytest
from amili_sandbox.store import Collection, Database
from bson import ObjectId

COUNT = 300
IDS = [ObjectId(f"68e4c40d93ee14723d28{number:04x}") for number in range(COUNT)]
UNKNOWN = ObjectId("68e4c40d93ee14723d29ffff")


@pytest.fixture
def cases() -> Collection:
    cases = Database({"cases": ("account",)})["cases"]
    cases.insert_many([{"_id": each, "account": "own", "number": number} for number, each in enumerate(IDS)])
    return cases


CONDITIONS: list[tuple[dict[str, Any], list[int]]] = [
    ({"_id": IDS[7]}, [7]),
    ({"_id": IDS[7], "account": "own"}, [7]),
    ({"_id": IDS[7], "number": 8}, []),
    ({"_id": {"$eq": IDS[7]}}, [7]),
    ({"$and": [{"_id": IDS[7]}]}, [7]),
    ({"$and": [{"_id": IDS[7]}, {"account": "own"}]}, [7]),
    ({"$and": [{"_id": IDS[7]}, {"account": "other"}]}, []),
    ({"$and": [{"_id": IDS[7]}, {"_id": IDS[8]}]}, []),
    ({"$and": [{"_id": UNKNOWN}, {"account": "own"}]}, []),
    ({"$and": [{"$and": [{"account": "own"}, {"_id": IDS[7]}]}, {"number": {"$gt": 5}}]}, [7]),
    ({"$and": [{"_id": {"$in": [IDS[9], IDS[7], IDS[9], UNKNOWN]}}, {"account": "own"}]}, [7, 9]),
    ({"_id": {"$in": []}}, []),
    ({"_id": {"$in": [IDS[9], IDS[7]]}, "number": {"$lt": 9}}, [7]),
]


@pytest.mark.parametrize(("condition", "numbers"), CONDITIONS, ids=str)
def test_by_id_only_the_documents_asked_for_are_read(
    cases: Collection, monkeypatch: pytest.MonkeyPatch, condition: dict[str, Any], numbers: list[int]
) -> None:
    read: list[bytes] = []
    decode = bson.decode

    def counting(raw: bytes, *options: Any) -> Any:
        read.append(raw)
        return decode(raw, *options)

    monkeypatch.setattr(bson, "decode", counting)
    assert [each["number"] for each in cases.find(condition)] == numbers
    assert len(read) <= 12  # a few for each that was found, and the condition itself
    assert cases.count_documents(condition) == len(numbers)
    assert len(read) <= 24


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ({"$and": [{"_id": {"$ne": IDS[7]}}, {"account": "own"}]}, COUNT - 1),
        ({"$and": [{"_id": {"$gt": IDS[7]}}, {"account": "own"}]}, COUNT - 8),
        ({"_id": {"$in": [IDS[7], "seven", None]}}, 1),
        ({"$or": [{"_id": IDS[7]}, {"number": 8}]}, 2),
        ({"_id": str(IDS[7])}, 0),
        ({"_id": {"$eq": IDS[7], "$exists": True}}, 1),
    ],
    ids=str,
)
def test_what_ids_alone_cannot_answer_is_answered_by_looking(cases: Collection, condition: dict[str, Any], count: int) -> None:
    assert len(list(cases.find(condition))) == cases.count_documents(condition) == count


def test_a_document_that_was_removed_is_found_no_more(cases: Collection) -> None:
    condition = {"$and": [{"_id": IDS[7]}, {"account": "own"}]}
    assert cases.count_documents(condition) == 1
    cases.delete_many({"_id": IDS[7]})
    assert cases.count_documents(condition) == 0
