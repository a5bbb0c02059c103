"""Records which rows of a list were seen, and their sort keys at that time."""

from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from typing import Any

from amili._errors import DecodeError
from amili._query import without_positions

# Dates are stored in milliseconds and shown in seconds, so a case may move within a second. What shows that it did: another
# version, another state. The other dates of a case do not change, or are in lists that grow.
_SHOWS_A_MOVE = {"_updated": "_etag", "latest_state_date": "state"}


@dataclass(frozen=True)
class SeenById:
    """In the order of identifiers: the last identifier is enough."""

    last: str = ""

    def split_new(self, rows: list[Any]) -> tuple[bool, list[Any]]:
        """Return whether any of the rows was seen, and the rows that are new."""
        check_order(rows)
        return any(row.id <= self.last for row in rows), [row for row in rows if row.id > self.last]

    def add(self, rows: list[Any], new: list[Any]) -> "SeenById":
        """Return the record after these rows."""
        return SeenById(new[-1].id) if new else self


@dataclass
class SeenBySort:
    """In any other order: the identifier of each case returned, with its sort key at that time.

    One mutable dict shared by the states of a walk; copying it for every page would be quadratic.
    """

    paths: list[list[str]]
    _sort_keys: dict[str, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, sort: str) -> "SeenBySort":
        """Return an empty record for a sort as it is sent."""
        return cls([name.split(".") for name in properties_of(sort)])

    def split_new(self, rows: list[Any]) -> tuple[bool, list[Any]]:
        """Return whether any of the rows was seen and has not moved, and the new rows after the last such row.

        New rows before it were inserted too late to be returned in order.
        """
        seen = [position for position, row in enumerate(rows) if self._sort_keys.get(row.id) == self._sort_key_hash(row)]
        behind = rows[seen[-1] + 1 :] if seen else rows
        new = dict[str, Any]()
        for row in behind:
            if row.id not in self._sort_keys:
                new.setdefault(row.id, row)
        return bool(seen), list(new.values())

    def add(self, rows: list[Any], new: list[Any]) -> "SeenBySort":
        """Add the new rows, and update the sort keys of rows that were returned before, which may have moved."""
        returned = {row.id for row in new}
        for row in rows:
            if row.id in returned or row.id in self._sort_keys:
                self._sort_keys[row.id] = self._sort_key_hash(row)
        return self

    def _sort_key_hash(self, row: Any) -> int:
        """Return a hash of the row's sort key; of the whole row, if it lacks a part of the key, or has a list there."""
        values = [reduce(_property, path, row) for path in self.paths]
        return hash(repr(row.to_dict() if None in values else values))


def properties_of(sort: str) -> list[str]:
    """Return the properties by which it is seen whether a case has moved in a sort as it is sent."""
    names = [without_positions(name.removeprefix("-")) for name in sort.split(",")]
    names += [_SHOWS_A_MOVE[name] for name in names if name in _SHOWS_A_MOVE]
    return [name for name in dict.fromkeys(names) if name != "_id"]


def check_order(rows: list[Any]) -> None:
    """Raise DecodeError unless the identifiers increase: in any other order cases would be skipped."""
    if any(one.id >= other.id for one, other in pairwise(rows)):
        message = "the response to list_cases is not in the requested order of identifiers"
        raise DecodeError(message, operation="list_cases", path="/_items")


def _property(value: Any, name: str) -> Any:
    found = getattr(value, name.lstrip("_"), None)
    return None if callable(found) else found
