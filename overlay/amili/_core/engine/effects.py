"""What a plan may ask for. A plan is a generator that decides and yields effects; a shell carries them out and sends back.

So everything that decides is written once, runs under both clients, and is tested without a network or a clock. Named tuples
take a tenth of the time that dataclasses take to be defined, which everybody pays who imports a client.
"""

import threading
from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from amili._errors import AmiliError

if TYPE_CHECKING:
    pass

T = TypeVar("T")


class Call(NamedTuple):
    """One operation of the contract with its arguments, ready to be sent; `build` makes the model of its success reply."""

    operation: str
    method: str
    route: str
    build: Callable[[dict[str, Any]], Any]
    params: Mapping[str, Any] = MappingProxyType({})
    body: Mapping[str, Any] | None = None

    def __repr__(self) -> str:  # the rest may hold personal data or a credential
        return f"Call({self.operation!r}, {self.method!r}, {self.route!r})"

    @property
    def writes(self) -> bool:
        """Whether the call changes something at the vendor."""
        return self.method != "get"


class Send(NamedTuple):
    """Send one request and give back what came: an `Answer` or a `Lost`.

    `timeout` bounds this request with its whole reply, in seconds; `headers` hold the token, or the credential for one.
    """

    call: Call
    path: str
    timeout: float
    base_url: str
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        shown = f"call={self.call!r}, path={self.path!r}, timeout={self.timeout!r}, base_url={self.base_url!r}"
        return f"Send({shown}, headers=...)"


class Sleep(NamedTuple):
    """Wait so many seconds."""

    seconds: float


class Slot(NamedTuple):
    """Take a place in the quota for one request; gives back 0.0 if granted, else the seconds to wait before asking again."""


class Turn:
    """Work of one plan, of any thread or event loop, whose end others wait for."""

    def __init__(self) -> None:
        from concurrent.futures import Future  # noqa: PLC0415 - most who import a client wait for nobody

        self.thread: int = threading.get_ident()
        self.ended: Future[None] = Future()
        self.ended.set_running_or_notify_cancel()  # so that nobody who gives up waiting can cancel it for the others


class Wait(NamedTuple):
    """Wait for the end of somebody else's turn; gives back whether it came in time, or None if it can't while we wait."""

    turn: Turn
    seconds: float


class Do(NamedTuple):
    """Call a function that may block on a file, off the event loop where there is one, and give back its result."""

    function: Callable[[], Any]


Effect = Send | Sleep | Slot | Wait | Do
Plan = Generator[Effect, Any, T]


class Answer(NamedTuple):
    """A whole reply; the names of `headers` are asked for in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status <= 299


class Lost(NamedTuple):
    """No whole reply. `sent` is false only if the request surely did not reach the API; `reason` is for a person.

    `problem` is the error that kept it from being sent, if it was another request: the one for a token.
    """

    sent: bool
    reason: str
    problem: AmiliError | None = None
