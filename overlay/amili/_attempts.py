"""Send a call until something comes back that counts: the plan below every other plan."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import random
from typing import TYPE_CHECKING

from amili._effects import Answer, Call, Lost, Plan, Send, Sleep, Slot
from amili._envelope import error_from_reply, retry_after
from amili._errors import AmiliError, ApiError, NoAnswerError, RateLimitedError, ServerError
from amili._paths import Paths
from amili._retry import Retry, wait_before, worth_retrying

if TYPE_CHECKING:
    from amili._drift import Drift

logger = logging.getLogger("amili")


@dataclass(frozen=True)
class Context:
    """What the plans of one client share: its rules, its clocks (seconds) and its chance."""

    host: str
    timeout: float = 30.0
    retry: Retry = field(default_factory=Retry)
    paths: Paths = field(default_factory=Paths)
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    random: Callable[[], float] = random
    drift: "Drift | None" = None


class Budget:
    """What one call of the library may still spend, in seconds; it also counts what was spent, for the errors.

    A `deadline` is strict: nothing goes beyond it, not even looking what became of a write.
    """

    def __init__(self, context: Context, deadline: float | None = None) -> None:
        if deadline is not None and deadline <= 0:
            raise ValueError("deadline is the number of seconds that the call may take, above 0")
        self._context, self._started = context, context.monotonic()
        self.total = context.retry.total if deadline is None else deadline
        self.strict = deadline is not None
        self.attempts = 0

    @property
    def elapsed(self) -> float:
        """Seconds since the call began."""
        return self._context.monotonic() - self._started

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.total - self.elapsed

    def spent(self, error: AmiliError) -> AmiliError:
        """Write what was spent into an error."""
        return error.after(self.attempts, self.elapsed)


def attempt(context: Context, call: Call, budget: Budget) -> Plan[Answer | Lost]:
    """Send the call; try again only what surely was not processed, or what only reads. Gives back the last outcome."""
    path, tries = context.paths.path(call), 0
    while True:
        yield from _place_in_quota(call, budget)
        tries += 1
        budget.attempts += 1
        sent_at = context.monotonic()
        outcome = yield from _sent(context, call, path, budget)
        took, other = context.monotonic() - sent_at, None
        if isinstance(outcome, Answer):
            if context.drift is not None:
                context.drift.look(call.operation, outcome, "projection" in call.params)
            other = context.paths.other(call, path, outcome)
            if other is None:
                context.paths.learn(call, path, outcome)
        wait = 0.0 if other else _wait(context, call, outcome, tries, budget)
        _log(call, path, outcome, f"{took * 1000:.0f} ms (attempt {budget.attempts}{_then(wait)})")
        if other:
            logger.info("%s: this server does not know %s, trying %s", call.operation, path, other)
            path = other
            continue
        if wait is None:
            return outcome
        logger.info("%s: waiting %.2f s before another attempt", call.operation, wait)
        yield Sleep(wait)


def _sent(context: Context, call: Call, path: str, budget: Budget) -> Plan[Answer | Lost]:
    """Send the call once; if no token could be had for it, it was not sent, and that may pass or not."""
    try:
        outcome: Answer | Lost = yield Send(call, path, max(0.001, min(context.timeout, budget.left)))
    except (NoAnswerError, RateLimitedError, ServerError) as problem:
        return Lost(False, f"no token could be had ({type(problem).__name__})", problem)
    except AmiliError as problem:
        raise budget.spent(problem) from None
    return outcome


def _place_in_quota(call: Call, budget: Budget) -> Plan[None]:
    """Wait for the quota, or fail at once if the time of this call does not suffice."""
    while wait := (yield Slot()):
        if wait >= budget.left:
            message = (
                f"{call.operation} was not sent: the quota is used up for {wait:.1f} s, this call has {budget.left:.1f} s left"
            )
            raise budget.spent(NoAnswerError(message, operation=call.operation))
        logger.info("%s: waiting %.2f s for the quota", call.operation, wait)
        yield Sleep(wait)


def _wait(context: Context, call: Call, outcome: Answer | Lost, tries: int, budget: Budget) -> float | None:
    """Return how long to wait before the next attempt, or None to stop here."""
    if not worth_retrying(call, outcome) or tries >= context.retry.attempts:
        return None
    if isinstance(outcome, Answer):
        asked = retry_after(outcome.headers, datetime.fromtimestamp(context.now(), UTC))
    else:
        asked = outcome.problem.retry_after if isinstance(outcome.problem, ApiError) else None
    wait = wait_before(context.retry, tries, asked, context.random)
    return wait if wait < budget.left else None


def _then(wait: float | None) -> str:
    return "" if wait is None else f", next in {wait:.2f} s"


def _log(call: Call, path: str, outcome: Answer | Lost, circumstances: str) -> None:
    """One line an attempt, without query values or bodies: a condition may hold a personal number."""
    came = outcome.status if isinstance(outcome, Answer) else outcome.reason
    logger.debug("%s %s %s -> %s in %s", call.operation, call.method.upper(), path, came, circumstances)


def failure(context: Context, call: Call, outcome: Answer | Lost, budget: Budget) -> AmiliError:
    """Return the error for an outcome that is no success and of which nothing remains to be found out."""
    if isinstance(outcome, Answer):
        now = datetime.fromtimestamp(context.now(), UTC)
        return budget.spent(error_from_reply(call.operation, outcome.status, outcome.headers, outcome.content, now))
    if outcome.problem is not None:
        return budget.spent(outcome.problem)
    nothing = "; nothing was written" if call.writes and not outcome.sent else ""
    tried = f" after {budget.attempts} attempts" if budget.attempts > 1 else ""
    message = f"{context.host} did not answer {call.operation}{tried}: {outcome.reason}{nothing}"
    return budget.spent(NoAnswerError(message, operation=call.operation))
