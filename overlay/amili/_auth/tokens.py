"""The token of a provider: how long it is valid, how a new one is requested, and the one renewal under way. No network."""

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from amili._core.engine import Completion, PerProcess, checked_base_url, is_duration
from amili._errors import AmiliError, ConfigurationError, json_document

logger = logging.getLogger("amili")
# The shape of the reply is not documented. These places are looked at in turn; `token_path=` names another.
TOKEN_PATHS = ("token", "access_token", "api_key", "_token", "jwt", "data.token", "data.access_token")
_NAME = "[A-Za-z_]{1,30}"  # of a property; a token as a key would be longer, or have digits


class TokenRequest(NamedTuple):
    """One request for a token: a credential in the header (signed key) or in the body (plain code)."""

    method: str
    headers: dict[str, str]
    body: dict[str, str] | None

    def __repr__(self) -> str:  # the rest is a credential
        return f"Exchange({self.method!r})"


class Renewal(Completion):
    """A renewal under way; who waits for its end then finds `failure` set if it failed for all, and else looks again."""

    def __init__(self, since: float) -> None:
        super().__init__()
        self.failure: AmiliError | None = None
        self.since: float = since  # seconds of the clock of who began it


@dataclass
class _Renewing:
    """The renewal under way in one process."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    renewal: Renewal | None = None


class TokenStore:
    """Holds a token and decides when to renew it; one renewal at a time over threads and tasks."""

    def __init__(
        self,
        token_request: Callable[[float], TokenRequest] | None,
        token: str | None,
        *,
        base_url: str | None,
        token_path: str | None,
        lifetime: float,
        margin: float,
        clock: Callable[[], float],
    ) -> None:
        if not is_duration(lifetime) or not is_duration(margin, zero=True):
            raise ConfigurationError("lifetime and margin are numbers of seconds above 0; margin may be 0")
        if token_path is not None and not isinstance(token_path, str):
            raise ConfigurationError(f"token_path takes a text such as 'data.token', not {type(token_path).__name__}")
        self._token_request, self._token, self._renew_at = token_request, token, float("inf")
        self.base_url: str | None = checked_base_url(base_url) if base_url is not None else None
        self._token_path, self._lifetime, self._margin, self._clock = token_path, lifetime, margin, clock
        self._renewing = PerProcess(_Renewing)

    def bind(self, base_url: str) -> None:
        """Say which API the credential is for; a second, different one is refused, so that it can't leak to another host."""
        base_url = checked_base_url(base_url)
        if self.base_url is not None and _origin(self.base_url) != _origin(base_url):
            raise ConfigurationError(f"this AuthTokenProvider is for {self.base_url}; make another one for {base_url}")
        self.base_url = self.base_url or base_url

    @property
    def renewable(self) -> bool:
        """Whether a new token can be asked for."""
        return self._token_request is not None

    def join_or_start_renewal(self, now: float, lock_timeout: float) -> tuple[Renewal | None, bool]:
        """Return the renewal under way and whether it is the caller's to carry out; None if a valid token is there by now.

        One that has not ended after `lock_timeout` seconds is taken over: nobody may be there to end it.
        """
        renewing = self._renewing.get()
        with renewing.lock:
            if self.current_token() is not None:
                return None, False
            if renewing.renewal is not None and now - renewing.renewal.since < lock_timeout:
                return renewing.renewal, False
            renewing.renewal = Renewal(now)
            return renewing.renewal, True

    def end(self, renewal: Renewal) -> None:
        """End a renewal, however it went, and wake those who wait for it."""
        renewing = self._renewing.get()
        with renewing.lock:
            if renewing.renewal is renewal:
                renewing.renewal = None
        renewal.ended.set_result(None)

    def current_token(self) -> str | None:
        """Return the token held, or None if it wants renewing."""
        return self._token if self._clock() < self._renew_at else None

    def token_request(self) -> TokenRequest:
        """Return the request for a new token."""
        if self._token_request is None:
            raise ConfigurationError("this AuthTokenProvider holds a fixed token, which can't be renewed")
        return self._token_request(self._clock())

    def store_response(self, content: bytes) -> str:
        """Take the token out of a reply and hold it; raises ConfigurationError naming the keys found, never their values."""
        token = _token_in(content, self._token_path)
        from amili._auth.keys import expiry_of  # noqa: PLC0415 - brings the library that signs

        now, expiry = self._clock(), expiry_of(token)
        life = self._lifetime if expiry is None else expiry - now
        if life <= 0:  # one that was just given has not ended: this clock is wrong, and can't tell when it will
            logger.warning("the API gives tokens that have ended by this machine's clock; is that right?")
            life = self._lifetime
        # A token that lives shorter than the margin is still used for half of its life.
        self._token, self._renew_at = token, now + max(life - self._margin, life / 2)
        return token

    def invalidate(self, token: str) -> bool:
        """Forget a token that the API refused, unless another one has taken its place already; tells whether one can be had."""
        if self._token == token and self.renewable:
            self._token, self._renew_at = None, float("-inf")
        return self.renewable


def checked_token(text: object) -> str:
    """Return a token without the space around it; raises ConfigurationError if it can't stand in a header."""
    token = text.strip() if isinstance(text, str) else ""
    if not token or not token.isascii() or not token.isprintable():
        raise ConfigurationError("the token is empty or holds characters that can't stand in a header")
    return token


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _token_in(content: bytes, token_path: str | None) -> str:
    document = json_document(content)  # without the reader's error, which would hold the whole reply, and so the token
    if document is None:
        raise ConfigurationError("the reply to the token request holds no JSON value")
    if isinstance(document, str) and token_path is None:
        return checked_token(document)
    for place in (token_path,) if token_path else TOKEN_PATHS:
        found = document
        for key in place.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str) and found:
            return checked_token(found)
    names = [key if re.fullmatch(_NAME, key) else "…" for key in sorted(document)] if isinstance(document, dict) else []
    keys = ", ".join(dict.fromkeys(names)) if isinstance(document, dict) else type(document).__name__
    looked = token_path or ", ".join(TOKEN_PATHS)
    raise ConfigurationError(
        f"no token in the reply to the token request: found {keys or 'nothing'}, looked at {looked}; set token_path="
    )
