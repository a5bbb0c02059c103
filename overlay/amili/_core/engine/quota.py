"""The vendor's rate limit, kept on our side: 100 requests a minute and 10 a second for a key, by a library's sliding windows."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from amili._core.engine.per_process import PerProcess
from amili._core.engine.validation import is_whole
from amili._errors import ConfigurationError, NoAnswerError

if TYPE_CHECKING:
    from pyrate_limiter import AbstractBucket

_LEAST_WAIT = 0.005  # seconds; the library counts whole milliseconds


class Quota:
    """How many requests may go, shared by all threads and tasks of a client, and by several clients that are given it.

    To share it between processes, give a `bucket` of pyrate-limiter (SQLite, Redis, PostgreSQL; not an asynchronous one);
    it brings its own rates and clock.
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
        from pyrate_limiter import Duration, InMemoryBucket, Rate, RateItem  # noqa: PLC0415 - few modules cost more to import

        self._item = RateItem
        rates = [Rate(per_second, Duration.SECOND)] if per_second < per_minute else []  # else the other one bounds it
        rates += [Rate(per_minute, Duration.MINUTE)] if per_minute <= 60 * per_second else []
        self._bucket: Any = InMemoryBucket(rates) if bucket is None else bucket  # the library leaves some methods untyped
        self._now: Callable[[], int] = self._bucket.now if bucket is not None else lambda: int(clock() * 1000)
        self.blocks: bool = bucket is not None  # it may wait for a file or another machine: not in an event loop
        self._lock = PerProcess(threading.Lock)
        if not isinstance(self._now(), int):
            raise ConfigurationError("Quota: an asynchronous bucket can't be used")

    def wait(self) -> float:
        """Take a place and return 0.0, or return how many seconds to wait before asking again.

        Raises NoAnswerError if a bucket of somebody else's fails.
        """
        with self._lock.get():
            try:
                return self._place()
            except Exception as problem:  # of a database, or a connection to one
                message = f"the bucket of the quota failed ({type(problem).__name__}), so the request was not sent"
                raise NoAnswerError(message) from None

    def _place(self) -> float:
        now = self._now()
        item = self._item("amili", now)
        if self._bucket.put(item):
            self._bucket.leak(now)
            return 0.0
        return max(_LEAST_WAIT, float(self._bucket.waiting(item)) / 1000)
