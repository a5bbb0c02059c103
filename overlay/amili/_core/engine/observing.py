"""What observers of a client are told of each request."""

from collections.abc import Callable
from dataclasses import dataclass

from amili._core.engine.budget import logger


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAttempt:
    """One attempt at a request, as `on_request=` gets it: no query, no body, no header, no value of a response.

    `operation` is one of the contract's, `authenticate` for a token request, or `api` for the generated client. `path` has no
    query. `status` is None if there was no response; then `reason` says why. `seconds` is how long the request took. `attempt`
    counts the attempts at this request from 1; that of a token request is always 1. `wait` is how many seconds the call waited
    before it, for the quota and between attempts.
    """

    operation: str
    method: str
    path: str
    status: int | None
    reason: str | None
    seconds: float
    attempt: int
    wait: float


Observer = Callable[[RequestAttempt, str], None]  # gets the base URL as well


def tell(observers: tuple[Observer, ...], attempt: RequestAttempt, base_url: str) -> None:
    """Tell observers of an attempt. An error of an observer is logged: it must not hide the outcome of a write."""
    for observer in observers:
        try:
            observer(attempt, base_url)
        except Exception as problem:
            logger.warning("%s: an observer of requests raised %s", attempt.operation, type(problem).__name__)
