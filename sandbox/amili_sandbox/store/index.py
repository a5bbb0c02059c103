"""An ordered index on one field: equality, ranges and sorting by bisection."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from amili_sandbox.store.bson_order import order_key, values_at

Entry = tuple[tuple[Any, ...], int]
RANGE_OPERATORS = {"$gt", "$gte", "$lt", "$lte"}
AFTER_EVERY_ORDINAL = float("inf")


class Run:
    """A stretch of an index: a sequence of ordinals that costs nothing until it is looked at."""

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
        self._entries: list[Entry] = []
        self._arrays = 0  # documents with an array at the path; with any, the index can not answer

    @property
    def usable(self) -> bool:
        """Tell whether the index can answer: it cannot while any document holds an array at its path."""
        return self._arrays == 0

    def load(self, documents: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """Fill an empty index, much faster than one by one."""
        seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for ordinal, document in documents:
            value = values_at(document, self.path)
            self._arrays += isinstance(value, list)
            key = order_key(value)
            self._entries.append((seen.setdefault(key, key), ordinal))
        self._entries.sort()

    def add(self, ordinal: int, document: Mapping[str, Any]) -> None:
        """Enter a document."""
        value = values_at(document, self.path)
        self._arrays += isinstance(value, list)
        key = order_key(value)
        at = bisect_left(self._entries, (key, ordinal))
        if at and self._entries[at - 1][0] == key:
            key = self._entries[at - 1][0]  # one key object for all equal ones: thousands of cases share a creditor
        insort(self._entries, (key, ordinal), lo=max(at - 1, 0))

    def remove(self, ordinal: int, document: Mapping[str, Any]) -> None:
        """Take a document out."""
        value = values_at(document, self.path)
        self._arrays -= isinstance(value, list)
        entry = (order_key(value), ordinal)
        at = bisect_left(self._entries, entry)
        if self._entries[at] != entry:
            raise KeyError(f"the index on {self.path} does not hold document {ordinal}")
        del self._entries[at]

    def equal(self, value: Any) -> Run:
        """Return the ordinals whose field equals the value (None: is null or missing)."""
        key = order_key(value)
        return Run(self._entries, bisect_left(self._entries, (key,)), bisect_right(self._entries, (key, AFTER_EVERY_ORDINAL)))

    def between(self, bounds: Mapping[str, Any]) -> Run:
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
        return Run(self._entries, low, high)

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
