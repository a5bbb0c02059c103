"""What the two clients share: settings, retry rules, quota, journal. No network."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict

from amili._auth import AuthTokenProvider, RenewedTokens, TokenAuth, token_within_quota
from amili._config import as_provider, drift_observer, from_environment, make_quota, observers, open_journal, open_tracing
from amili._core.engine import Context, Paths, PathStyle, RequestAttempt, Retry, Secret, check_base_url, is_duration, is_integer
from amili._core.transport import MAX_RESPONSE_BYTES, Bounds, can_reopen
from amili._errors import ConfigurationError, InvalidInputError, OutcomeUnknownError
from amili._query import Condition, Sort

if TYPE_CHECKING:
    from amili_api.client import AuthenticatedClient

    from amili._core.drift import Drift
    from amili._core.engine import Flow
    from amili._core.quota import Quota
    from amili._core.writing import Journal, Pending

WhereLike = Condition | Mapping[str, Any]
_LONGEST = 86_400.0  # seconds


class ListOptions(TypedDict, total=False):
    """The options of `cases()` that do not change the type of its result; their defaults are in the signature of `cases()`."""

    sort: Sort | None
    page_size: int
    limit: int | None
    keyset: bool | None
    prefetch: bool
    deadline: float | None


class BaseClient:
    """Settings and state of a client.

    `base_url` is the URL of the API; `auth` is an AuthTokenProvider or a token. `timeout` limits one request, in seconds;
    `retry` limits the attempts and the time of one call (None means `Retry()`). `quota` enforces the vendor's rate limit: a
    Quota, "vendor" for a new one, or "off". `paths` chooses between the vendor's two variants of three paths: "guide",
    "reference", or "auto" to try both. `journal` is a file that records writes so that they survive a crash.
    `crediting_references` gives a crediting that has no reference one of its own, by which it is found after a lost response;
    False sends none. `drift` counts where responses differ from the contract. `transport` is an httpx transport, instead of the
    client's own connections. `hide_queries` keeps conditions, which may hold personal numbers, from tracing instrumentation of
    the HTTP library. `on_request` is called with a RequestAttempt after every attempt at a request, token requests included.
    `tracing` makes spans of calls and attempts with OpenTelemetry (`opentelemetry-api`), which hold no conditions.
    `insecure` allows an http URL of another machine, although others in the network can then read the token. A response with
    more than `max_response_bytes`, decompressed, is not read: DecodeError, or for a write a lost response. Raises
    ConfigurationError for settings that can't be used.
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
        crediting_references: bool = True,
        drift: Drift | None = None,
        transport: Any = None,
        hide_queries: bool = False,
        insecure: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        on_request: Callable[[RequestAttempt], object] | None = None,
        tracing: bool = False,
    ) -> None:
        credential = Secret(auth)
        del auth  # a token in a local variable would be in the traceback of every error below
        self._base_url = check_base_url(base_url, insecure=insecure)
        if not is_duration(timeout, most=_LONGEST):
            raise ConfigurationError("timeout must be the number of seconds that one request may take, above 0 and up to a day")
        if retry is not None and not isinstance(retry, Retry):
            raise ConfigurationError(f"retry must be a Retry, such as Retry(total=30), not {type(retry).__name__}")
        if not is_integer(max_response_bytes):
            raise ConfigurationError("max_response_bytes must be an integer of at least 1")
        tokens = RenewedTokens(as_provider(credential, self._base_url, insecure))
        self._tracing = open_tracing() if tracing else None
        self._context = Context(
            self._base_url,
            tokens,
            timeout,
            retry or Retry(),
            Paths(paths),
            on_response=drift_observer(drift),
            observers=observers(self._tracing, on_request),
            crediting_references=bool(crediting_references),
        )
        self._quota = make_quota(quota)
        self._journal = open_journal(journal) if journal is not None else None
        self._transport, self._bounds, self._closed = transport, Bounds(max_response_bytes, hide_queries), False
        self._api: AuthenticatedClient | None = None
        self._open()

    _http: Any

    def _open(self) -> None:
        """Open the HTTP client."""
        raise NotImplementedError

    def _in_other_process_or_loop(self) -> bool:
        """Return whether the connections belong to a process or event loop other than the current one."""
        raise NotImplementedError

    def _open_http(self) -> Any:
        """Return the HTTP client, reopened after a fork or in another event loop, where its connections are unusable."""
        if self._closed or self._http.is_closed:
            raise ConfigurationError("this client is closed; create a new one")
        if self._in_other_process_or_loop():
            if not can_reopen(self._transport):
                message = "the connections of transport= belong to the process and event loop that first used them"
                raise ConfigurationError(f"{message}; create another client here, with its own transport")
            self._open()
        return self._http

    def _run(self, flow: Flow[Any], call: str | None = None) -> Any:
        """Run a flow; `call` is the method that it is of."""
        raise NotImplementedError

    def _span(self, call: str | None) -> AbstractContextManager[None]:
        return nullcontext() if self._tracing is None or call is None else self._tracing.call(call)

    def _bind(self, api: AuthenticatedClient, auth: Any) -> AuthenticatedClient:
        """Give the generated client the HTTP client of this one, which authenticates its requests."""
        raise NotImplementedError

    @classmethod
    def from_env(cls, **overrides: Any) -> Self:
        """Create a client from AMILI_BASE_URL and AMILI_TOKEN, or AMILI_API_CODE and AMILI_PRIVATE_KEY or AMILI_PRIVATE_KEY_FILE.

        AMILI_INSECURE=1 stands for `insecure=True`. `overrides` are arguments of the constructor. Raises ConfigurationError that
        names the variable that is missing, contradictory or unreadable.
        """
        settings = Secret(overrides)
        del overrides
        return cls(**from_environment(Secret(os.environ), settings))

    @property
    def api(self) -> AuthenticatedClient:
        """The generated client, authenticated and within the quota, for requests that this client has no method for.

        It does not retry, and does not look up lost writes.
        """
        from amili_api.client import AuthenticatedClient  # noqa: PLC0415 - rarely used

        if self._api is None:
            self._api = AuthenticatedClient(base_url=self._base_url, token="")  # each request gets its token from TokenAuth
        return self._bind(self._api, TokenAuth(self._context, lambda: self._run(token_within_quota(self._context))))

    def pending(self) -> list[Pending]:
        """Return the writes in the journal without a recorded outcome and without an active lease, oldest first.

        An entry that can't be read has a `.problem`, which names it. Raises ConfigurationError if the file can't be read.
        """
        return self._require_journal().pending(self._context.now())

    def _require_journal(self) -> Journal:
        if self._journal is None:
            raise ConfigurationError("this client has no journal; create it with journal='file.sqlite'")
        return self._journal

    def _with_resolver(self, error: OutcomeUnknownError, resolver: Callable[..., Any]) -> OutcomeUnknownError:
        error.resolver = resolver
        return error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._base_url!r})"


def require_unresolved(write: Any) -> Any:
    """Return the argument of resolve(); raises InvalidInputError if it is not a write with an unknown outcome."""
    if getattr(write, "evidence", None) is None:
        raise InvalidInputError(f"resolve() takes an OutcomeUnknownError or a Pending, not {type(write).__name__}")
    return write
