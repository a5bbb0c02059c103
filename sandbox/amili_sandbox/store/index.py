"""An ordered index on one field: equality, ranges and sorting by bisection."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from amili_sandbox.store.bson_order import Key, order_key, values_at

Entry = tuple[Key, int]
RANGE_OPERATORS = {"$gt", "$gte", "$lt", "$lte"}
AFTER_EVERY_ORDINAL = float("inf")
ARRAY = 25  # the rank of arrays in the BSON order


class IndexSlice:
    """A slice of an index: a sequence of ordinals, which is not copied."""

    def __init__(self, entries: list[Entry], low: int, high: int) -> None:
        self._entries, self._low, self._high = entries, low, max(low, high)

    def __len__(self) -> int:
        return self._high - self._low

    def __iter__(self) -> Iterator[int]:
        return (ordinal for _, ordinal in self._entries[self._low : self._high])

    def part(self, skip: int, limit: int) -> list[int]:
        """Return up to `limit` ordinals after the first `skip`; a limit of 0 means all."""
        low = min(self._low + skip, self._high)
        high = min(low + limit, self._high) if limit else self._high
        return [ordinal for _, ordinal in self._entries[low:high]]


class Index:
    """The ordinals of a collection's documents, ordered by the value of one field and then by ordinal."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._names = path.split(".")
        self._entries: list[Entry] = []
        self._arrays = 0

    @property
    def usable(self) -> bool:
        """Whether the index can answer: it cannot while any document holds an array at its path."""
        return self._arrays == 0

    def key_of(self, document: Mapping[str, Any]) -> Key:
        """Return the key of a document in this index."""
        return order_key(values_at(document, self._names))

    def load(self, entries: list[Entry]) -> None:
        """Fill an empty index, much faster than one by one."""
        seen: dict[Key, Key] = {}
        self._entries = sorted((seen.setdefault(key, key), ordinal) for key, ordinal in entries)
        self._arrays = sum(key[0] == ARRAY for key, _ in entries)

    def snapshot(self) -> tuple[list[Entry], int]:
        """Return what `restore` needs to bring back the present entries."""
        return list(self._entries), self._arrays

    def restore(self, snapshot: tuple[list[Entry], int]) -> None:
        """Bring back the entries of a snapshot."""
        entries, self._arrays = snapshot
        self._entries = list(entries)

    def change(self, ordinal: int, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> None:
        """Replace the entry of an old document by that of a new one (None: no document)."""
        before = None if old is None else self.key_of(old)
        after = None if new is None else self.key_of(new)
        if before == after:
            return
        if before is not None:
            self._remove(before, ordinal)
        if after is not None:
            self._add(after, ordinal)

    def _add(self, key: Key, ordinal: int) -> None:
        self._arrays += key[0] == ARRAY
        at = bisect_left(self._entries, (key, ordinal))
        if at and self._entries[at - 1][0] == key:
            key = self._entries[at - 1][0]  # one key object for all equal ones: thousands of cases share a creditor
        self._entries.insert(at, (key, ordinal))

    def _remove(self, key: Key, ordinal: int) -> None:
        self._arrays -= key[0] == ARRAY
        at = bisect_left(self._entries, (key, ordinal))
        if self._entries[at] != (key, ordinal):
            raise KeyError(f"the index on {self.path} does not hold document {ordinal}")
        del self._entries[at]

    def equal(self, value: Any) -> IndexSlice:
        """Return the ordinals whose field equals the value (None: is null or missing)."""
        key = order_key(value)
        low = bisect_left(self._entries, (key,))
        return IndexSlice(self._entries, low, bisect_right(self._entries, (key, AFTER_EVERY_ORDINAL), lo=low))

    def between(self, bounds: Mapping[str, Any]) -> IndexSlice:
        """Return the ordinals within `$gt`, `$gte`, `$lt`, `$lte` bounds of one and the same type."""
        rank = order_key(next(iter(bounds.values())))[0]
        low, high = bisect_left(self._entries, ((rank,),)), bisect_left(self._entries, ((rank + 1,),))
        for operator, bound in bounds.items():
            key = order_key(bound)
            before = bisect_left(self._entries, (key,))
            after = bisect_right(self._entries, (key, AFTER_EVERY_ORDINAL))
            match operator:
                case "$gt":
                    low = max(low, after)
                case "$gte":
                    low = max(low, before)
                case "$lt":
                    high = min(high, before)
                case "$lte":
                    high = min(high, after)
        return IndexSlice(self._entries, low, high)

    def groups(self) -> Iterator[tuple[int, int]]:
        """Yield, for each value, an ordinal that has it and how many have it."""
        low = 0
        while low < len(self._entries):
            key, ordinal = self._entries[low]
            high = bisect_right(self._entries, (key, AFTER_EVERY_ORDINAL), lo=low)
            yield ordinal, high - low
            low = high

    def in_order(self, *, descending: bool) -> Iterator[int]:
        """Yield every ordinal by value; equal values stay in the order of insertion either way."""
        if not descending:
            yield from (ordinal for _, ordinal in self._entries)
            return
        high = len(self._entries)
        while high:
            low = bisect_left(self._entries, (self._entries[high - 1][0],), hi=high)
            yield from (ordinal for _, ordinal in self._entries[low:high])
            high = low
