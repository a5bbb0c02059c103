"""The credential as environment variables name it."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from amili._auth.provider import AuthTokenProvider
from amili._core.engine import Secret, logger
from amili._errors import ConfigurationError

TOKEN, API_CODE = "AMILI_TOKEN", "AMILI_API_CODE"
PRIVATE_KEY, PRIVATE_KEY_FILE = "AMILI_PRIVATE_KEY", "AMILI_PRIVATE_KEY_FILE"
CREDENTIAL = (TOKEN, API_CODE, PRIVATE_KEY, PRIVATE_KEY_FILE)
_OTHERS = 0o006  # the mode bits of users that are neither the owner nor in the group of a file
_LONGEST_NAME = 200  # characters of a file name; a key is longer


def credential_of(settings: Mapping[str, Secret[str]]) -> AuthTokenProvider:
    """Return the provider for the variables that are set; raises ConfigurationError naming what is missing or contradictory."""
    given = set(CREDENTIAL) & settings.keys()
    if not given:
        raise ConfigurationError(f"no credential: set {TOKEN}, or {API_CODE} together with {PRIVATE_KEY_FILE} or {PRIVATE_KEY}")
    if TOKEN in given and len(given) > 1:
        raise ConfigurationError(f"{TOKEN} and {', '.join(sorted(given - {TOKEN}))} are both set; unset one of them")
    if TOKEN in given:
        return _with_variable_name(TOKEN, AuthTokenProvider.from_token, settings[TOKEN])
    if {PRIVATE_KEY, PRIVATE_KEY_FILE} <= given:
        raise ConfigurationError(f"{PRIVATE_KEY} and {PRIVATE_KEY_FILE} are both set; unset one of them")
    if API_CODE not in given:
        raise ConfigurationError(f"{min(given)} is set without {API_CODE}, the API code from the vendor")
    if given == {API_CODE}:
        raise ConfigurationError(f"{API_CODE} is set without a key: set {PRIVATE_KEY_FILE} or {PRIVATE_KEY}")
    if not settings[API_CODE].reveal():
        raise ConfigurationError(f"{API_CODE} is empty")
    pem: Secret[Any] = settings[PRIVATE_KEY] if PRIVATE_KEY in given else _read_key(settings[PRIVATE_KEY_FILE])
    source = PRIVATE_KEY if PRIVATE_KEY in given else PRIVATE_KEY_FILE
    return _with_variable_name(source, AuthTokenProvider.from_private_key, settings[API_CODE], pem)


def _with_variable_name(variable: str, make: Callable[..., AuthTokenProvider], *values: Secret[Any]) -> AuthTokenProvider:
    try:
        return make(*(value.reveal() for value in values))
    except ConfigurationError as problem:
        raise ConfigurationError(f"{variable}: {problem}") from None


def _read_key(setting: Secret[str]) -> Secret[bytes]:
    if not _is_file_name(setting.reveal()):
        raise ConfigurationError(f"{PRIVATE_KEY_FILE} is not a file name; put the key itself into {PRIVATE_KEY}")
    file = Path(setting.reveal())
    try:
        pem, mode = Secret(file.read_bytes()), file.stat().st_mode
    except OSError as problem:
        raise ConfigurationError(f"{PRIVATE_KEY_FILE}={file} can't be read: {problem.strerror}") from None
    if os.name == "posix" and mode & _OTHERS:
        logger.warning("%s=%s: every user of this machine may read or change this key; chmod 600 it", PRIVATE_KEY_FILE, file)
    return pem


def _is_file_name(text: str) -> bool:
    return "-----" not in text and text.isprintable() and len(text) <= _LONGEST_NAME
