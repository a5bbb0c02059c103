"""The token of a provider: its validity, the request for a new one, and the renewal in progress. No network."""

import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from amili._core.engine import Completion, PerProcess, Response, Secret, check_base_url, is_duration
from amili._errors import AmiliError, ConfigurationError, http_date, json_document

logger = logging.getLogger("amili")
# The form of the response is not documented. These paths are tried in order; `token_path=` sets another.
TOKEN_PATHS = ("token", "access_token", "api_key", "_token", "jwt", "data.token", "data.access_token")
_YEAR_9000 = 2.2e11  # seconds since 1970
_CLOCK_TOLERANCE = 60.0  # seconds; a signed key is valid for ten minutes
_NAME = "[A-Za-z_]{1,30}"  # of a property; a key that is a token would be longer or have digits


class TokenRequest(NamedTuple):
    """One request for a token: a GET with a signed claim of the API code in the header, or a POST with the plain code."""

    code: Secret[str]
    assertion: Secret[str] | None = None

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "POST" if self.assertion is None else "GET"

    @property
    def body(self) -> Secret[Mapping[str, Any]] | None:
        """The body."""
        return Secret({"api_code": self.code.reveal()}) if self.assertion is None else None


class Renewal(Completion):
    """A renewal in progress; waiters check `failure` when it ends, and otherwise try again."""

    def __init__(self, since: float) -> None:
        super().__init__()
        self.failure: AmiliError | None = None
        self.since: float = since  # by the monotonic clock of the flow that started it, in seconds


@dataclass
class _Renewing:
    """The renewal in progress in one process."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    renewal: Renewal | None = None


class TokenStore:
    """Stores a token and decides when to renew it; one renewal at a time for all threads and tasks."""

    def __init__(
        self,
        token_request: Callable[[float], TokenRequest] | None,
        token: Secret[str] | None,
        *,
        base_url: str | None,
        token_path: str | None,
        lifetime: float,
        margin: float,
        clock: Callable[[], float],
        insecure: bool,
    ) -> None:
        if not is_duration(lifetime) or not is_duration(margin, zero=True):
            raise ConfigurationError("lifetime and margin must be numbers of seconds above 0; margin may be 0")
        if token_path is not None and not isinstance(token_path, str):
            raise ConfigurationError(f"token_path must be a string such as 'data.token', not {type(token_path).__name__}")
        self._token_request, self._token, self._renew_at = token_request, token, float("inf")
        self.base_url: str | None = None if base_url is None else check_base_url(base_url, insecure=insecure)
        self._token_path, self._lifetime, self._margin, self._clock = token_path, lifetime, margin, clock
        self._renewing = PerProcess(_Renewing)

    def bind(self, base_url: str, *, insecure: bool = False) -> None:
        """Set the API that the credential is for; a second, different one is refused, so that it can't leak to another host."""
        base_url = check_base_url(base_url, insecure=insecure)
        if self.base_url is not None and _origin(self.base_url) != _origin(base_url):
            raise ConfigurationError(f"this AuthTokenProvider is for {self.base_url}; create another one for {base_url}")
        self.base_url = self.base_url or base_url

    @property
    def renewable(self) -> bool:
        """Whether a new token can be requested."""
        return self._token_request is not None

    def join_or_start_renewal(self, now: float, lock_timeout: float) -> tuple[Renewal | None, bool]:
        """Return the renewal in progress and whether the caller must carry it out; None if there is a valid token by now.

        A renewal that has not ended after `lock_timeout` seconds is taken over: its flow may never end it.
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
        """End a renewal, successful or not, and wake its waiters."""
        renewing = self._renewing.get()
        with renewing.lock:
            if renewing.renewal is renewal:
                renewing.renewal = None
        renewal.ended.set_result(None)

    def current_token(self) -> Secret[str] | None:
        """Return the stored token, or None if it must be renewed."""
        return self._token if self._clock() < self._renew_at else None

    def token_expiry(self) -> datetime | None:
        """Return when the current token expires, as the token itself says; None if there is none, or if it does not say."""
        token = self.current_token()
        if token is None:
            return None
        from amili._auth.keys import expiry_of  # noqa: PLC0415 - imports cryptography

        expiry = expiry_of(token.reveal())
        return None if expiry is None or not 0 <= expiry < _YEAR_9000 else datetime.fromtimestamp(expiry, UTC)

    def token_request(self) -> TokenRequest:
        """Return the request for a new token."""
        if self._token_request is None:
            raise ConfigurationError("this AuthTokenProvider holds a fixed token, which can't be renewed")
        return self._token_request(self._clock())

    def clock_problem(self, token_request: TokenRequest, response: Response) -> str:
        """Return by how much this machine's clock is wrong, if a signed key was refused that holds its time; else nothing."""
        date = http_date(response.headers.get("date", ""))
        if date is None or token_request.assertion is None or not 400 <= response.status <= 499:
            return ""
        ahead = self._clock() - date.timestamp()
        if abs(ahead) <= _CLOCK_TOLERANCE:
            return ""
        direction = "ahead of" if ahead > 0 else "behind"
        return f"this machine's clock is {abs(ahead):.0f} s {direction} the server's, so that the signed key may have expired"

    def store_response(self, response: Response) -> Secret[str]:
        """Store the token of a response; raises ConfigurationError naming the keys found, never their values."""
        token = check_token(_token_in(response, self._token_path))
        from amili._auth.keys import expiry_of  # noqa: PLC0415 - imports cryptography

        now, expiry = self._clock(), expiry_of(token.reveal())
        life = self._lifetime if expiry is None else expiry - now
        if life <= 0:  # a new token can't have expired: this machine's clock is wrong, so its expiry can't be used
            logger.warning("the API returned a token that has already expired by this machine's clock; check the clock")
            life = self._lifetime
        # A token whose lifetime is shorter than the margin is used for half of its lifetime.
        self._token, self._renew_at = token, now + max(life - self._margin, life / 2)
        return token

    def invalidate(self, token: Secret[str]) -> bool:
        """Discard a token that the API refused, unless it was already replaced; returns whether a new one can be obtained."""
        if self._token is token and self.renewable:
            self._token, self._renew_at = None, float("-inf")
        return self.renewable


def check_token(token: Secret[str]) -> Secret[str]:
    """Return a token without surrounding spaces; raises ConfigurationError if it can't be sent in a header."""
    if not _can_be_sent(token.reveal()):
        raise ConfigurationError("the token is empty or has characters that can't be sent in a header")
    return Secret(token.reveal().strip())


def _can_be_sent(text: object) -> bool:
    token = text.strip() if isinstance(text, str) else ""
    return token != "" and token.isascii() and token.isprintable()


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _token_in(response: Response, token_path: str | None) -> Secret[str]:
    found = _find_token(response, token_path)
    if isinstance(found, str):
        raise ConfigurationError(found)
    return found


def _find_token(response: Response, token_path: str | None) -> Secret[str] | str:
    """Return the token, or the problem if there is none; raises nothing, since its variables hold the whole response."""
    document = json_document(response.content)  # the parser's error would contain the whole response, and so the token
    if document is None:
        return "the response to the token request is not JSON"
    if isinstance(document, str) and token_path is None:
        return Secret(document)
    for path in (token_path,) if token_path else TOKEN_PATHS:
        found = document
        for key in path.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str) and found:
            return Secret(found)
    names = [key if re.fullmatch(_NAME, key) else "…" for key in sorted(document)] if isinstance(document, dict) else []
    keys = ", ".join(dict.fromkeys(names)) if isinstance(document, dict) else type(document).__name__
    tried = token_path or ", ".join(TOKEN_PATHS)
    return f"no token in the response to the token request: found {keys or 'no keys'}, tried {tried}; set token_path="
