"""A collection of documents, kept as BSON and found through indexes."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Self

import bson
from bson import ObjectId
from bson.codec_options import CodecOptions
from pymongo.errors import BulkWriteError

from amili_sandbox.store.conditions import compile_condition
from amili_sandbox.store.index import Entry, Index, IndexSlice
from amili_sandbox.store.plan import Plan, make_plan
from amili_sandbox.store.results import InsertResult, Snapshot, WriteResult
from amili_sandbox.store.shaping import SortKeys, compile_projection, sort_keys, sort_value
from amili_sandbox.store.transactions import Transactions

Document = dict[str, Any]
Condition = Mapping[str, Any]
# Dates come out without a zone and are UTC, as BSON keeps them: with a zone, decoding takes twice as long.
CODEC: CodecOptions[Any] = CodecOptions()
DUPLICATE_KEY = 11000
GREATEST_SKIP = 2**63 - 1


class Collection:
    """Documents in order of insertion, with the methods of a PyMongo collection that Eve calls."""

    def __init__(self, name: str, index_paths: Iterable[str], transactions: Transactions, new_id: Callable[[], ObjectId]) -> None:
        self.name = name
        self._transactions = transactions
        self._new_id = new_id
        self._documents: dict[int, bytes] = {}
        self._by_id: dict[Any, int] = {}
        self._indexes = {path: Index(path) for path in index_paths}
        self._next_ordinal = 0
        self._last_plan: tuple[bytes, int, Plan] | None = None
        self._changes = 0
        self._disordered = False

    def load(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Fill the empty collection with documents that are already safe on disk."""
        self._documents = dict(rows)
        decoded = ((ordinal, bson.decode(raw, CODEC)) for ordinal, raw in self._documents.items())
        entries: dict[str, list[Entry]] = {path: [] for path in self._indexes}
        for ordinal, document in decoded:
            self._by_id[document["_id"]] = ordinal
            for path, index in self._indexes.items():
                entries[path].append((index.key_of(document), ordinal))
        for path, index in self._indexes.items():
            index.load(entries[path])
        self._next_ordinal = max(self._documents, default=-1) + 1

    def snapshot(self) -> Snapshot:
        """Return what `restore` needs to bring back the present documents."""
        with self._transactions.lock:
            indexes = {path: index.snapshot() for path, index in self._indexes.items()}
            return Snapshot(dict(self._documents), dict(self._by_id), indexes, self._next_ordinal)

    def restore(self, snapshot: Snapshot | None) -> None:
        """Bring back the documents of a snapshot (None: no documents), in memory only."""
        snapshot = snapshot or Snapshot({}, {}, {path: ([], 0) for path in self._indexes}, 0)
        with self._transactions.lock:
            self._documents, self._by_id = dict(snapshot.documents), dict(snapshot.by_id)
            self._next_ordinal = snapshot.next_ordinal
            for path, index in self._indexes.items():
                index.restore(snapshot.indexes[path])
            self._changes += 1

    def with_options(self, **_: Any) -> Self:
        """Return the collection: write concerns mean nothing within one process."""
        return self

    def insert_many(self, documents: list[Document], ordered: bool = True) -> InsertResult:
        """Insert documents, giving an `_id` to those that have none."""
        assert ordered, "Eve only ever inserts in order"
        with self._transactions.begin():
            for position, document in enumerate(documents):
                if "_id" not in document:
                    document["_id"] = self._new_id()
                if document["_id"] in self._by_id:
                    message = f"E11000 duplicate key error collection: {self.name} index: _id_ dup key: {document['_id']}"
                    error = {"index": position, "code": DUPLICATE_KEY, "errmsg": message}
                    raise BulkWriteError({"writeErrors": [error]})
                self._put(self._next_ordinal, None, {"_id": document["_id"], **document})
        return InsertResult([document["_id"] for document in documents])

    def insert_one(self, document: Document) -> Any:
        """Insert one document and return its id."""
        return self.insert_many([document]).inserted_ids[0]

    def update_one(self, condition: Condition, changes: Mapping[str, Any]) -> WriteResult:
        """Set fields of the first document that satisfies the condition."""
        return self._change(condition, lambda old: {**old, **changes["$set"]})

    def replace_one(self, condition: Condition, replacement: Document) -> WriteResult:
        """Put another document in the place of the first that satisfies the condition."""
        return self._change(condition, lambda old: {"_id": old["_id"], **replacement})

    def delete_many(self, condition: Condition) -> None:
        """Remove every document that satisfies the condition."""
        with self._transactions.begin():
            for ordinal in list(self._matching(condition)):
                self._put(ordinal, self._decoded(ordinal), None)

    def count_documents(self, condition: Condition) -> int:
        """Count the documents that satisfy the condition."""
        with self._transactions.lock:
            plan = self._plan(condition)
            if plan.test is None:
                return len(self._documents if plan.candidates is None else plan.candidates)
            return sum(1 for _ in self._matching(condition))

    def counts(self, path: str) -> dict[Any, int]:
        """Return how many documents have each value of an indexed field at the top of a document."""
        with self._transactions.lock:
            return {self._decoded(ordinal).get(path): count for ordinal, count in self._indexes[path].groups()}

    def find_one(self, condition: Any = None, projection: Mapping[str, Any] | None = None) -> Document | None:
        """Return the first document that satisfies the condition, or has it as its id, or None."""
        wanted = condition if isinstance(condition, Mapping) else {"_id": condition}
        return next(self.find(wanted, projection, limit=1), None)

    def find(
        self,
        filter: Condition | None = None,
        projection: Mapping[str, Any] | None = None,
        skip: int = 0,
        limit: int = 0,
        sort: Any = None,
    ) -> Iterator[Document]:
        """Yield the documents that satisfy a condition, as they are at the first step."""
        return self._find(filter or {}, projection, skip, limit, sort_keys(sort) if sort else {})

    def _find(
        self, condition: Condition, projection: Mapping[str, Any] | None, skip: int, limit: int, keys: SortKeys
    ) -> Iterator[Document]:
        if skip > GREATEST_SKIP:
            raise OverflowError("MongoDB can only handle up to 8-byte ints")
        with self._transactions.lock:
            raws = [self._documents[ordinal] for ordinal in self._chosen(condition, skip, limit, keys)]
        shape = compile_projection(projection)
        for raw in raws:
            yield shape(bson.decode(raw, CODEC))

    def _chosen(self, condition: Condition, skip: int, limit: int, keys: SortKeys) -> list[int]:
        plan = self._plan(condition)
        if not keys and plan.test is None and isinstance(plan.candidates, IndexSlice):
            return plan.candidates.part(skip, limit)
        ordinals = self._matching(condition)
        if keys:
            ordinals = self._sorted(ordinals, keys, everything=plan.candidates is None and plan.test is None)
        return list(islice(ordinals, skip, min(skip + limit, sys.maxsize) if limit else None))

    def _sorted(self, ordinals: Iterable[int], keys: SortKeys, *, everything: bool) -> Iterable[int]:
        (first, direction), *rest = keys.items()
        index = self._indexes.get(first)
        if index is not None and index.usable and not rest:
            by_value = index.in_order(descending=direction < 0)
            wanted = None if everything else set(ordinals)
            return by_value if wanted is None else (ordinal for ordinal in by_value if ordinal in wanted)
        decoded = [(ordinal, self._decoded(ordinal)) for ordinal in ordinals]
        for path, towards in reversed(keys.items()):
            descending = towards < 0
            decoded.sort(key=lambda pair: sort_value(pair[1], path, descending=descending), reverse=descending)
        return [ordinal for ordinal, _ in decoded]

    def _matching(self, condition: Condition) -> Iterable[int]:
        plan = self._plan(condition)
        candidates = self._in_natural_order() if plan.candidates is None else plan.candidates
        test = plan.test
        return candidates if test is None else (ordinal for ordinal in candidates if test(self._decoded(ordinal)))

    def _plan(self, condition: Condition) -> Plan:
        by_id = condition.get("_id")
        if isinstance(by_id, ObjectId):
            ordinal = self._by_id.get(by_id)
            candidates = [] if ordinal is None else [ordinal]
            return Plan(candidates, None if len(condition) == 1 else compile_condition(condition))
        encoded = bson.encode(condition)  # also refuses whatever has no BSON form, as PyMongo does
        if self._last_plan is None or self._last_plan[:2] != (encoded, self._changes):
            # Eve asks twice, for the page and for the count.
            plan = make_plan(condition, self._indexes, self._by_id)
            self._last_plan = (encoded, self._changes, plan)
        return self._last_plan[2]

    def _in_natural_order(self) -> Iterable[int]:
        if self._disordered:  # a removal was undone, and its document came back at the end
            self._documents = dict(sorted(self._documents.items()))
            self._disordered = False
        return self._documents

    def _decoded(self, ordinal: int) -> Document:
        document: Document = bson.decode(self._documents[ordinal], CODEC)
        return document

    def _change(self, condition: Condition, change: Callable[[Document], Document]) -> WriteResult:
        with self._transactions.begin():
            ordinal = next(iter(self._matching(condition)), None)
            if ordinal is None:
                return WriteResult(0)
            old = self._decoded(ordinal)
            self._put(ordinal, old, change(old))
            return WriteResult(1)

    def _put(self, ordinal: int, old: Document | None, new: Document | None) -> None:
        """Put a new document (None: nothing) where an old one (None: nothing) was."""
        before = self._documents.get(ordinal)
        after = None if new is None else bson.encode(new)
        self._enter(ordinal, after, old, new)
        self._transactions.add_change(self.name, ordinal, after, lambda: self._enter(ordinal, before, new, old))

    def _enter(self, ordinal: int, raw: bytes | None, old: Document | None, new: Document | None) -> None:
        if raw is None:
            del self._documents[ordinal]
        else:
            self._disordered |= ordinal < self._next_ordinal and ordinal not in self._documents
            self._documents[ordinal] = raw
        if old is not None:
            del self._by_id[old["_id"]]
        if new is not None:
            self._by_id[new["_id"]] = ordinal
            self._next_ordinal = max(self._next_ordinal, ordinal + 1)
        for index in self._indexes.values():
            index.change(ordinal, old, new)
        self._changes += 1
