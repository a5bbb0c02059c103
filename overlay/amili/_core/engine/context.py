"""The settings, clocks and token source that all flows of one client share, and the report of an attempt."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import random
from typing import Any, Protocol
from urllib.parse import urlsplit

from amili._core.engine.budget import Budget, logger
from amili._core.engine.clocks import monotonic, now
from amili._core.engine.effects import Flow, NoResponse, Response
from amili._core.engine.observing import Observer, RequestAttempt, tell
from amili._core.engine.paths import Paths
from amili._core.engine.retry import Retry
from amili._core.engine.secret import Secret
from amili._errors import ApiError, error_from_response, retry_after

AUTHENTICATE = "authenticate"  # the operation in errors and log lines about the token request


class TokenSource(Protocol):
    """Provides the token of a request; `_auth` has the implementation."""

    def valid_token(self, context: "Context", budget: Budget, operation: str = AUTHENTICATE) -> Flow[Secret[str]]:
        """Return a valid token."""
        raise NotImplementedError

    def invalidate(self, token: Secret[str]) -> bool:
        """Discard a token that the API refused; returns whether another one can be obtained."""
        raise NotImplementedError


@dataclass
class Support:
    """What this API was seen to support, where its documentation leaves doubt; None, or no entry, until it was tried.

    `lists` has, by operation, whether a list of registrations, creditings or cancellations finds what certainly exists; False
    also if the API refuses it. `references` is False if it refused the reference that this client makes for a crediting.
    """

    in_operator: bool | None = None
    lists: dict[str, bool] = field(default_factory=dict)
    references: bool | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Context:
    """What all flows of one client share: base URL, token source, retry rules, clocks (in seconds) and a random number generator.

    `on_response` is called with each response: the operation, the response, and whether a projection left properties out.
    `observers` are told of each attempt. `crediting_references` says whether a crediting without a reference gets one.
    """

    base_url: str
    tokens: TokenSource
    timeout: float = 30.0
    retry: Retry = field(default_factory=Retry)
    paths: Paths = field(default_factory=Paths)
    monotonic: Callable[[], float] = monotonic
    now: Callable[[], float] = now
    random: Callable[[], float] = random
    on_response: Callable[[str, Response, bool], None] | None = None
    support: Support = field(default_factory=Support)
    observers: tuple[Observer, ...] = ()
    crediting_references: bool = True

    @property
    def host(self) -> str:
        """Host and port of the API, for messages."""
        return urlsplit(self.base_url).netloc

    @property
    def utc_now(self) -> datetime:
        """The current time, aware."""
        return datetime.fromtimestamp(self.now(), UTC)

    def budget(self, deadline: float | None = None) -> Budget:
        """Start the time budget of one call; raises ValueError if `deadline` is not a number of seconds above 0."""
        return Budget(self.retry.total, deadline, timeout=self.timeout, monotonic=self.monotonic)

    def retry_after_of(self, response: Response) -> float | None:
        """Return how many seconds a response asks to wait, or None."""
        return retry_after(response.status, response.headers, self.utc_now)

    def error(self, operation: str, response: Response, sent: Any = None, hint: str = "") -> ApiError:
        """Return the error for an error response to a request with the body `sent`; `hint` says what else may be wrong."""
        facts = response.status, response.headers, response.content, self.utc_now
        return error_from_response(operation, *facts, sent=sent, hint=hint)

    def report(
        self,
        operation: str,
        method: str,
        path: str,
        outcome: Response | NoResponse,
        *,
        since: float,
        attempt: int,
        wait: float,
        base_url: str | None = None,
    ) -> None:
        """Log one line for an attempt sent at `since`, and tell the observers; no query and no body, which may hold values."""
        seconds, method = self.monotonic() - since, method.upper()
        status, reason = (outcome.status, None) if isinstance(outcome, Response) else (None, outcome.reason)
        logger.debug("%s %s %s -> %s in %.0f ms (attempt %d)", operation, method, path, status or reason, seconds * 1000, attempt)
        if self.observers:
            told = RequestAttempt(
                operation=operation,
                method=method,
                path=path,
                status=status,
                reason=reason,
                seconds=seconds,
                attempt=attempt,
                wait=wait,
            )
            tell(self.observers, told, base_url or self.base_url)
