"""The time budget of one call, and waiting for the quota."""

import logging
from collections.abc import Callable

from amili._core.engine.effects import AcquireQuota, Flow, Response, Sleep
from amili._core.engine.validation import is_duration
from amili._errors import AmiliError, InvalidInputError, NoResponseError, request_id

logger = logging.getLogger("amili")


class Budget:
    """Time budget of one call, in seconds; counts attempts and keeps the last response.

    `lookup_budget` is the separate budget for looking up a lost write. A `deadline` limits both.
    """

    def __init__(self, total: float, deadline: float | None, *, timeout: float, monotonic: Callable[[], float]) -> None:
        if deadline is not None and not is_duration(deadline):
            raise InvalidInputError("deadline must be the number of seconds that the call may take, above 0")
        self._timeout, self._monotonic, self._started = timeout, monotonic, monotonic()
        self.total: float = total if deadline is None else deadline
        self.has_deadline: bool = deadline is not None
        self.attempts: int = 0
        self.last: Response = Response(0, {}, b"")
        self._waited = 0.0
        self.lookup_budget: Budget | None = None

    def wait(self, seconds: float) -> Flow[None]:
        """Wait, and count it for the next attempt."""
        self._waited += seconds
        yield Sleep(seconds)

    def take_waited(self) -> float:
        """Return how many seconds the call waited since this was last asked."""
        waited, self._waited = self._waited, 0.0
        return waited

    @property
    def elapsed(self) -> float:
        """Seconds since the call began."""
        return self._monotonic() - self._started

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.total - self.elapsed

    @property
    def lock_timeout(self) -> float:
        """How many seconds to wait for a lock: unlimited unless the caller set a deadline."""
        return self.left if self.has_deadline else float("inf")

    @property
    def request_timeout(self) -> float:
        """Seconds that the next request may take."""
        return max(0.001, min(self._timeout, self.left))

    def annotate(self, error: AmiliError) -> AmiliError:
        """Record attempts and time in an error: those of the write, or of its lookup if nothing else was sent."""
        counted = self if self.attempts or self.lookup_budget is None else self.lookup_budget
        return error.with_attempts(counted.attempts, self.elapsed, request_id(counted.last.headers))


def acquire_quota(operation: str, budget: Budget) -> Flow[None]:
    """Wait for the quota; raises NoResponseError at once if the call has too little time left."""
    while wait := (yield from _try_quota(operation, budget)):
        if wait >= budget.left:
            message = (
                f"{operation} was not sent: the quota is used up for {wait:.1f} s and this call has {budget.left:.1f} s left"
            )
            raise budget.annotate(NoResponseError(message, operation=operation))
        logger.info("%s: waiting %.2f s for the quota", operation, wait)
        yield from budget.wait(wait)


def _try_quota(operation: str, budget: Budget) -> Flow[float]:
    try:
        seconds: float = yield AcquireQuota()
    except NoResponseError as problem:
        problem.operation = operation
        raise budget.annotate(problem) from None
    return seconds
