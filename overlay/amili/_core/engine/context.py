"""What the plans of one client share: its rules and clocks, where tokens come from, the log."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import random
from typing import Protocol
from urllib.parse import urlsplit

from amili._core.engine.budget import Budget, logger
from amili._core.engine.effects import Flow, NoResponse, Request, Response
from amili._core.engine.paths import Paths
from amili._core.engine.retry import Retry
from amili._errors import ApiError, error_from_response, retry_after

AUTHENTICATE = "authenticate"  # as errors and the log name the exchange of a credential for a token


class TokenSource(Protocol):
    """Where the token of a request comes from; `_auth` has the one that renews."""

    def valid_token(self, context: "Context", budget: Budget, operation: str = AUTHENTICATE) -> Flow[str]:
        """Give back a token that is valid now."""
        raise NotImplementedError

    def invalidate(self, token: str) -> bool:
        """Forget a token that the API refused; returns whether another one can be obtained."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False, repr=False)
class Context:
    """What the plans of one client share: address, tokens, rules, clocks (seconds) and chance.

    `on_response` is called with each reply: the operation, the reply, and whether a projection left properties out.
    """

    base_url: str
    tokens: TokenSource
    timeout: float = 30.0
    retry: Retry = field(default_factory=Retry)
    paths: Paths = field(default_factory=Paths)
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    random: Callable[[], float] = random
    on_response: Callable[[str, Response, bool], None] | None = None

    @property
    def host(self) -> str:
        """Host and port of the API, as messages name it."""
        return urlsplit(self.base_url).netloc

    @property
    def utc_now(self) -> datetime:
        """The current time, aware."""
        return datetime.fromtimestamp(self.now(), UTC)

    def budget(self, deadline: float | None = None) -> Budget:
        """Begin the time budget of one call; raises ValueError for a `deadline` (seconds) that is none."""
        return Budget(self.retry.total, deadline, timeout=self.timeout, monotonic=self.monotonic)

    def retry_after_of(self, response: Response) -> float | None:
        """How many seconds a reply asks to wait."""
        return retry_after(response.status, response.headers, self.utc_now)

    def error(self, operation: str, response: Response) -> ApiError:
        """The error that an error reply is."""
        return error_from_response(operation, response.status, response.headers, response.content, self.utc_now)


def log_attempt(request: Request, path: str, outcome: Response | NoResponse, seconds: float, circumstances: str) -> None:
    """Write one line an attempt to the log, without query values or bodies: a condition may hold a personal number."""
    result = outcome.status if isinstance(outcome, Response) else outcome.reason
    method, milliseconds = request.method.upper(), seconds * 1000
    logger.debug("%s %s %s -> %s in %.0f ms%s", request.operation, method, path, result, milliseconds, circumstances)
