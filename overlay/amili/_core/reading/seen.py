"""Which rows of the list were seen: read, and at which place they were then."""

from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from typing import Any

from amili._errors import DecodeError


@dataclass(frozen=True)
class SeenById:
    """In the order of identifiers the last one says it all."""

    last: str = ""

    def split_new(self, rows: list[Any]) -> tuple[bool, list[Any]]:
        """Return whether one of the rows was seen, and those that are new."""
        check_order(rows)
        return any(row.id <= self.last for row in rows), [row for row in rows if row.id > self.last]

    def add(self, rows: list[Any], new: list[Any]) -> "SeenById":
        """Return what is seen after these rows."""
        return SeenById(new[-1].id) if new else self


@dataclass
class SeenBySort:
    """Under any other sort: the identifier of each case returned, and what it was sorted by then.

    One mutable dict shared by the states of a walk; copying it for every page would be quadratic.
    """

    paths: list[list[str]]
    _places: dict[str, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, sort: str) -> "SeenBySort":
        """Begin with nothing, for a sort as it is sent."""
        names = [name.removeprefix("-") for name in sort.split(",")]
        return cls([name.split(".") for name in names if name != "_id"])

    def split_new(self, rows: list[Any]) -> tuple[bool, list[Any]]:
        """Return whether one of the rows was seen and has not moved, and what is new behind the last such.

        What is new before it came too late to be returned in its turn.
        """
        seen = [place for place, row in enumerate(rows) if self._places.get(row.id) == self._sort_key_hash(row)]
        behind = rows[seen[-1] + 1 :] if seen else rows
        new = dict[str, Any]()
        for row in behind:
            if row.id not in self._places:
                new.setdefault(row.id, row)
        return bool(seen), list(new.values())

    def add(self, rows: list[Any], new: list[Any]) -> "SeenBySort":
        """Add the new rows, and the present places of those returned before: these are seen as well, wherever they moved to."""
        returned = {row.id for row in new}
        for row in rows:
            if row.id in returned or row.id in self._places:
                self._places[row.id] = self._sort_key_hash(row)
        return self

    def _sort_key_hash(self, row: Any) -> int:
        """Return a hash of what the row is sorted by; if that is not part of the row, of the row's version."""
        values = [reduce(_property, path, row) for path in self.paths]
        return hash(repr((values, row.etag, row.updated) if None in values else values))


def check_order(rows: list[Any]) -> None:
    """Raise unless the identifiers grow: with a reply in another order than was asked for cases would be missed."""
    if any(one.id >= other.id for one, other in pairwise(rows)):
        message = "the reply to list_cases is not in the order of identifiers that was asked for"
        raise DecodeError(message, operation="list_cases", path="/_items")


def _property(value: Any, name: str) -> Any:
    found = getattr(value, name.lstrip("_"), None)
    return None if callable(found) else found
