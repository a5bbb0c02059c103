"""The sandbox's own clock: real time until a test moves it; and ids that contain its time."""

import random
import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from bson import ObjectId


class Clock:
    """Real time plus an offset, or a frozen time."""

    def __init__(self, start: datetime | None = None) -> None:
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
        self._offset = self._start.timestamp() - time.time() if self._start else 0.0
        self._frozen: float | None = None

    def set(self, *, now: float | None = None, advance: float = 0.0, frozen: bool | None = None) -> None:
        """Jump to a timestamp, then advance, then freeze or release; what is not given stays as it is."""
        target = (self.timestamp() if now is None else now) + advance
        stay_frozen = self._frozen is not None if frozen is None else frozen
        self._frozen = target if stay_frozen else None
        self._offset = target - time.time()

    def apply(self, changes: Any) -> None:
        """Apply a JSON object: `now` (ISO 8601), `advance` (seconds or {"days": 3}), `frozen`."""
        if not isinstance(changes, dict) or not changes.keys() <= {"now", "advance", "frozen"}:
            raise ValueError('the clock takes {"now": "2025-10-07T07:41:01Z", "advance": 60 or {"days": 3}, "frozen": true}')
        try:
            now = datetime.fromisoformat(changes["now"]) if "now" in changes else None
            advance = changes.get("advance", 0)
            seconds = timedelta(**advance).total_seconds() if isinstance(advance, dict) else float(advance)
        except (TypeError, ValueError) as error:
            raise ValueError(f"the clock cannot read that: {error}") from None
        if now is not None and now.tzinfo is None:
            raise ValueError('"now" needs a time zone, for example 2025-10-07T07:41:01Z')
        self.set(now=now.timestamp() if now else None, advance=seconds, frozen=changes.get("frozen"))

    def as_json(self) -> dict[str, Any]:
        """Return what the control route shows."""
        return {"now": f"{self.now().isoformat()}Z", "frozen": self._frozen is not None}


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
