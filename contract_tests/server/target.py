"""The server that is asked: where it is, how one gets in, and how fast it may be asked."""

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from amili import AuthTokenProvider, ConfigurationError
from amili._settings import from_environment as credentials

if TYPE_CHECKING:  # pytest wants to be the first to import a plugin
    from amili_sandbox.process import SandboxProcess

RATE = 90  # requests a minute; the vendor allows 100
MOST, SWEPT = 222, 26  # requests of a run, and of the clean-up after it; with two for tokens that is 250


class NotConfigured(ValueError):
    """Something is missing that only a person can give; the message names the variable."""


@dataclass(frozen=True)
class Account:
    """Who asks."""

    token: str = field(repr=False)
    account: str
    creditor: str


@dataclass
class Spent:
    """How many requests a run has sent, over all layers."""

    requests: int = 0


@dataclass(frozen=True)
class Target:
    """One server and the accounts that may be used there; a stranger and other creditors are known on the stand-in only."""

    base_url: str
    own: Account
    stranger: Account | None = None
    second_creditor: str | None = None
    inactive_creditor: str | None = None
    rate: float = 0.0  # requests a minute; 0 is as fast as it goes
    local: bool = False  # a stand-in of our own, where unexpected methods hurt nobody; a loopback address may lead anywhere
    pass_time: Callable[[], None] = field(default=lambda: None, compare=False)  # where the pace of asking does not let it pass
    most: int = 0  # requests of a run; 0 is as many as it takes
    spent: Spent = field(default_factory=Spent, compare=False)

    @property
    def patience(self) -> int:
        """How often to look again for a case that was just registered."""
        return 0 if self.local else 5


def is_loopback(url: str) -> bool:
    """Tell whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def stand_in(sandbox: "SandboxProcess") -> Target:
    """Return a running stand-in as a target."""
    stranger = sandbox.accounts()[1]
    return Target(
        base_url=sandbox.base_url,
        own=Account(sandbox.token, sandbox.account, sandbox.creditor),
        stranger=Account(stranger["token"], stranger["account"], stranger["creditor"]),
        second_creditor=sandbox.creditor[:-2] + "3a",
        inactive_creditor=sandbox.creditor[:-2] + "39",
        local=True,
        pass_time=lambda: sandbox.clock.advance(seconds=5),
    )


def from_environment(base_url: str, rate: float | None, environment: Mapping[str, str] | None = None, most: int = MOST) -> Target:
    """Return a target with the credentials in AMILI_*; raises NotConfigured, or an AmiliError if no token can be had."""
    known = os.environ if environment is None else environment
    account, creditor = _needed(known, "AMILI_ACCOUNT"), _needed(known, "AMILI_CREDITOR")
    try:
        provider: AuthTokenProvider = credentials(known, {"base_url": base_url})["auth"]
        provider.bind(base_url)
    except ConfigurationError as problem:
        raise NotConfigured(str(problem)) from None
    pace, most = (0.0, 0) if is_loopback(base_url) else (RATE, most)
    own = Account(provider.get_valid_token(), account, creditor)
    return Target(base_url.rstrip("/"), own, rate=pace if rate is None else rate, most=most)


def _needed(known: Mapping[str, str], name: str) -> str:
    if not known.get(name):
        raise NotConfigured(f"{name} is not set; it says under whom the suite registers its invoices")
    return known[name]
