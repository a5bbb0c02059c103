"""The rate limit: requests a minute, requests of a run, and the time to wait for the quota."""

import time
from collections.abc import Callable

from contract_tests.server.outcomes import Inconclusive
from contract_tests.server.target import Target

_LONGEST_WAIT, _LONGEST_WAITS = 120.0, 180.0  # seconds for one 429, and for all of a run together
_KEPT = 40  # requests of a bounded run that only cancellations may use


class Pace:
    """Keeps one client within its limits; raises Inconclusive when they are used up."""

    def __init__(self, target: Target, sleep: Callable[[float], None]) -> None:
        self.sleep, self._target = sleep, target
        self._waited = self._next_at = 0.0

    def keep(self, *, cancelling: bool) -> None:
        """Count a request, and wait for its turn; the last ones of a run are for cancelling."""
        kept = 0 if cancelling else min(_KEPT, self._target.max_requests - 2)
        if self._target.max_requests and self._target.request_count.requests >= self._target.max_requests - kept:
            raise Inconclusive(f"the {self._target.max_requests} requests of a run are used up")
        self._target.request_count.requests += 1
        if self._target.rate:
            now = time.monotonic()
            if now < self._next_at:
                self.sleep(self._next_at - now)
            self._next_at = max(now, self._next_at) + 60.0 / self._target.rate

    def wait_for_quota(self, asked: str) -> None:
        """Wait as many seconds as a `Retry-After` says, or a minute."""
        wait = min(float(asked), _LONGEST_WAIT) if asked.isdigit() else 60.0
        self._waited += wait
        if self._waited > _LONGEST_WAITS:
            raise Inconclusive(f"the quota is used up: {self._waited - wait:.0f} s were waited for it already")
        self.sleep(wait)
