"""A list of cases that changes between any two requests, in process: it answers calls as the framework does."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from amili._core.engine import Request
from amili._core.reading import Query


def identifier(number: int) -> str:
    return f"{number:024x}"


class Row(SimpleNamespace):
    """A case of a page, with what is asked of a model."""

    def to_dict(self) -> dict[str, Any]:
        return vars(self)


@dataclass
class Changing:
    """Cases by number, with what they are sorted by, which may be missing. It counts first and reads then, as that one does."""

    cases: dict[int, int | None]
    most: int = 100  # cases on a page
    counts: bool = True  # says how many cases there are
    meanwhile: Callable[[], None] = lambda: None  # happens between counting and reading
    asked: list[tuple[int, int]] = field(default_factory=list)  # the pages and sizes asked for
    steady: set[int] = field(default_factory=set)  # in the list all along, at one place
    shown: list[int] = field(default_factory=list)  # the page answered last
    versions: dict[int, int] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def __post_init__(self) -> None:
        self.steady = set(self.cases)

    @property
    def requests(self) -> int:
        return len(self.asked)

    def enter(self, number: int, state: int | None) -> None:
        """Let a case enter, or change its place."""
        self.steady.discard(number)
        self.cases[number] = state
        self.versions[number] = self.versions.get(number, 0) + 1

    def leave(self, number: int) -> None:
        """Let a case leave."""
        self.steady.discard(number)
        self.cases.pop(number, None)

    def in_order(self, sort: str) -> list[int]:
        """The cases in the order of a sort: what is missing comes first, what the sort leaves open comes anyhow."""
        numbers = sorted(self.cases)
        self.chance.shuffle(numbers)
        for name in reversed(sort.split(",")):
            key: Callable[[int], Any] = (lambda n: n) if name.endswith("_id") else self._state
            numbers.sort(key=key, reverse=name.startswith("-"))
        return numbers

    def _state(self, number: int) -> tuple[bool, int]:
        state = self.cases[number]
        return state is not None, state or 0

    def answer(self, call: Request) -> Any:
        """Answer the reading of a page, as the list is now."""
        self.asked.append((call.params["page"], call.params["max_results"]))
        condition = json.loads(call.params.get("where") or "{}")
        total = sum(_matches(number, condition) for number in self.cases)
        self.meanwhile()
        found = [number for number in self.in_order(call.params["sort"]) if _matches(number, condition)]
        page, size = call.params["page"], min(call.params["max_results"], self.most)
        self.shown = found[(page - 1) * size : page * size]
        meta = SimpleNamespace(max_results=size, total=total) if self.counts else SimpleNamespace(max_results=size)
        return SimpleNamespace(items=[self._row(n) for n in self.shown], meta=meta)

    def _row(self, number: int) -> Any:
        version = self.versions.get(number, 0)
        return Row(id=identifier(number), state=self.cases[number], etag=version, updated=version)


def _matches(number: int, condition: dict[str, Any]) -> bool:
    if "$and" in condition:
        return all(_matches(number, part) for part in condition["$and"])
    operators = condition.get("_id", {})
    assert set(operators) <= {"$gt", "$ne"}, operators
    return bool(operators.get("$gt", "") < identifier(number) != operators.get("$ne"))


def pages_of(
    server: Changing, query: Query, happen: Callable[[], None] = lambda: None, most_requests: int = 1_000
) -> list[list[int]]:
    """Walk to the end and return the pages, as numbers of cases; before each answer something may happen."""
    pages, walk = list[list[int]](), query.walk()
    while walk is not None:
        happen()
        items, walk = walk.advance(server.answer(query.request(walk.window)))
        if items:
            pages.append([int(item.id, 16) for item in items])
        assert server.requests <= most_requests, "this walk does not end"
    return pages
