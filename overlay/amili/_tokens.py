"""`AuthTokenProvider`: holds a token, knows when it wants renewing and how to ask for a new one; the asking is in `_auth`."""

import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from amili._address import checked_base_url
from amili._deadlines import is_duration
from amili._effects import Turn
from amili._errors import AmiliError, ConfigurationError
from amili._later import Later

if TYPE_CHECKING:
    from amili import _keys as keys
else:
    keys = Later("amili._keys")

logger = logging.getLogger("amili")
EXCHANGE_PATH = "/authenticates/api-code"
# The reply's shape is not documented. These places are looked at in turn; `token_at=` names another.
_NAME = "[A-Za-z_]{1,30}"  # of a property; a token as a key would be longer, or have digits
TOKEN_PLACES = ("token", "access_token", "api_key", "_token", "jwt", "data.token", "data.access_token")


class Exchange(NamedTuple):
    """One request for a token: a credential in the header (signed key) or in the body (plain code)."""

    method: str
    headers: dict[str, str]
    body: dict[str, str] | None

    def __repr__(self) -> str:  # the rest is a credential
        return f"Exchange({self.method!r})"


class Renewal(Turn):
    """A renewal under way; who waits for its end then finds `failure` set if it failed for all, and else looks again."""

    def __init__(self, since: float) -> None:
        super().__init__()
        self.failure: AmiliError | None = None
        self.since: float = since  # seconds of the clock of who began it


class AuthTokenProvider:
    """Gives a valid token for the header X-API-Key, renewing it early; one renewal at a time over threads and over tasks.

    Make one with `from_private_key`, `from_api_code` or `from_token`. `Amili` tells it the base URL; to use it alone, give
    `base_url=`. `lifetime` (seconds) is assumed for a token that does not tell its own expiry; `margin` (seconds) is how long
    before its end a token is renewed; `token_at` is the dotted place of the token in the reply, which is not documented.
    """

    __module__ = "amili"  # tracebacks and reprs show the name that users import

    def __init__(
        self,
        exchange: Callable[[float], Exchange] | None,
        token: str | None = None,
        *,
        base_url: str | None = None,
        token_at: str | None = None,
        lifetime: float = 600.0,
        margin: float = 60.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not is_duration(lifetime) or not (margin == 0 or is_duration(margin)):
            raise ConfigurationError("lifetime and margin are numbers of seconds above 0; margin may be 0")
        if token_at is not None and not isinstance(token_at, str):
            raise ConfigurationError(f"token_at takes a text such as 'data.token', not {type(token_at).__name__}")
        self._exchange, self._token, self._renew_at = exchange, token, float("inf")
        self.base_url: str | None = checked_base_url(base_url) if base_url is not None else None
        self._token_at, self._lifetime, self._margin, self._clock = token_at, lifetime, margin, clock
        self._renewal: Renewal | None = None
        self._lock, self._pid = threading.Lock(), os.getpid()

    @classmethod
    def from_token(cls, token: str) -> "AuthTokenProvider":
        """Use a token as it is; it can't be renewed. Raises ConfigurationError if it can't stand in a header."""
        token = token.strip() if isinstance(token, str) else ""
        if not token or not token.isascii() or not token.isprintable():
            raise ConfigurationError("the token is empty or holds characters that can't stand in a header")
        return cls(None, token)

    @classmethod
    def from_private_key(
        cls, api_code: str, pem: str | bytes, *, algorithm: str | None = None, **options: Any
    ) -> "AuthTokenProvider":
        """Exchange a claim signed with a private key (EC or RSA, any PEM form, no passphrase) for tokens.

        The algorithm follows from the key. Raises ConfigurationError if key, algorithm or API code can't be used.
        """
        code, key = _api_code(api_code), keys.load_private_key(pem)
        chosen = keys.algorithm_for(key, algorithm)
        return cls(lambda now: Exchange("GET", {"X-API-Key": keys.signed_claim(code, key, chosen, now)}, None), **options)

    @classmethod
    def from_api_code(cls, api_code: str, **options: Any) -> "AuthTokenProvider":
        """Exchange the plain API code for tokens; the vendor's older pages document it, for registered addresses only."""
        code = _api_code(api_code)
        return cls(lambda _: Exchange("POST", {}, {"api_code": code}), **options)

    def get_valid_token(self) -> str:
        """Return a token that is valid now, asking the API for one if need be.

        Raises AuthenticationError if the credential is refused, NoAnswerError without an answer, ConfigurationError without a
        base URL or if no token is found in the reply.
        """
        from amili._auth import fetch_token  # noqa: PLC0415 - the shell that has the network

        return fetch_token(self)

    async def aget_valid_token(self) -> str:
        """Return a token as `get_valid_token` does, without blocking the event loop."""
        from amili._auth import afetch_token  # noqa: PLC0415

        return await afetch_token(self)

    def __repr__(self) -> str:
        return f"AuthTokenProvider(base_url={self.base_url!r}, renewable={self.renewable})"

    def bind(self, base_url: str) -> None:
        """Say which API the credential is for; a second, different one is refused, so that it can't leak to another host."""
        base_url = checked_base_url(base_url)
        if self.base_url is not None and _origin(self.base_url) != _origin(base_url):
            raise ConfigurationError(f"this AuthTokenProvider is for {self.base_url}; make another one for {base_url}")
        self.base_url = self.base_url or base_url

    @property
    def renewable(self) -> bool:
        """Whether a new token can be asked for."""
        return self._exchange is not None

    def renewal(self, now: float, patience: float) -> tuple[Renewal | None, bool]:
        """Return the renewal under way and whether it is the caller's to carry out; None if a valid token is there by now.

        One that has not ended after `patience` seconds is taken over: nobody may be there to end it.
        """
        if self._pid != os.getpid():  # after a fork: who held the lock, or was renewing, is a thread that is not there
            self._lock, self._pid, self._renewal = threading.Lock(), os.getpid(), None
        with self._lock:
            if self.fresh_token() is not None:
                return None, False
            if self._renewal is not None and now - self._renewal.since < patience:
                return self._renewal, False
            self._renewal = Renewal(now)
            return self._renewal, True

    def end(self, renewal: Renewal) -> None:
        """End a renewal, however it went, and wake those who wait for it."""
        with self._lock:
            if self._renewal is renewal:
                self._renewal = None
        renewal.ended.set_result(None)

    def fresh_token(self) -> str | None:
        """Return the token held, or None if it wants renewing."""
        return self._token if self._clock() < self._renew_at else None

    def exchange(self) -> Exchange:
        """Return the request for a new token."""
        if self._exchange is None:
            raise ConfigurationError("this AuthTokenProvider holds a fixed token, which can't be renewed")
        return self._exchange(self._clock())

    def accept(self, content: bytes) -> str:
        """Take the token out of a reply and hold it; raises ConfigurationError naming the keys found, never their values."""
        token = _token_in(content, self._token_at)
        now, expiry = self._clock(), keys.expiry_of(token)
        life = self._lifetime if expiry is None else expiry - now
        if life <= 0:  # one that was just given has not ended: this clock is wrong, and can't tell when it will
            logger.warning("the API gives tokens that have ended by this machine's clock; is that right?")
            life = self._lifetime
        # A token that lives shorter than the margin is still used for half of its life.
        self._token, self._renew_at = token, now + max(life - self._margin, life / 2)
        return token

    def discard(self, token: str) -> bool:
        """Forget a token that the API refused, unless another one has taken its place already; tells whether one can be had."""
        if self._token == token and self.renewable:
            self._token, self._renew_at = None, float("-inf")
        return self.renewable


def _api_code(api_code: str) -> str:
    if not isinstance(api_code, str) or not api_code.strip():
        raise ConfigurationError("the API code is empty")
    return api_code.strip()


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _document(content: bytes) -> Any:
    """Read JSON, or return an ellipsis; the error that the reader raises would hold the whole reply, and so the token."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return ...


def _token_in(content: bytes, token_at: str | None) -> str:
    document = _document(content)
    if document is ...:
        raise ConfigurationError("the reply to the token request is not JSON")
    if isinstance(document, str) and token_at is None:
        return AuthTokenProvider.from_token(document)._token or ""
    for place in (token_at,) if token_at else TOKEN_PLACES:
        found = document
        for key in place.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str) and found:
            return AuthTokenProvider.from_token(found)._token or ""
    names = [key if re.fullmatch(_NAME, key) else "…" for key in sorted(document)] if isinstance(document, dict) else []
    keys = ", ".join(dict.fromkeys(names)) if isinstance(document, dict) else type(document).__name__
    looked = token_at or ", ".join(TOKEN_PLACES)
    raise ConfigurationError(
        f"no token in the reply to the token request: found {keys or 'nothing'}, looked at {looked}; set token_at="
    )
