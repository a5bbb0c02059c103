"""The effects that a flow may yield. A flow is a generator that makes all decisions; the transport runs its effects.

So every decision is written once, works in both clients, and is tested without a network or a clock.
"""

import threading
from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from amili._errors import AmiliError

T = TypeVar("T")


class Request(NamedTuple):
    """One operation of the contract with its arguments, ready to be sent; `parse` makes the model of its success response."""

    operation: str
    method: str
    route: str
    parse: Callable[[dict[str, Any]], Any]
    params: Mapping[str, Any] = MappingProxyType({})
    body: Mapping[str, Any] | None = None

    def __repr__(self) -> str:  # the other fields may hold personal data or a credential
        return f"Request({self.operation!r}, {self.method!r}, {self.route!r})"

    @property
    def writes(self) -> bool:
        """Whether the request changes data at the vendor."""
        return self.method != "get"


class Response(NamedTuple):
    """A complete response; header names are looked up in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status <= 299


class NoResponse(NamedTuple):
    """No complete response. `may_have_arrived` is false only if the request certainly did not reach the API.

    `reason` is for a person. `cause` is the error to raise, if it is another one than NoResponseError: that of the token request,
    or that the response is too large. `temporary` is false if another attempt would fail in the same way.
    """

    may_have_arrived: bool
    reason: str
    cause: AmiliError | None = None
    temporary: bool = True


class Send(NamedTuple):
    """Send one request; returns a `Response` or a `NoResponse`.

    `timeout` (seconds) limits the request together with its response; `headers` holds the token, or the credential for one.
    """

    request: Request
    path: str
    timeout: float
    base_url: str
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        shown = f"request={self.request!r}, path={self.path!r}, timeout={self.timeout!r}, base_url={self.base_url!r}"
        return f"Send({shown}, headers=...)"


class Sleep(NamedTuple):
    """Wait this many seconds."""

    seconds: float


class AcquireQuota(NamedTuple):
    """Acquire the quota for one request; returns 0.0 if granted, else the seconds to wait before asking again."""


class Completion:
    """Work of one flow, in any thread or event loop, whose end other flows wait for."""

    def __init__(self) -> None:
        from concurrent.futures import Future  # noqa: PLC0415 - most clients never wait for another flow

        self.thread: int = threading.get_ident()
        self.ended: Future[None] = Future()
        self.ended.set_running_or_notify_cancel()  # so that one waiter can't cancel it for the others


class Join(NamedTuple):
    """Wait until another flow's work completes.

    Returns True if it did in time, False if not, None if it never can while this thread waits.
    """

    completion: Completion
    seconds: float


class RunBlocking(NamedTuple):
    """Call a function that may block on a file, off the event loop where there is one; returns its result."""

    function: Callable[[], Any]


Effect = Send | Sleep | AcquireQuota | Join | RunBlocking
Flow = Generator[Effect, Any, T]
