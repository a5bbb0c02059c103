"""The sandbox's own clock: real time until a test moves it; and ids that contain its time."""

import random
import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from bson import ObjectId

# The second of an id has 32 bits, and scenarios reach back for most of a year.
FIRST, LAST = datetime(1971, 1, 1, tzinfo=UTC).timestamp(), datetime(2105, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()
EXAMPLE = 'the clock takes {"now": "2025-10-07T07:41:01Z", "advance": 60 or {"days": 3}, "frozen": true}'
UNITS = {"weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds"}


class Clock:
    """Real time plus an offset, or a frozen time."""

    def __init__(self, start: float | None = None) -> None:
        self._start = start
        self.reset()

    def timestamp(self) -> float:
        """Return the sandbox's time in seconds since 1970."""
        return self._frozen if self._frozen is not None else time.time() + self._offset

    def now(self) -> datetime:
        """Return the sandbox's time as documents hold it: UTC without a zone, in whole seconds."""
        return datetime.fromtimestamp(int(self.timestamp()), UTC).replace(tzinfo=None)

    def reset(self) -> None:
        """Start again at the time of the start, or at real time if none was given."""
        self._offset = 0.0 if self._start is None else self._start - time.time()
        self._frozen: float | None = None

    def set(self, *, now: float | None = None, advance: float = 0.0, frozen: bool | None = None) -> None:
        """Jump to a timestamp, then advance, then freeze or release; what is not given stays as it is."""
        target = (self.timestamp() if now is None else now) + advance
        stay_frozen = self._frozen is not None if frozen is None else frozen
        self._frozen = target if stay_frozen else None
        self._offset = target - time.time()

    def apply(self, changes: Any) -> None:
        """Apply a JSON object: `now` (ISO 8601), `advance` (seconds or {"days": 3}), `frozen`."""
        if not isinstance(changes, dict) or not changes.keys() <= {"now", "advance", "frozen"} or None in changes.values():
            raise ValueError(EXAMPLE)
        now, frozen = changes.get("now"), changes.get("frozen")
        if not isinstance(now, str | None) or not isinstance(frozen, bool | None):
            raise ValueError(EXAMPLE)
        start = self.timestamp() if now is None else read_time(now)
        self.set(now=check_time(start + _seconds(changes.get("advance", 0))), frozen=frozen)

    def as_json(self) -> dict[str, Any]:
        """Return what the control route shows."""
        return {"now": f"{self.now().isoformat()}Z", "frozen": self._frozen is not None}


def check_time(timestamp: float) -> float:
    """Return a timestamp, in seconds since 1970 UTC, that documents and ids can hold; raise ValueError for any other."""
    if not FIRST <= timestamp <= LAST:
        raise ValueError("the clock goes from 1971 to 2105")
    return timestamp


def read_time(text: str) -> float:
    """Return the seconds since 1970 UTC of an ISO 8601 time with a time zone; raise ValueError for any other text or year."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"the clock cannot read that: {error}") from None
    if moment.tzinfo is None:
        raise ValueError('"now" needs a time zone, for example 2025-10-07T07:41:01Z')
    return check_time(moment.timestamp())


def _seconds(advance: Any) -> float:
    """Return a number of seconds, or the parts of a duration, in seconds."""
    parts = advance if isinstance(advance, dict) else {"seconds": advance}
    if not parts.keys() <= UNITS or not all(isinstance(part, int | float) and type(part) is not bool for part in parts.values()):
        raise ValueError(EXAMPLE)
    try:
        return timedelta(**parts).total_seconds()
    except (OverflowError, ValueError):
        raise ValueError("the clock cannot advance by that much") from None


class IdFactory:
    """Makes ObjectIds whose first four bytes are the second of the sandbox's clock."""

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        self._clock = clock
        self._lock = Lock()
        rng = random.Random(seed)  # noqa: S311 - ids are no secrets, and a scenario wants the same ones each time
        self._process = rng.randbytes(5)
        self._counter = rng.randrange(1 << 24)

    def __call__(self) -> ObjectId:
        """Return a new id."""
        with self._lock:
            self._counter = (self._counter + 1) % (1 << 24)
            seconds = int(self._clock.timestamp()) & 0xFFFFFFFF
            return ObjectId(seconds.to_bytes(4, "big") + self._process + self._counter.to_bytes(3, "big"))
