"""Which rows of the list were passed: read, and where they were when they were read."""

from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from typing import Any

from amili._errors import DecodeError


@dataclass(frozen=True)
class PassedByIdentifier:
    """In the order of identifiers the last one tells all."""

    last: str = ""

    def sift(self, rows: list[Any]) -> tuple[bool, list[Any]]:
        """Return whether one of the rows was passed, and those that are new."""
        in_order(rows)
        return any(row.id <= self.last for row in rows), [row for row in rows if row.id > self.last]

    def note(self, rows: list[Any], new: list[Any]) -> "PassedByIdentifier":
        """Return what is passed after these rows."""
        return PassedByIdentifier(new[-1].id) if new else self


@dataclass
class PassedBySort:
    """Under any other sort: the identifier of each case given, and what it was sorted by then.

    One dict that grows, shared by the states of one walk: to copy it for every page would take for ever.
    """

    paths: list[list[str]]
    _given: dict[bytes | str, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, sort: str) -> "PassedBySort":
        """Begin with nothing, for a sort as it is sent."""
        names = [name.removeprefix("-") for name in sort.split(",")]
        return cls([name.split(".") for name in names if name != "_id"])

    def sift(self, rows: list[Any]) -> tuple[bool, list[Any]]:
        """Return whether one of the rows was passed and has not moved, and what is new behind the last such.

        What is new before it came too late to be given in its turn.
        """
        passed = [place for place, row in enumerate(rows) if self._given.get(_short(row.id)) == self._place(row)]
        behind = rows[passed[-1] + 1 :] if passed else rows
        new = dict[str, Any]()
        for row in behind:
            if _short(row.id) not in self._given:
                new.setdefault(row.id, row)
        return bool(passed), list(new.values())

    def note(self, rows: list[Any], new: list[Any]) -> "PassedBySort":
        """Take down the new rows, and the places of those given before: these are passed as well, wherever they have moved to."""
        given = {row.id for row in new}
        for row in rows:
            if row.id in given or _short(row.id) in self._given:
                self._given[_short(row.id)] = self._place(row)
        return self

    def _place(self, row: Any) -> int:
        """Return a number that stands for what the row is sorted by; if that is not to be seen, for the version of the row."""
        values = [reduce(_property, path, row) for path in self.paths]
        return hash(repr((values, row.etag, row.updated) if None in values else values))


def in_order(rows: list[Any]) -> None:
    """Raise unless their identifiers grow: a reply in another order than was asked for would have cases passed over."""
    if any(one.id >= other.id for one, other in pairwise(rows)):
        message = "the reply to list_cases is not in the order of identifiers that was asked for"
        raise DecodeError(message, operation="list_cases", path="/_items")


def _property(value: Any, name: str) -> Any:
    found = getattr(value, name.lstrip("_"), None)
    return None if callable(found) else found


def _short(identifier: str) -> bytes | str:
    """Return an identifier as its 12 bytes, which take less memory than its 24 digits."""
    try:
        return bytes.fromhex(identifier)
    except ValueError:
        return identifier
