"""One look at writes whose responses were lost: what their cases show, and the lists in which the API keeps writes.

The cases decide whether something happened. The lists tell whose it was, and give whole receipts. An API may refuse them, so no
failure of a list makes a verdict worse than that of the case. The first look asks the lists first, since a write that is there
needs no other request; a later look asks them only about a case that has changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from amili._core.engine import Budget, Context, Flow
from amili._core.reading import Records, is_dependable, look_up, look_up_records
from amili._core.writing.lost_write import ListSaid, LookupFailed, LostWrite
from amili._core.writing.verdict import Absent, Inconclusive, Verdict
from amili._errors import http_date

_UNSEARCHABLE = "the API can't search for an invoice number of this form"


@dataclass
class Look:
    """What one look has shown of each write: its verdict, and what a list said, if it was asked about a case that has changed.

    `settling` is how many seconds the settling time still lasts: a list is not asked for so long that the cases can't be.
    """

    context: Context
    budget: Budget
    settling: float
    verdicts: dict[LostWrite, Verdict] = field(default_factory=dict)
    said: dict[LostWrite, ListSaid] = field(default_factory=dict)
    _cases: dict[LostWrite, list[Any]] = field(default_factory=dict)
    _dependable: dict[Records, bool] = field(default_factory=dict)

    def at(self, writes: Sequence[LostWrite], *, lists_first: bool) -> Flow[None]:
        """Look at the writes: those of one kind and creditor together."""
        first = [write for write in writes if lists_first and write.evidence.is_proven_by_list]
        self._judge_rows((yield from self._rows(first)))
        yield from self._look_at_cases([write for write in writes if write not in self.verdicts])
        yield from self._ask_lists()

    def at_cases(self, cases: Mapping[LostWrite, list[Any]]) -> Flow[None]:
        """Look at writes whose cases were looked up just now, within this budget."""
        for write, found in cases.items():
            self._judge_cases(write, found)
        yield from self._ask_lists()

    def _ask_lists(self) -> Flow[None]:
        """Ask the lists about the writes whose case has changed."""
        changed = [write for write in self._cases if not isinstance(self.verdicts[write], Absent | LookupFailed)]
        rows = yield from self._rows(changed)  # after the cases: it has what they show
        self._judge_rows(rows)
        for write, listed in rows.items():
            if write in self._cases:
                yield from self._weigh(write, listed)

    def _rows(self, writes: Sequence[LostWrite]) -> "Flow[dict[LostWrite, _Rows | None]]":
        """Return what the lists have of these writes; None where a list failed, and nothing where the API refuses it."""
        found = dict[LostWrite, _Rows | None]()
        for records, values in _by_lookup(writes, lambda evidence: evidence.records()).items():
            budget = self._part()
            try:
                listed = yield from look_up_records(self.context, records, [*dict.fromkeys(values.values())], budget)
            except Exception:  # as with cases, none may hide that a write may have happened
                listed = None
            self._count(budget)
            if self.context.support.lists.get(records.operation) is not False:
                for write, value in values.items():
                    since = sent_since(self.context, write.age, budget)
                    found[write] = None if listed is None else _Rows(records, listed[value], since)
        return found

    def _judge_rows(self, rows: "Mapping[LostWrite, _Rows | None]") -> None:
        """Give the verdicts of the writes that a list shows by itself."""
        for write, listed in rows.items():
            try:
                verdict = None if listed is None else write.evidence.judge_records(listed.rows, listed.since)
            except Exception:
                verdict = None
            if verdict is not None:
                self.verdicts[write] = verdict
                self._cases.pop(write, None)

    def _look_at_cases(self, writes: Sequence[LostWrite]) -> Flow[None]:
        self.verdicts |= dict.fromkeys(writes, Inconclusive(_UNSEARCHABLE))
        for lookup, values in _by_lookup(writes, lambda evidence: evidence.lookup()).items():
            try:
                cases = yield from look_up(self.context, lookup, [*dict.fromkeys(values.values())], self.budget)
            except Exception as problem:
                self.verdicts |= dict.fromkeys(values, _failed(problem))
                continue
            for write, value in values.items():
                self._judge_cases(write, cases[value])

    def _judge_cases(self, write: LostWrite, cases: list[Any]) -> None:
        since, self._cases[write] = sent_since(self.context, write.age, self.budget), cases
        try:
            self.verdicts[write] = write.evidence.judge(cases, since)
        except Exception as problem:
            self.verdicts[write] = _failed(problem)

    def _weigh(self, write: LostWrite, listed: "_Rows | None") -> Flow[None]:
        """Weigh what the case shows with what the list has, which does not show the write by itself."""
        if write.evidence.is_proven_by_case:
            return
        self.said[write] = "nothing"
        if listed is None:
            return
        facts = self.verdicts[write], self._cases[write], listed.rows, listed.since
        try:
            trusted, doubted = (write.evidence.weigh(*facts, dependable=dependable) for dependable in (True, False))
        except Exception:
            return
        is_decided = type(trusted) is type(doubted) or (yield from self._is_dependable(listed.records))
        self.verdicts[write], self.said[write] = (trusted, "all") if is_decided else (doubted, "too little")

    def _is_dependable(self, records: Records) -> Flow[bool]:
        if records not in self._dependable:
            budget = self._part()
            self._dependable[records] = yield from is_dependable(self.context, records, budget)
            self._count(budget)
        return self._dependable[records]

    def _part(self) -> Budget:
        """Return the budget of one list."""
        spare = self.budget.left - self.settling
        return self.context.budget(max((spare if spare > 0 else self.budget.left) / 4, 0.001))

    def _count(self, part: Budget) -> None:
        self.budget.attempts += part.attempts
        self.budget.last = part.last if part.last.status else self.budget.last


@dataclass(frozen=True)
class _Rows:
    """What a list has for a write, and since when the write can be in it, by the server's clock."""

    records: Records
    rows: list[Any]
    since: datetime | None


def _by_lookup(writes: Sequence[LostWrite], wanted: Callable[[Any], tuple[Any, str] | None]) -> dict[Any, dict[LostWrite, str]]:
    """Group the writes by how they are looked up, each with the value to look for; leaves out those that can't be."""
    kinds = dict[Any, dict[LostWrite, str]]()
    for write in writes:
        found = wanted(write.evidence)
        if found is not None:
            kinds.setdefault(found[0], {})[write] = found[1]
    return kinds


def _failed(problem: Exception) -> LookupFailed:
    return LookupFailed(f"the lookup failed as well: {type(problem).__name__}")


def sent_since(context: Context, age: Callable[[], float], budget: Budget) -> datetime | None:
    """Return when a write was first sent by the server's clock, which is in its last response; None if clocks contradict.

    Below zero seconds a clock was set back, or another machine's is behind: then dates prove nothing.
    """
    seconds = age()
    return datetime.fromtimestamp(_server_time(budget.last.headers, context.now()) - seconds, UTC) if seconds >= 0 else None


def _server_time(headers: Mapping[str, str], now: float) -> float:
    """Return the server's time from its response, or `now` if it has no date; in seconds since 1970 UTC."""
    date = http_date(headers.get("date", ""))
    return now if date is None else date.timestamp()
