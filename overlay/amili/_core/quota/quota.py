"""A limit on requests, shared by threads and tasks, and if wanted by processes and machines."""

from collections.abc import Callable
from typing import Literal, Self

from amili._core.engine import is_integer, monotonic
from amili._core.quota.windows import Memory, Store, windows_of
from amili._errors import ConfigurationError

Pace = Literal["burst", "even"]


class Quota:
    """A limit on requests, shared by all threads and tasks of a client, and by all clients that are created with it.

    At most `per_second` requests are sent in any second and at most `per_minute` in any minute. The defaults stay a little below
    the vendor's 100 and 10, since requests may arrive closer together than they were sent. `pace` is "burst", as fast as the
    limits allow, or "even", spread over the minute, for a long run beside other work. `reserve` is how many requests a minute
    are left to others who use the same key. Every request
    counts: token requests, lookups and retries as well. After a 429 nothing is sent until its `Retry-After`. Raises
    ConfigurationError for limits that allow nothing.
    """

    def __init__(
        self,
        per_minute: int = 95,
        per_second: int = 8,
        *,
        pace: Pace = "burst",
        reserve: int = 0,
        clock: Callable[[], float] | None = None,
    ) -> None:
        if not is_integer(per_minute) or not is_integer(per_second):
            raise ConfigurationError("Quota: per_minute and per_second must be integers of at least 1")
        if not is_integer(reserve, 0) or reserve >= per_minute:
            raise ConfigurationError("Quota: reserve must be an integer from 0 to below per_minute")
        if pace not in ("burst", "even"):
            raise ConfigurationError(f"Quota: pace must be 'burst' or 'even', not {pace!r}")
        self._per_minute, self._per_second = per_minute - reserve, per_second
        self._windows = windows_of(self._per_minute, per_second, even=pace == "even")
        self._store: Store = Memory(clock or monotonic)

    @classmethod
    def shared(
        cls,
        url: str,
        *,
        key: str = "default",
        per_minute: int = 95,
        per_second: int = 8,
        pace: Pace = "burst",
        reserve: int = 0,
    ) -> "Quota":
        """Share a quota between processes: `url` is a SQLite file on this machine, or a `postgresql://` address for several.

        `key` names the API key that the quota belongs to, for partners who use several; never the key itself. PostgreSQL needs
        the extra `postgresql`. A store that fails raises NoResponseError: nothing was sent. Raises ConfigurationError for a
        store that can't be opened. Close it, or use it as a context manager.
        """
        from amili._core.quota.databases import open_store  # noqa: PLC0415 - imports sqlite3

        quota = cls(per_minute, per_second, pace=pace, reserve=reserve)
        quota._store = open_store(url, key)
        return quota

    def paced(self, pace: Pace, *, reserve: int = 0) -> "Quota":
        """Return a quota that counts together with this one, but has another pace and leaves `reserve` more requests a minute."""
        quota = type(self)(self._per_minute, self._per_second, pace=pace, reserve=reserve)
        quota._store = self._store
        return quota

    @property
    def per_minute(self) -> int:
        """How many requests a minute this quota allows."""
        return self._per_minute

    @property
    def blocks(self) -> bool:
        """Whether the quota waits for a file or another machine."""
        return self._store.blocks

    def try_acquire(self) -> float:
        """Count one request and return 0.0, or return how many seconds to wait before trying again.

        Raises NoResponseError if a shared quota fails.
        """
        return self._store.acquire(self._windows)

    def close_for(self, seconds: float) -> None:
        """Let nothing be sent for so many seconds, by anybody who shares this quota: the API refused a request with 429."""
        self._store.close_for(seconds)

    def left(self) -> int:
        """Return how many requests of the current minute are left; 0 after a 429, until its `Retry-After`.

        Raises NoResponseError if a shared quota fails.
        """
        count = self._store.count()
        return 0 if count is None else max(0, self._per_minute - count)

    def close(self) -> None:
        """Close the connection of a shared quota; the next use opens another."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
