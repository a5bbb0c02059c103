"""What the plans of one client share: its rules and clocks, the budget of a call, the place in the quota, the log."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from amili._deadlines import is_duration
from amili._effects import Answer, Call, Lost, Plan, Sleep, Slot
from amili._envelope import error_from_reply, request_id, retry_after
from amili._errors import AmiliError, ApiError, NoAnswerError
from amili._paths import Paths
from amili._retry import Retry
from amili._tokens import AuthTokenProvider

if TYPE_CHECKING:
    from amili._drift import Drift

logger = logging.getLogger("amili")


@dataclass(frozen=True, eq=False, repr=False)
class Context:
    """What the plans of one client share: address, credential, rules, clocks (seconds) and chance."""

    base_url: str
    provider: AuthTokenProvider
    timeout: float = 30.0
    retry: Retry = field(default_factory=Retry)
    paths: Paths = field(default_factory=Paths)
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    random: Callable[[], float] = random
    drift: "Drift | None" = None

    @property
    def host(self) -> str:
        """Host and port of the API, as messages name it."""
        return urlsplit(self.base_url).netloc

    @property
    def moment(self) -> datetime:
        """This moment, aware."""
        return datetime.fromtimestamp(self.now(), UTC)

    def asked_to_wait(self, answer: Answer) -> float | None:
        """How many seconds a reply asks to wait."""
        return retry_after(answer.status, answer.headers, self.moment)

    def error(self, operation: str, answer: Answer) -> ApiError:
        """The error that an error reply is."""
        return error_from_reply(operation, answer.status, answer.headers, answer.content, self.moment)


class Budget:
    """What one call of the library may still spend, in seconds; it also counts what was spent and holds the last reply.

    `looking` is the budget of the look at what became of a write. A `deadline` is strict: nothing goes beyond it, not even that.
    """

    def __init__(self, context: Context, deadline: float | None = None) -> None:
        if deadline is not None and not is_duration(deadline):
            raise ValueError("deadline is the number of seconds that the call may take, above 0")
        self._context, self._started = context, context.monotonic()
        self.total = context.retry.total if deadline is None else deadline
        self.strict = deadline is not None
        self.attempts, self.last = 0, Answer(0, {}, b"")
        self.looking: Budget | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the call began."""
        return self._context.monotonic() - self._started

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.total - self.elapsed

    @property
    def patience(self) -> float:
        """Seconds that what is no request may take, such as waiting for a file: without a strict end, as many as it wants."""
        return self.left if self.strict else float("inf")

    @property
    def one_request(self) -> float:
        """Seconds that the next request may take."""
        return max(0.001, min(self._context.timeout, self.left))

    def spent(self, error: AmiliError) -> AmiliError:
        """Write what was spent into an error; it is about the write, or about looking if nothing else was done."""
        about = self if self.attempts or self.looking is None else self.looking
        return error.after(about.attempts, self.elapsed, request_id(about.last.headers))


def place_in_quota(operation: str, budget: Budget) -> Plan[None]:
    """Wait for the quota, or fail at once if the time of this call does not suffice."""
    while wait := (yield from _slot(operation, budget)):
        if wait >= budget.left:
            message = f"{operation} was not sent: the quota is used up for {wait:.1f} s, this call has {budget.left:.1f} s left"
            raise budget.spent(NoAnswerError(message, operation=operation))
        logger.info("%s: waiting %.2f s for the quota", operation, wait)
        yield Sleep(wait)


def _slot(operation: str, budget: Budget) -> Plan[float]:
    try:
        seconds: float = yield Slot()
    except NoAnswerError as problem:
        problem.operation = operation
        raise budget.spent(problem) from None
    return seconds


def log_attempt(call: Call, path: str, outcome: Answer | Lost, seconds: float, circumstances: str) -> None:
    """One line an attempt, without query values or bodies: a condition may hold a personal number."""
    came = outcome.status if isinstance(outcome, Answer) else outcome.reason
    logger.debug("%s %s %s -> %s in %.0f ms%s", call.operation, call.method.upper(), path, came, seconds * 1000, circumstances)
