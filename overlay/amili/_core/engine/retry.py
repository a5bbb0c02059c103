"""Decides when to retry, after how long, and when to stop; the docs print the table of retry classes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from amili._core.engine.effects import NoResponse, Request, Response
from amili._core.engine.validation import is_duration, is_integer
from amili._errors import MOVED, InvalidInputError

RetryClass = Literal["safe", "look up before retry"]

# What a lost response means for each operation. A failure that certainly processed nothing is retried for all of them.
RETRY_CLASSES: dict[str, RetryClass] = {
    "list_cases": "safe",
    "list_registrations": "safe",
    "list_creditings": "safe",
    "list_cancellations": "safe",
    "register_invoice": "look up before retry",
    "credit_case": "look up before retry",
    "cancel_case": "look up before retry",
}


@dataclass(frozen=True)
class Retry:
    """How long and how often to retry, in seconds.

    `attempts` limits the requests of one call; `total` limits the time of the whole call with all its waits and lookups. The wait
    between attempts is a random time from 0 to a limit, which is `base` at first and doubles up to `cap`. `settle` is how long
    after a lost response the API may still be processing the request: only a lookup sent after that time proves that nothing
    was written.
    """

    attempts: int = 4
    total: float = 90.0
    base: float = 0.5
    cap: float = 8.0
    settle: float = 15.0

    def __post_init__(self) -> None:
        timed = all(map(is_duration, (self.total, self.base, self.cap))) and is_duration(self.settle, zero=True)
        if not is_integer(self.attempts) or not timed:
            raise InvalidInputError(
                "Retry: attempts must be an integer of at least 1, the times numbers of seconds above 0 (settle may be 0)"
            )

    def backoff(self, attempt: int, random: Callable[[], float]) -> float:
        """Return the seconds to wait after attempt number `attempt`: full jitter below a limit that doubles up to `cap`."""
        return random() * float(min(self.cap, self.base * 2 ** min(attempt - 1, 30)))


def certainly_unprocessed(outcome: Response | NoResponse) -> bool:
    """Return whether the API certainly did nothing: the request did not reach it, or was rejected with 429."""
    return not outcome.may_have_arrived if isinstance(outcome, NoResponse) else outcome.status == 429


def is_server_failure(response: Response) -> bool:
    """Return whether the server failed (5xx) or a proxy timed out (408, 499), which may be temporary."""
    return response.status >= 500 or response.status in (408, 499)


def may_have_happened(outcome: Response | NoResponse) -> bool:
    """Return whether a write may have happened without an acknowledgement: a lost response, a server failure, or a redirect.

    A redirect that asks for the same request elsewhere says that it did not; 302 and 303 are also sent after processing.
    """
    if isinstance(outcome, NoResponse):
        return outcome.may_have_arrived
    refused = 400 <= outcome.status <= 499 or outcome.status in MOVED
    return is_server_failure(outcome) or not (outcome.success or refused)


def worth_retrying(request: Request, outcome: Response | NoResponse) -> bool:
    """Return whether to send the same request again without a lookup: nothing was processed, or it is a read, and it may help."""
    if isinstance(outcome, NoResponse) and not outcome.temporary:
        return False
    if certainly_unprocessed(outcome):
        return True
    return RETRY_CLASSES[request.operation] == "safe" and (isinstance(outcome, NoResponse) or is_server_failure(outcome))


def delay_before(retry: Retry, attempt: int, retry_after: float | None, random: Callable[[], float]) -> float:
    """Return the seconds to wait: `retry_after` plus a random part, so that clients do not return all at once, or the backoff."""
    if retry_after is None:
        return retry.backoff(attempt, random)
    return retry_after + random() * min(1.0, 0.1 * retry_after + 0.05)
