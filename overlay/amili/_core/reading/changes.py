"""Which cases have changed since an earlier look; the cursor between two looks is a string for the caller to keep.

The dates of the API have whole seconds, and a case may be seen later than its date says. So each look begins five minutes before
the latest change that was seen, and leaves out what it has seen before, by a digest of the whole case: amounts may change under
the same etag. What the API does without touching `_updated` can't be seen, which is why a walk over all cases is due once a week.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from amili._errors import InvalidInputError
from amili._query import Condition, where

C = TypeVar("C")
_OVERLAP = timedelta(minutes=5)
_WHOLE_WALK = timedelta(days=7)
_VERSION = 1
PROPERTIES = ("_id", "_etag", "_updated")  # what is needed besides the properties that the caller wants


@dataclass
class ChangeLog:
    """What was seen: when the latest change was, and the digests of the cases that changed shortly before."""

    since: datetime | None = None
    seen: dict[str, str] = field(default_factory=dict)
    walked: datetime | None = None  # when all cases were read
    _read: dict[str, tuple[datetime, str]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, since: datetime | None, cursor: str | None) -> ChangeLog:
        """Return the log of a cursor, or a new one; raises InvalidInputError for a cursor that is none, or for both arguments."""
        if cursor is None:
            if since is not None and (not isinstance(since, datetime) or since.utcoffset() is None):
                raise InvalidInputError("since= must be a datetime with a time zone")
            return cls(since)
        if since is not None:
            raise InvalidInputError("give since= or cursor=, not both: the cursor says when to begin")
        try:
            version, since_text, walked, seen = json.loads(cursor)
            if version != _VERSION or not isinstance(seen, dict):
                raise ValueError
            return cls(_date(since_text), seen, _date(walked))
        except (ValueError, TypeError):
            raise InvalidInputError("cursor= is not the cursor of an earlier changes()") from None

    @property
    def condition(self) -> Condition | None:
        """The condition on the cases to read; None for all."""
        return None if self.since is None else where.updated >= self.since.replace(microsecond=0) - _OVERLAP

    def add(self, case: Any) -> bool:
        """Record a case that was read; returns whether it has changed since it was seen before."""
        text = json.dumps(case.to_dict(), sort_keys=True, default=str)
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        if case.updated is not None:  # else the case is returned again by the next look, which is safe
            self._read[case.id] = case.updated, digest
        return self.seen.get(case.id) != digest

    def again(self) -> ChangeLog:
        """Return a log for another look, in which nothing was read yet."""
        return ChangeLog(self.since, self.seen, self.walked)

    def next(self, began: datetime) -> ChangeLog:
        """Return the log after everything was read by a look that began at this time."""
        latest = max((updated for updated, _ in self._read.values()), default=self.since)
        if latest is None:
            return ChangeLog(None, {}, began)
        latest = max(latest, self.since or latest)
        seen = {name: digest for name, (updated, digest) in self._read.items() if updated >= latest - _OVERLAP}
        return ChangeLog(latest, seen, began if self.since is None else self.walked)

    def whole_walk_is_due(self, now: datetime) -> bool:
        """Whether all cases should be read again."""
        return self.walked is None or now - self.walked > _WHOLE_WALK

    def __str__(self) -> str:
        return json.dumps([_VERSION, _text(self.since), _text(self.walked), self.seen], separators=(",", ":"))


class _Changes:
    """What the blocking and the asynchronous iterator share."""

    def __init__(self, list_cases: Callable[[Condition | None], Any], log: ChangeLog, now: Callable[[], datetime]) -> None:
        self._list_cases, self._log, self._now = list_cases, log, now

    @property
    def cursor(self) -> str:
        """A string to keep for the next look; it moves on when the iteration has ended, so that a look cut short is repeated."""
        return str(self._log)

    @property
    def whole_walk_due(self) -> bool:
        """Whether all cases were not read for a week: `changes()` without since= and cursor= reads all."""
        return self._log.whole_walk_is_due(self._now())


class Changes(_Changes, Generic[C]):
    """The cases that have changed; each new iteration looks again, from where the last one ended."""

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    def __iter__(self) -> Iterator[C]:
        log, began = self._log.again(), self._now()
        yield from (case for case in self._list_cases(log.condition) if log.add(case))
        self._log = log.next(began)


class AsyncChanges(_Changes, Generic[C]):
    """The cases that have changed; each new iteration looks again, from where the last one ended."""

    __module__ = "amili"

    async def __aiter__(self) -> AsyncIterator[C]:
        log, began = self._log.again(), self._now()
        async for case in self._list_cases(log.condition):
            if log.add(case):
                yield case
        self._log = log.next(began)


def _text(date: datetime | None) -> str | None:
    return None if date is None else date.astimezone(UTC).isoformat()


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    date = datetime.fromisoformat(text)
    return date.astimezone(UTC)
