"""Settings from arguments and environment variables, checked once; errors name the variable to set."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Literal

from amili._auth import CREDENTIAL, AuthTokenProvider, credential_of
from amili._core.engine import Secret, check_base_url
from amili._errors import ConfigurationError

if TYPE_CHECKING:
    from amili._core.drift import Drift
    from amili._core.engine import Observer, RequestAttempt, Response
    from amili._core.quota import Quota
    from amili._core.writing import Journal
    from amili._tracing import Tracing

BASE_URL, INSECURE = "AMILI_BASE_URL", "AMILI_INSECURE"
_AROUND = "\ufeff \t\r\n"  # what files from other systems leave around a setting: byte order mark, spaces, line ends


def as_provider(auth: Secret[AuthTokenProvider | str], base_url: str, insecure: bool) -> AuthTokenProvider:
    """Return the provider for `auth=`, bound to this API."""
    provider = _provider(auth)
    if not isinstance(provider, AuthTokenProvider):
        raise ConfigurationError(f"auth must be an AuthTokenProvider or a token string, not {provider.__name__}")
    provider.bind(base_url, insecure=insecure)
    return provider


def _provider(auth: Secret[Any]) -> Any:
    """Return the provider of `auth=`, or its type if it is neither one nor a token."""
    if isinstance(auth.reveal(), str):
        return AuthTokenProvider.from_token(auth.reveal())
    return auth.reveal() if isinstance(auth.reveal(), AuthTokenProvider) else type(auth.reveal())


def from_environment(environ: Secret[Mapping[str, str]], overrides: Secret[dict[str, Any]]) -> dict[str, Any]:
    """Return `overrides`, with `base_url`, `auth` and `insecure` from the environment if they are missing."""
    given, found = _given(environ.reveal()), dict[str, Any]()
    if overrides.reveal().get("insecure") is None:
        found["insecure"] = _is_insecure(given.get(INSECURE, Secret("")).reveal())
    insecure = bool({**overrides.reveal(), **found}["insecure"])
    if overrides.reveal().get("base_url") is None:
        if BASE_URL not in given:
            raise ConfigurationError(f"{BASE_URL} is not set; the vendor's sandbox is https://api-sandbox.amili.se")
        found["base_url"] = check_base_url(given[BASE_URL].reveal(), BASE_URL, insecure=insecure)
    if overrides.reveal().get("auth") is None:
        found["auth"] = credential_of(given)
    return {**overrides.reveal(), **found}


def _given(environ: Mapping[str, str]) -> dict[str, Secret[str]]:
    """Return our variables that are set, without what surrounds their values."""
    return {name: Secret(environ[name].strip(_AROUND)) for name in (BASE_URL, INSECURE, *CREDENTIAL) if environ.get(name)}


def _is_insecure(setting: str) -> bool:
    if setting not in ("", "0", "1"):
        raise ConfigurationError(f"{INSECURE} must be 1, or not set")
    return setting == "1"


def drift_observer(drift: Drift | None) -> Callable[[str, Response, bool], None] | None:
    """Return what `drift=` is told of each response; None without it."""
    if drift is None:
        return None
    from amili._core.drift import Drift  # noqa: PLC0415 - rarely used

    if not isinstance(drift, Drift):
        raise ConfigurationError(f"drift= must be a Drift, as in drift=Drift(), not {type(drift).__name__}")
    return drift.observe


def open_tracing() -> Tracing:
    """Return what makes the spans of a client; raises ConfigurationError if OpenTelemetry is not installed."""
    try:
        from amili._tracing import Tracing  # noqa: PLC0415 - imports opentelemetry
    except ImportError:
        raise ConfigurationError("tracing=True needs the extra 'otel', which installs opentelemetry-api") from None
    return Tracing()


def observers(tracing: Tracing | None, on_request: Callable[[RequestAttempt], object] | None) -> tuple[Observer, ...]:
    """Return what is told of each attempt: the tracing, if any, and `on_request=`."""
    spans = () if tracing is None else (tracing.attempt,)
    if on_request is None:
        return spans
    if not callable(on_request) or iscoroutinefunction(on_request):
        raise ConfigurationError("on_request must be a plain function that takes a RequestAttempt, also for AsyncAmili")

    def observe(attempt: RequestAttempt, _: str) -> None:
        on_request(attempt)

    return (*spans, observe)


def open_journal(file: str | os.PathLike[str]) -> Journal:
    """Open the journal in a file; raises ConfigurationError if the file can't be used."""
    from amili._core.writing import open_journal  # noqa: PLC0415 - imports sqlite3, rarely used

    return open_journal(file)


def make_quota(quota: Quota | Literal["vendor", "off"]) -> Quota | None:
    """Return the quota for `quota=`; None if it is off."""
    if quota == "off":
        return None
    from amili._core.quota import Quota  # noqa: PLC0415 - not needed with quota="off"

    if quota != "vendor" and not isinstance(quota, Quota):
        raise ConfigurationError(f"quota={quota!r} is not a Quota, 'vendor' or 'off'")
    return Quota() if quota == "vendor" else quota
