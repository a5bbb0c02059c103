"""The vendor's rate limit, enforced in the client: 100 requests a minute and 10 a second for each API key."""

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from amili._core.engine.clocks import monotonic
from amili._core.engine.per_process import PerProcess
from amili._core.engine.validation import is_integer
from amili._errors import ConfigurationError, NoResponseError

if TYPE_CHECKING:
    from pyrate_limiter import AbstractBucket

_LEAST_WAIT = 0.005  # seconds; buckets count in whole milliseconds
_CLOCK_NOISE = 0.001  # seconds added to each window, so that rounding never makes it shorter


class Quota:
    """A limit on requests, shared by all threads and tasks of a client, and by all clients that are created with it.

    At most `per_second` requests are sent in any second and at most `per_minute` in any minute. To share a quota between
    processes, pass a `bucket` of pyrate-limiter (SQLite, Redis, PostgreSQL; not an asynchronous one), which has its own rates and
    clock. Raises ConfigurationError for limits that are not integers of at least 1.
    """

    def __init__(
        self,
        per_minute: int = 100,
        per_second: int = 10,
        *,
        bucket: "AbstractBucket | None" = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        if not is_integer(per_minute) or not is_integer(per_second):
            raise ConfigurationError("Quota: per_minute and per_second must be integers of at least 1")
        shared: Any = bucket  # some methods of the library have no types
        if shared is not None and not isinstance(shared.now(), int):
            raise ConfigurationError("Quota: an asynchronous bucket can't be used")
        self._limits = ((per_second, 1.0 + _CLOCK_NOISE), (per_minute, 60.0 + _CLOCK_NOISE))
        self._sent = deque[float](maxlen=max(per_second, per_minute))
        self._bucket, self._clock = shared, clock
        self.blocks: bool = bucket is not None  # it may wait for a file or another machine, so it must not run in an event loop
        self._lock = PerProcess(threading.Lock)

    def try_acquire(self) -> float:
        """Count one request and return 0.0, or return how many seconds to wait before trying again.

        Raises NoResponseError if a shared bucket fails.
        """
        with self._lock.get():
            if self._bucket is None:
                return self._count_request()
            try:
                return self._count_in_bucket()
            except Exception as problem:  # an error of a database or of the connection to it
                message = f"the bucket of the quota failed ({type(problem).__name__}), so the request was not sent"
                raise NoResponseError(message) from None

    def _count_request(self) -> float:
        now, sent = self._clock(), self._sent
        wait = max((sent[-count] + window - now for count, window in self._limits if len(sent) >= count), default=0.0)
        if wait > 0:
            return max(_LEAST_WAIT, wait)
        sent.append(now)
        return 0.0

    def _count_in_bucket(self) -> float:
        from pyrate_limiter import RateItem  # noqa: PLC0415 - imports asyncio, multiprocessing and more

        now = self._bucket.now()
        item = RateItem("amili", now)
        if self._bucket.put(item):
            self._bucket.leak(now)
            return 0.0
        return max(_LEAST_WAIT, float(self._bucket.waiting(item)) / 1000)
