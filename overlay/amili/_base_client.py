"""What the two clients have in common: settings, rules, journal. No network."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict

from amili._auth import AuthTokenProvider, RenewedTokens, TokenAuth, token_within_quota
from amili._config import as_provider, from_environment
from amili._core.engine import Context, Paths, PathStyle, Retry, checked_base_url, is_duration
from amili._core.transport import can_reopen
from amili._errors import ConfigurationError, OutcomeUnknownError
from amili._query import Condition

if TYPE_CHECKING:
    from amili_api.client import AuthenticatedClient

    from amili._core.drift import Drift
    from amili._core.engine import Flow, Quota, Response
    from amili._core.writing import Journal, Pending

WhereLike = Condition | Mapping[str, Any]
_LONGEST = 86_400.0  # seconds
Projection = Mapping[str, Any] | list[str] | tuple[str, ...]


class ListOptions(TypedDict, total=False):
    """The options of `cases()` that do not change the type of its result; their defaults are in its signature."""

    sort: str | None
    page_size: int
    limit: int | None
    keyset: bool | None
    prefetch: bool
    deadline: float | None


class BaseClient:
    """Settings and state of a client.

    `auth` is an AuthTokenProvider or a token; `timeout` (seconds) bounds one request; `retry` bounds what a call may try;
    `quota` keeps the vendor's rate limit (a Quota, "vendor" for one of its own, or "off"); `paths` chooses the vendor's
    spelling of three paths; `journal` is a file that remembers writes over a crash; `drift` counts where replies differ from the
    contract; `transport` is an httpx transport.
    Raises ConfigurationError for settings that can't be used.
    """

    def __init__(
        self,
        base_url: str,
        auth: AuthTokenProvider | str,
        *,
        timeout: float = 30.0,
        retry: Retry | None = None,
        quota: Quota | Literal["vendor", "off"] = "vendor",
        paths: PathStyle = "auto",
        journal: str | os.PathLike[str] | None = None,
        drift: Drift | None = None,
        transport: Any = None,
    ) -> None:
        self._base_url = checked_base_url(base_url)
        if not is_duration(timeout, most=_LONGEST):
            raise ConfigurationError("timeout is the number of seconds that one request may take, above 0 and up to a day")
        if retry is not None and not isinstance(retry, Retry):
            raise ConfigurationError(f"retry takes a Retry, such as Retry(total=30), not {type(retry).__name__}")
        tokens = RenewedTokens(as_provider(auth, self._base_url))
        self._context = Context(self._base_url, tokens, timeout, retry or Retry(), Paths(paths), on_response=_observer(drift))
        self._quota = _make_quota(quota)
        self._journal = _open_journal(journal) if journal is not None else None
        self._transport, self._closed = transport, False
        self._api: AuthenticatedClient | None = None
        self._open()

    _http: Any

    def _open(self) -> None:
        """Make the HTTP client."""
        raise NotImplementedError

    def _in_other_process_or_loop(self) -> bool:
        """Tell whether the connections belong to another process or event loop than the one that is running."""
        raise NotImplementedError

    def _open_http(self) -> Any:
        """Return the HTTP client; a new one after a fork, or in another event loop, where nobody hears from the old one's."""
        if self._closed or self._http.is_closed:
            raise ConfigurationError("this client is closed; make another one")
        if self._in_other_process_or_loop():
            if not can_reopen(self._transport):
                message = "the connections of transport= belong to the process and event loop that first used them"
                raise ConfigurationError(f"{message}; make another client here, with a transport of its own")
            self._open()
        return self._http

    def _run(self, flow: Flow[Any]) -> Any:
        """Carry out a plan."""
        raise NotImplementedError

    def _bind(self, api: AuthenticatedClient, auth: Any) -> AuthenticatedClient:
        """Give the generated client this one's HTTP client, which authenticates its requests."""
        raise NotImplementedError

    @classmethod
    def from_env(cls, **overrides: Any) -> Self:
        """Make a client from AMILI_BASE_URL and AMILI_TOKEN, or AMILI_API_CODE with AMILI_PRIVATE_KEY or AMILI_PRIVATE_KEY_FILE.

        `overrides` are arguments of the constructor. Raises ConfigurationError naming the variable that is missing,
        contradictory or unreadable.
        """
        return cls(**from_environment(os.environ, overrides))

    @property
    def api(self) -> AuthenticatedClient:
        """The generated client, authenticated and within the quota, for what this one does not cover.

        It neither retries nor looks.
        """
        from amili_api.client import AuthenticatedClient  # noqa: PLC0415 - few want it

        if self._api is None:
            self._api = AuthenticatedClient(base_url=self._base_url, token="")  # the token is put in for each request
        return self._bind(
            self._api, TokenAuth(self._context.tokens.invalidate, lambda: self._run(token_within_quota(self._context)))
        )

    def pending(self) -> list[Pending]:
        """Return the writes in the journal whose outcome nobody has noted and that nobody works on, oldest first.

        Raises ConfigurationError naming the file, and the entry, that can't be read.
        """
        return self._require_journal().pending(self._context.now())

    def _require_journal(self) -> Journal:
        if self._journal is None:
            raise ConfigurationError("this client keeps no journal; give it journal='file.sqlite'")
        return self._journal

    def _with_resolver(self, error: OutcomeUnknownError, resolver: Callable[..., Any]) -> OutcomeUnknownError:
        error.resolver = resolver
        return error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._base_url!r})"


def require_unresolved(write: Any) -> Any:
    """Return what resolve() was given; raises TypeError if it is no write whose outcome was left open."""
    if getattr(write, "evidence", None) is None:
        raise TypeError(f"resolve() takes an OutcomeUnknownError or a Pending, not {type(write).__name__}")
    return write


def _observer(drift: Drift | None) -> Callable[[str, Response, bool], None] | None:
    if drift is None:
        return None
    from amili._core.drift import Drift  # noqa: PLC0415 - few watch for drift

    if not isinstance(drift, Drift):
        raise ConfigurationError(f"drift= takes a Drift, as in drift=Drift(), not {type(drift).__name__}")
    return drift.observe


def _open_journal(file: str | os.PathLike[str]) -> Journal:
    from amili._core.writing import open_journal  # noqa: PLC0415 - brings sqlite3, and few keep one

    return open_journal(file)


def _make_quota(quota: Quota | Literal["vendor", "off"]) -> Quota | None:
    if quota == "off":
        return None
    from amili._core.engine import Quota  # noqa: PLC0415 - brings the library that counts

    if quota != "vendor" and not isinstance(quota, Quota):
        raise ConfigurationError(f"quota={quota!r} is not a Quota, 'vendor' or 'off'")
    return Quota() if quota == "vendor" else quota
