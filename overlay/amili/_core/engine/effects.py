"""The effects that a flow may yield. A flow is a generator that makes all decisions; the transport runs its effects.

So every decision is written once, works in both clients, and is tested without a network or a clock.
"""

import re
import threading
from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from amili._core.engine.secret import Secret
from amili._errors import AmiliError

T = TypeVar("T")

_SHORT, _RANDOM = 6, 16  # characters; a shorter secret may be a word of an error, or of a document, by chance


class Request(NamedTuple):
    """One operation of the contract with its arguments, ready to be sent; `parse` makes the model of its success response.

    `body` is a mapping, or a Secret of one.
    """

    operation: str
    method: str
    route: str
    parse: Callable[[dict[str, Any]], Any]
    params: Mapping[str, Any] = MappingProxyType({})
    body: Any = None

    def __repr__(self) -> str:  # the other fields may hold personal data or a credential
        return f"Request({self.operation!r}, {self.method!r}, {self.route!r})"

    @property
    def writes(self) -> bool:
        """Whether the request changes data at the vendor."""
        return self.method != "get"


class Response:
    """A complete response, opaque since it may hold a new token; header names are looked up in lower case."""

    __slots__ = ("_received", "status")

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status: int = status
        self._received = Secret((headers, content))

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        return self._received.reveal()[0]

    @property
    def content(self) -> bytes:
        """The body."""
        return self._received.reveal()[1]

    @property
    def success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status <= 299

    def __repr__(self) -> str:
        return f"Response({self.status})"

    def without(self, secret: Secret[str]) -> "Response":
        """Return the response without a secret of its request that the server repeats, as it is or escaped."""
        text = secret.reveal()
        if len(text) < (_RANDOM if self.success else _SHORT) or (self.success and text.encode() not in self.content):
            return self
        repeated = re.compile("".join(map(_escaped, text)), re.IGNORECASE)
        headers = {name.lower(): repeated.sub("[redacted]", value) for name, value in self.headers.items()}
        content = re.sub(repeated.pattern.encode(), b"[redacted]", self.content, flags=re.IGNORECASE)
        same = content == self.content and all(repeated.search(value) is None for value in self.headers.values())
        return self if same else Response(self.status, headers, content)


def _escaped(character: str) -> str:
    """Return a pattern of a character of a secret: itself, or as JSON, URLs and HTML write it."""
    if character.isascii() and character.isalnum():
        return character
    number = ord(character)
    return rf"(?:\\?{re.escape(character)}|\\u{number:04x}|%{number:02x}|&#?\w{{2,6}};)"


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

    `timeout` (seconds) limits the request together with its response; `key` is the value of X-API-Key: the token, or the signed
    claim that is exchanged for one. `check` is called right before the bytes leave, and raises an AmiliError if they must not;
    only the blocking client knows it.
    """

    request: Request
    path: str
    timeout: float
    base_url: str
    key: Secret[str] | None
    check: Callable[[], object] | None = None


class Sleep(NamedTuple):
    """Wait this many seconds."""

    seconds: float


class AcquireQuota(NamedTuple):
    """Acquire the quota for one request; returns 0.0 if granted, else the seconds to wait before asking again."""


class CloseQuota(NamedTuple):
    """Let nothing be sent for so many seconds by anybody who shares the quota: the API refused a request with 429."""

    seconds: float


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


Effect = Send | Sleep | AcquireQuota | CloseQuota | Join | RunBlocking
Flow = Generator[Effect, Any, T]
