"""The vendor's rate limit, kept on our side: 100 requests a minute and 10 a second for a key."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from amili._core.engine.per_process import PerProcess
from amili._core.engine.validation import is_whole
from amili._errors import ConfigurationError, NoResponseError

if TYPE_CHECKING:
    from pyrate_limiter import AbstractBucket

_LEAST_WAIT = 0.005  # seconds; buckets count whole milliseconds
_CLOCK_NOISE = 0.001  # seconds by which a window is longer, so that no rounding makes it shorter


class Quota:
    """How many requests may go, shared by all threads and tasks of a client, and by several clients that are given it.

    In any second at most `per_second` requests are sent, in any minute at most `per_minute`. To share a quota between processes,
    give a `bucket` of pyrate-limiter (SQLite, Redis, PostgreSQL; not an asynchronous one); it brings its own rates and clock.
    Raises ConfigurationError for limits that are no whole numbers from 1.
    """

    def __init__(
        self,
        per_minute: int = 100,
        per_second: int = 10,
        *,
        bucket: "AbstractBucket | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not is_whole(per_minute) or not is_whole(per_second):
            raise ConfigurationError("Quota: per_minute and per_second are whole numbers of requests, at least 1")
        shared: Any = bucket  # the library leaves some methods untyped
        if shared is not None and not isinstance(shared.now(), int):
            raise ConfigurationError("Quota: an asynchronous bucket can't be used")
        self._limits = ((per_second, 1.0 + _CLOCK_NOISE), (per_minute, 60.0 + _CLOCK_NOISE))
        self._sent = deque[float](maxlen=max(per_second, per_minute))
        self._bucket, self._clock = shared, clock
        self.blocks: bool = bucket is not None  # it may wait for a file or another machine: not in an event loop
        self._lock = PerProcess(threading.Lock)

    def try_acquire(self) -> float:
        """Take a place and return 0.0, or return how many seconds to wait before asking again.

        Raises NoResponseError if a shared bucket fails.
        """
        with self._lock.get():
            if self._bucket is None:
                return self._take_place()
            try:
                return self._take_place_in_bucket()
            except Exception as problem:  # of a database, or a connection to one
                message = f"the bucket of the quota failed ({type(problem).__name__}), so the request was not sent"
                raise NoResponseError(message) from None

    def _take_place(self) -> float:
        now, sent = self._clock(), self._sent
        wait = max((sent[-count] + window - now for count, window in self._limits if len(sent) >= count), default=0.0)
        if wait > 0:
            return max(_LEAST_WAIT, wait)
        sent.append(now)
        return 0.0

    def _take_place_in_bucket(self) -> float:
        from pyrate_limiter import RateItem  # noqa: PLC0415 - brings asyncio, multiprocessing and more

        now = self._bucket.now()
        item = RateItem("amili", now)
        if self._bucket.put(item):
            self._bucket.leak(now)
            return 0.0
        return max(_LEAST_WAIT, float(self._bucket.waiting(item)) / 1000)
