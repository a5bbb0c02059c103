"""A clock that moves only when a flow sleeps or a test sets it, and the rules of a client that lives by it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from amili import AuthTokenProvider, Retry
from amili._auth import RenewedTokens
from amili._core.engine import Context, Paths, Response

EPOCH = 1_760_000_000.0  # seconds since 1970 UTC at which the clock begins
BASE_URL = "https://amili.test"


@dataclass
class Clock:
    """Seconds that have passed; called, it is a monotonic clock."""

    seconds: float = 0.0
    set_by: float = 0.0  # seconds by which the wall clock of the client's machine was set

    def __call__(self) -> float:
        return self.seconds

    def true(self) -> float:
        """The true time, in seconds since 1970 UTC."""
        return EPOCH + self.seconds

    def wall(self) -> float:
        """The time by the client's machine, in seconds since 1970 UTC."""
        return self.true() + self.set_by


def context(
    clock: Clock | None = None,
    retry: Retry | None = None,
    *,
    paths: Paths | None = None,
    random: Callable[[], float] = lambda: 1.0,
    auth: AuthTokenProvider | None = None,
    on_response: Callable[[str, Response, bool], None] | None = None,
    **rules: Any,
) -> Context:
    """The rules of a client in virtual time; `rules` are those of its Retry."""
    clock, tokens = clock or Clock(), RenewedTokens(auth or AuthTokenProvider.from_token("a-token"))
    return Context(BASE_URL, tokens, 30.0, retry or Retry(**rules), paths or Paths(), clock, clock.wall, random, on_response)
