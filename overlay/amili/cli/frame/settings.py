"""Which value each setting has, where it comes from, and the credential of all origins together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from amili._core.engine import Secret, check_base_url, is_database_address, is_loopback
from amili._errors import ConfigurationError
from amili.cli.frame.layers import CREDENTIAL_FILES, PREFIX, SECRETS, Layer

if TYPE_CHECKING:
    from amili._auth import AuthTokenProvider

_SLOTS = {"token": "token", "token_file": "token", "api_code": "api_code", "api_code_file": "api_code",
          "private_key": "key", "private_key_file": "key"}  # fmt: skip


class Setting(NamedTuple):
    """A setting and what it is for; a secret is never shown."""

    name: str
    meaning: str

    @property
    def is_secret(self) -> bool:
        """Whether its value must not be shown."""
        return self.name in SECRETS


SETTINGS = (
    Setting("base_url", "the URL of the API"),
    Setting("token", "a token from elsewhere"),
    Setting("token_file", "a file with the token"),
    Setting("api_code", "the API code from the vendor"),
    Setting("api_code_file", "a file with the API code"),
    Setting("private_key", "the private key, in PEM form"),
    Setting("private_key_file", "the file with the private key"),
    Setting("insecure", "1: allow http:// to another machine"),
    Setting("account", "the account, for invoices that name none"),
    Setting("creditor", "the creditor, for invoices that name none, and to find a case by its number"),
    Setting("journal", "the file that records writes"),
    Setting("quota", "a file or `postgresql://` address by which programs share the rate limit, or `off`"),
)


@dataclass(frozen=True)
class Settings:
    """All settings; `sources` names where each comes from, `folder` is the application's own."""

    values: Mapping[str, Secret[str]]
    sources: Mapping[str, str]
    folder: Path
    profile: str | None = None

    def get(self, name: str) -> str | None:
        """Return the value of a setting that is no secret."""
        return self.values[name].reveal() if name in self.values and name not in SECRETS else None

    def shown(self, setting: Setting) -> str | None:
        """Return what may be shown of a setting; None if it is not set."""
        if setting.name not in self.values:
            return None
        value = self.values[setting.name].reveal()
        return "(set, not shown)" if setting.is_secret else re.sub(r"//[^/@]*@", "//***@", value)

    @property
    def insecure(self) -> bool:
        """Whether http:// to another machine is allowed; raises ConfigurationError for anything but 1."""
        given = self.get("insecure") or ""
        if given not in ("", "0", "1"):
            raise ConfigurationError("AMILI_INSECURE must be 1, or not set")
        return given == "1"

    @property
    def base_url(self) -> str:
        """The URL of the API; raises ConfigurationError if there is none that can be used."""
        given = self.get("base_url")
        if given is None:
            message = (
                "no server: set AMILI_BASE_URL, or base_url in a profile; the vendor's sandbox is https://api-sandbox.amili.se"
            )
            raise ConfigurationError(f"{message}, and `amili sandbox` starts a stand-in on this machine")
        return check_base_url(given, PREFIX + "BASE_URL", insecure=self.insecure)

    @property
    def is_local(self) -> bool:
        """Whether the server is certainly on this machine, such as the stand-in."""
        return is_loopback((urlsplit(self.base_url).hostname or "").lower())

    def credential(self) -> AuthTokenProvider:
        """Return the provider of tokens; raises ConfigurationError naming what is missing, contradictory or unreadable."""
        from amili._auth import credential_of

        given = {name: self.values[name] for name in _SLOTS if name in self.values}
        for name in CREDENTIAL_FILES[:2]:
            if name in given:
                given[_SLOTS[name]] = _content(name, given.pop(name))
        return credential_of({PREFIX + name.upper(): value for name, value in given.items()})

    def journal(self) -> Path:
        """Return the file that records writes: by default one for each server and profile.

        A write that is looked up at another server, or with another credential, would seem not to have happened.
        """
        given = self.get("journal")
        if is_database_address(given):
            raise ConfigurationError("AMILI_JOURNAL must be a file; a journal in PostgreSQL is for programs: Amili(journal=)")
        if given is not None:
            return Path(given)
        names = [urlsplit(self.base_url).netloc, *([] if self.profile is None else [self.profile])]
        return self.folder / "journals" / f"{'.'.join(re.sub(r'[^A-Za-z0-9.-]+', '-', name) for name in names)}.sqlite"


def read_settings(found: Sequence[Layer], folder: Path) -> Settings:
    """Return the settings of all layers, of which the first is the strongest.

    A token of one layer and a signed credential of another are not mixed: the stronger layer decides which of them is used.
    """
    values, sources = dict[str, Secret[str]](), dict[str, str]()
    for layer in found:
        taken = {_SLOTS[name] for name in values if name in _SLOTS}
        for name, value in layer.values.items():
            slot = _SLOTS.get(name)
            is_free = name not in values if slot is None else slot not in taken and not (taken and "token" in {slot, *taken})
            if is_free:
                values[name], sources[name] = value, layer.source
    for one, other in (("token", "token_file"), ("api_code", "api_code_file")):
        if {one, other} <= values.keys():
            raise ConfigurationError(f"{one} and {other} are both set in {sources[one]}; unset one of them")
    profile = next((layer.profile for layer in found if layer.profile is not None), None)
    return Settings(values, sources, folder, profile)


def _content(name: str, setting: Secret[str]) -> Secret[str]:
    file = Path(setting.reveal())
    try:
        return Secret(file.read_text(encoding="utf-8-sig").strip())
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not text"
        raise ConfigurationError(f"{PREFIX}{name.upper()}={file} can't be read: {reason}") from None
