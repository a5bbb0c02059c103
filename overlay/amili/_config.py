"""Settings from arguments and environment variables, checked once; errors name the variable to set."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from amili._auth import AuthTokenProvider
from amili._core.engine import check_base_url
from amili._errors import ConfigurationError

BASE_URL, TOKEN, API_CODE = "AMILI_BASE_URL", "AMILI_TOKEN", "AMILI_API_CODE"
PRIVATE_KEY, PRIVATE_KEY_FILE, INSECURE = "AMILI_PRIVATE_KEY", "AMILI_PRIVATE_KEY_FILE", "AMILI_INSECURE"
_LONGEST_NAME = 200  # characters of a file name; a key is longer
_AROUND = "\ufeff \t\r\n"  # what files from other systems leave around a setting: byte order mark, spaces, line ends


def as_provider(auth: AuthTokenProvider | str, base_url: str, insecure: bool) -> AuthTokenProvider:
    """Return the provider for `auth=`, bound to this API."""
    if not isinstance(auth, AuthTokenProvider):
        if not isinstance(auth, str):
            raise ConfigurationError(f"auth must be an AuthTokenProvider or a token string, not {type(auth).__name__}")
        auth = AuthTokenProvider.from_token(auth)
    auth.bind(base_url, insecure=insecure)
    return auth


def from_environment(environ: Mapping[str, str], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return `overrides`, with `base_url`, `auth` and `insecure` from the environment if they are missing."""
    settings = dict(overrides)
    if settings.get("insecure") is None:
        settings["insecure"] = _is_insecure(environ.get(INSECURE, "").strip(_AROUND))
    if settings.get("base_url") is None:
        if not environ.get(BASE_URL):
            raise ConfigurationError(f"{BASE_URL} is not set; the vendor's sandbox is https://api-sandbox.amili.se")
        settings["base_url"] = check_base_url(environ[BASE_URL].strip(_AROUND), BASE_URL, insecure=settings["insecure"])
    if settings.get("auth") is None:
        settings["auth"] = _credential(environ)
    return settings


def _is_insecure(setting: str) -> bool:
    if setting not in ("", "0", "1"):
        raise ConfigurationError(f"{INSECURE} must be 1, or not set")
    return setting == "1"


def _credential(environ: Mapping[str, str]) -> AuthTokenProvider:
    given = {name for name in (TOKEN, API_CODE, PRIVATE_KEY, PRIVATE_KEY_FILE) if environ.get(name)}
    if not given:
        raise ConfigurationError(f"no credential: set {TOKEN}, or {API_CODE} together with {PRIVATE_KEY_FILE} or {PRIVATE_KEY}")
    if TOKEN in given and len(given) > 1:
        raise ConfigurationError(f"{TOKEN} and {', '.join(sorted(given - {TOKEN}))} are both set; unset one of them")
    if TOKEN in given:
        return _with_variable_name(TOKEN, AuthTokenProvider.from_token, environ[TOKEN].strip(_AROUND))
    if {PRIVATE_KEY, PRIVATE_KEY_FILE} <= given:
        raise ConfigurationError(f"{PRIVATE_KEY} and {PRIVATE_KEY_FILE} are both set; unset one of them")
    if API_CODE not in given:
        raise ConfigurationError(f"{min(given)} is set without {API_CODE}, the API code from the vendor")
    if given == {API_CODE}:
        raise ConfigurationError(f"{API_CODE} is set without a key: set {PRIVATE_KEY_FILE} or {PRIVATE_KEY}")
    source = PRIVATE_KEY if PRIVATE_KEY in given else PRIVATE_KEY_FILE
    setting = environ[source].strip(_AROUND)
    code = environ[API_CODE].strip(_AROUND)
    if not code:
        raise ConfigurationError(f"{API_CODE} is empty")
    pem = setting if source == PRIVATE_KEY else _read_key(setting)
    return _with_variable_name(source, AuthTokenProvider.from_private_key, code, pem)


def _with_variable_name(variable: str, make: Callable[..., AuthTokenProvider], *arguments: str | bytes) -> AuthTokenProvider:
    try:
        return make(*arguments)
    except ConfigurationError as problem:
        raise ConfigurationError(f"{variable}: {problem}") from None


def _read_key(file: str) -> bytes:
    if "-----" in file or not file.isprintable() or len(file) > _LONGEST_NAME:
        raise ConfigurationError(f"{PRIVATE_KEY_FILE} is not a file name; put the key itself into {PRIVATE_KEY}")
    try:
        return Path(file).read_bytes()
    except OSError as problem:
        raise ConfigurationError(f"{PRIVATE_KEY_FILE}={file} can't be read: {problem.strerror}") from None
