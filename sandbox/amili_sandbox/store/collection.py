"""A collection of documents, kept as BSON and found through indexes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

import bson
from bson import ObjectId
from bson.codec_options import CodecOptions
from pymongo.errors import BulkWriteError

from amili_sandbox.store.index import Index, Run
from amili_sandbox.store.plan import Plan, make_plan
from amili_sandbox.store.shaping import SortKeys, project, sort_keys, sort_value

if TYPE_CHECKING:
    from amili_sandbox.store.database import Database

Document = dict[str, Any]
CODEC: CodecOptions[Any] = CodecOptions(tz_aware=True)
DUPLICATE_KEY = 11000
GREATEST_SKIP = 2**63 - 1


@dataclass(frozen=True)
class InsertResult:
    """What an insertion reports, under PyMongo's names."""

    inserted_ids: list[Any]


@dataclass(frozen=True)
class WriteResult:
    """What a change reports, under PyMongo's names."""

    modified_count: int
    acknowledged: bool = True


class Collection:
    """Documents in order of insertion, with the methods of a PyMongo collection that Eve calls."""

    def __init__(self, database: "Database", name: str, index_paths: Iterable[str], lock: RLock) -> None:
        self.name = name
        self._database = database
        self._lock = lock
        self._documents: dict[int, bytes] = {}
        self._by_id: dict[Any, int] = {}
        self._indexes = {path: Index(path) for path in index_paths}
        self._next_ordinal = 0
        self._last_plan: tuple[bytes, int, Plan] | None = None
        self._changes = 0

    def load(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Fill the empty collection with documents that are already safe on disk."""
        self._documents = dict(rows)
        decoded = [(ordinal, bson.decode(raw, CODEC)) for ordinal, raw in self._documents.items()]
        self._by_id = {document["_id"]: ordinal for ordinal, document in decoded}
        for index in self._indexes.values():
            index.load(decoded)
        self._next_ordinal = max(self._documents, default=-1) + 1

    def with_options(self, **_: Any) -> Self:
        """Return the collection: write concerns mean nothing within one process."""
        return self

    def insert_many(self, documents: list[Document], ordered: bool = True) -> InsertResult:
        """Insert documents, giving an `_id` to those that have none."""
        assert ordered, "Eve only ever inserts in order"
        with self._database.transaction():
            for position, document in enumerate(documents):
                if "_id" not in document:
                    document["_id"] = self._database.new_id()
                if document["_id"] in self._by_id:
                    message = f"E11000 duplicate key error collection: {self.name} index: _id_ dup key: {document['_id']}"
                    error = {"index": position, "code": DUPLICATE_KEY, "errmsg": message}
                    raise BulkWriteError({"writeErrors": [error]})
                self._put(self._next_ordinal, bson.encode({"_id": document["_id"], **document}))
        return InsertResult([document["_id"] for document in documents])

    def insert_one(self, document: Document) -> Any:
        """Insert one document and return its id."""
        return self.insert_many([document]).inserted_ids[0]

    def update_one(self, condition: Mapping[str, Any], changes: Mapping[str, Any]) -> WriteResult:
        """Set fields of the first document that satisfies the condition."""
        return self._change(condition, lambda old: {**old, **changes["$set"]})

    def replace_one(self, condition: Mapping[str, Any], replacement: Document) -> WriteResult:
        """Put another document in the place of the first that satisfies the condition."""
        return self._change(condition, lambda old: {"_id": old["_id"], **replacement})

    def delete_many(self, condition: Mapping[str, Any]) -> None:
        """Remove every document that satisfies the condition."""
        with self._database.transaction():
            for ordinal in list(self._matching(condition)):
                self._remove(ordinal)

    def count_documents(self, condition: Mapping[str, Any]) -> int:
        """Count the documents that satisfy the condition."""
        with self._lock:
            plan = self._plan(condition)
            if plan.test is None:
                return len(self._documents if plan.candidates is None else plan.candidates)
            return sum(1 for _ in self._matching(condition))

    def find_one(self, condition: Any = None, projection: Mapping[str, Any] | None = None) -> Document | None:
        """Return the first document that satisfies the condition, or has it as its id, or None."""
        wanted = condition if isinstance(condition, Mapping) else {"_id": condition}
        return next(self.find(wanted, projection, limit=1), None)

    def find(
        self,
        filter: Mapping[str, Any] | None = None,
        projection: Mapping[str, Any] | None = None,
        skip: int = 0,
        limit: int = 0,
        sort: Any = None,
    ) -> Iterator[Document]:
        """Yield the documents that satisfy a condition, as they are at the first step."""
        keys = sort_keys(sort) if sort else {}
        return self._find(filter or {}, projection, skip, limit, keys)

    def _find(
        self, condition: Mapping[str, Any], projection: Mapping[str, Any] | None, skip: int, limit: int, keys: SortKeys
    ) -> Iterator[Document]:
        if skip > GREATEST_SKIP:
            raise OverflowError("MongoDB can only handle up to 8-byte ints")
        with self._lock:
            chosen = self._chosen(condition, skip, limit, keys)
            raws = [self._documents[ordinal] for ordinal in chosen]
        for raw in raws:
            document = bson.decode(raw, CODEC)
            yield project(document, projection) if projection else document

    def _chosen(self, condition: Mapping[str, Any], skip: int, limit: int, keys: SortKeys) -> list[int]:
        plan = self._plan(condition)
        if not keys and plan.test is None and isinstance(plan.candidates, Run):
            return plan.candidates.part(skip, limit)
        ordinals: Iterable[int] = self._matching(condition)
        if keys:
            ordinals = self._sorted(ordinals, keys, everything=plan.candidates is None and plan.test is None)
        return list(islice(ordinals, skip, skip + limit if limit else None))

    def _sorted(self, ordinals: Iterable[int], keys: SortKeys, *, everything: bool) -> Iterable[int]:
        (first, direction), *rest = keys.items()
        index = self._indexes.get(first)
        if index is not None and index.usable and not rest:
            by_value = index.in_order(descending=direction < 0)
            wanted = None if everything else set(ordinals)
            return by_value if wanted is None else (ordinal for ordinal in by_value if ordinal in wanted)
        decoded = [(ordinal, bson.decode(self._documents[ordinal], CODEC)) for ordinal in ordinals]
        for path, towards in reversed(keys.items()):
            descending = towards < 0
            decoded.sort(key=lambda pair: sort_value(pair[1], path, descending=descending), reverse=descending)
        return [ordinal for ordinal, _ in decoded]

    def _matching(self, condition: Mapping[str, Any]) -> Iterable[int]:
        plan = self._plan(condition)
        candidates = self._documents if plan.candidates is None else plan.candidates
        test = plan.test
        if test is None:
            return candidates
        return (ordinal for ordinal in candidates if test(bson.decode(self._documents[ordinal], CODEC)))

    def _plan(self, condition: Mapping[str, Any]) -> Plan:
        # Through BSON and back, so that naive dates become UTC and whatever has no BSON form is refused, as in PyMongo.
        encoded = bson.encode(condition)
        if self._last_plan is not None and self._last_plan[:2] == (encoded, self._changes):
            return self._last_plan[2]  # Eve asks twice: for the page and for the count
        wanted = bson.decode(encoded, CODEC)
        by_id = wanted.get("_id")
        if isinstance(by_id, ObjectId):
            ordinal = self._by_id.get(by_id)
            candidates = [] if ordinal is None else [ordinal]
            plan = Plan(candidates, make_plan(wanted, {}, 0).test)
        else:
            plan = make_plan(wanted, self._indexes, len(self._documents))
        self._last_plan = (encoded, self._changes, plan)
        return plan

    def _change(self, condition: Mapping[str, Any], change: Any) -> WriteResult:
        with self._database.transaction():
            ordinal = next(iter(self._matching(condition)), None)
            if ordinal is None:
                return WriteResult(0)
            self._put(ordinal, bson.encode(change(bson.decode(self._documents[ordinal], CODEC))))
            return WriteResult(1)

    def _put(self, ordinal: int, raw: bytes) -> None:
        old = self._documents.get(ordinal)
        self._enter(ordinal, raw)
        self._database.wrote(self.name, ordinal, raw)
        self._database.on_rollback(lambda: self._enter(ordinal, old))

    def _remove(self, ordinal: int) -> None:
        old = self._documents[ordinal]
        self._enter(ordinal, None)
        self._database.wrote(self.name, ordinal, None)
        self._database.on_rollback(lambda: self._enter(ordinal, old))

    def _enter(self, ordinal: int, raw: bytes | None) -> None:
        """Make `raw` (None: nothing) the document at an ordinal, in memory only."""
        old = self._documents.pop(ordinal, None) if raw is None else self._documents.get(ordinal)
        if old is not None:
            before = bson.decode(old, CODEC)
            del self._by_id[before["_id"]]
            for index in self._indexes.values():
                index.remove(ordinal, before)
        if raw is not None:
            after = bson.decode(raw, CODEC)
            self._documents[ordinal] = raw
            self._by_id[after["_id"]] = ordinal
            for index in self._indexes.values():
                index.add(ordinal, after)
            self._next_ordinal = max(self._next_ordinal, ordinal + 1)
        self._changes += 1
