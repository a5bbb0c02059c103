"""When to try again, after how long, and when to stop: pure decisions, and the table of retry classes that the docs print."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from amili._core.engine.effects import NoResponse, Request, Response
from amili._core.engine.validation import is_duration, is_whole

RetryClass = Literal["safe", "look before retry"]

# What a lost reply means for each operation. A failure that surely processed nothing is retried for all of them.
RETRY_CLASSES: dict[str, RetryClass] = {
    "list_cases": "safe",
    "register_invoice": "look before retry",
    "credit_case": "look before retry",
    "cancel_case": "look before retry",
}


@dataclass(frozen=True)
class Retry:
    """How long and how often to try. Seconds; the defaults are the same for every client.

    `attempts` bounds the requests of one call, `total` the time of the whole call with all its waits and look-ups, `base` and
    `cap` the wait between attempts (full jitter: anything from nothing to the bound). `settle` is how long after a lost
    response the API may still be processing the request: only a lookup sent after that time proves that nothing was written.
    """

    attempts: int = 4
    total: float = 90.0
    base: float = 0.5
    cap: float = 8.0
    settle: float = 15.0

    def __post_init__(self) -> None:
        timed = all(map(is_duration, (self.total, self.base, self.cap))) and is_duration(self.settle, zero=True)
        if not is_whole(self.attempts) or not timed:
            raise ValueError("Retry: attempts is at least 1, the times are above zero (in seconds; settle may be 0)")

    def backoff(self, attempt: int, random: Callable[[], float]) -> float:
        """Return a wait before the attempt after number `attempt`: full jitter below a bound that doubles up to `cap`."""
        return random() * float(min(self.cap, self.base * 2 ** min(attempt - 1, 30)))


def certainly_unprocessed(outcome: Response | NoResponse) -> bool:
    """Tell whether the API surely did nothing: the request never reached it, or was turned away for its rate."""
    return not outcome.may_have_arrived if isinstance(outcome, NoResponse) else outcome.status == 429


def is_server_failure(response: Response) -> bool:
    """Tell whether the server failed (5xx), or a proxy gave up on the API or the client (408, 499); that may pass."""
    return response.status >= 500 or response.status in (408, 499)


def may_have_happened(outcome: Response | NoResponse) -> bool:
    """Tell whether a write may have happened though no usable acknowledgement came: a lost reply, a failure, or a redirect."""
    if isinstance(outcome, NoResponse):
        return outcome.may_have_arrived
    return is_server_failure(outcome) or (not outcome.success and not 400 <= outcome.status <= 499)


def worth_retrying(request: Request, outcome: Response | NoResponse) -> bool:
    """Tell whether the same request may simply be sent again: nothing was processed, or it only reads."""
    if certainly_unprocessed(outcome):
        return True
    return RETRY_CLASSES[request.operation] == "safe" and (isinstance(outcome, NoResponse) or is_server_failure(outcome))


def delay_before(retry: Retry, attempt: int, asked: float | None, random: Callable[[], float]) -> float:
    """Return the wait: what the API asked for plus a little, so that not everybody returns at once, or else the backoff."""
    if asked is None:
        return retry.backoff(attempt, random)
    return asked + random() * min(1.0, 0.1 * asked + 0.05)
