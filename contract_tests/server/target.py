"""The server under test: its address, its credentials, and its rate limit."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from amili import Amili, AuthTokenProvider, ConfigurationError

from contract_tests.messages import is_loopback
from contract_tests.options import NotConfigured

if TYPE_CHECKING:  # pytest wants to be the first to import a plugin
    from amili_sandbox.testing import SandboxProcess

RATE = 90  # requests a minute; the vendor allows 100
MAX_REQUESTS, MAX_CLEANUP_REQUESTS = 222, 26  # requests of a run, and of the clean-up after it; with two for tokens that is 250


@dataclass(frozen=True)
class Account:
    """The credentials of one account and its creditor."""

    token: str = field(repr=False)
    account: str
    creditor: str


@dataclass
class RequestCount:
    """How many requests a run has sent, over all layers."""

    requests: int = 0


@dataclass(frozen=True)
class Target:
    """One server and the accounts that may be used there; another account and other creditors are known on the stand-in only."""

    base_url: str
    account: Account
    other_account: Account | None = None
    second_creditor: str | None = None
    inactive_creditor: str | None = None
    rate: float = 0.0  # requests a minute; 0 is as fast as it goes
    api_code: str = field(default="", repr=False)  # of the account, where credentials may be forged: on the stand-in only
    private_key: bytes = field(default=b"", repr=False)  # to that code
    is_stand_in: bool = False  # a stand-in of our own, where unexpected methods do no harm; a loopback address may lead anywhere
    pass_time: Callable[[float], None] = field(default=lambda _: None, compare=False)  # moves the clock of a stand-in; seconds
    max_requests: int = 0  # requests of a run; 0 is as many as it takes
    request_count: RequestCount = field(default_factory=RequestCount, compare=False)

    @property
    def tokens(self) -> dict[str, str]:
        """The secret tokens that may be sent, each with its variable in a shell."""
        known = {self.account.token: "AMILI_TOKEN"}
        return known | ({self.other_account.token: "AMILI_STRANGER_TOKEN"} if self.other_account else {})

    @property
    def retries(self) -> int:
        """How often to look again for a case that was just registered."""
        return 0 if self.is_stand_in else 5


def stand_in(sandbox: "SandboxProcess") -> Target:
    """Return a running stand-in as a target."""
    other_account = sandbox.accounts()[1]
    return Target(
        base_url=sandbox.base_url,
        account=Account(sandbox.token, sandbox.account, sandbox.creditor),
        other_account=Account(other_account["token"], other_account["account"], other_account["creditor"]),
        second_creditor=sandbox.creditor[:-2] + "3a",
        inactive_creditor=sandbox.creditor[:-2] + "39",
        api_code=sandbox.api_code,
        private_key=Path(sandbox.private_key_file).read_bytes(),
        is_stand_in=True,
        pass_time=lambda seconds: sandbox.clock.advance(seconds=seconds),
    )


def check_settings(base_url: str | None) -> None:
    """Raise NotConfigured, which names the setting, if a server, or a stand-in of our own, can't be asked; sends nothing."""
    try:
        if base_url is None:
            Amili("http://127.0.0.1:9", "no token").close()  # proxies and certificates are read here
        else:
            _needed("AMILI_ACCOUNT"), _needed("AMILI_CREDITOR")
            Amili.from_env(base_url=base_url).close()
    except ConfigurationError as problem:
        raise NotConfigured(str(problem)) from None
    try:
        httpx.Client().close()  # which reads every proxy, and not only that of this address
    except ValueError:
        raise NotConfigured("a proxy in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY is no URL that can be used") from None


def from_environment(base_url: str, rate: float | None, max_requests: int = MAX_REQUESTS) -> Target:
    """Return a target with the credentials in AMILI_*; raises NotConfigured, or an AmiliError if no token can be had."""
    check_settings(base_url)
    account, creditor = _needed("AMILI_ACCOUNT"), _needed("AMILI_CREDITOR")
    pace, max_requests = (0.0, 0) if is_loopback(base_url) else (RATE, max_requests)
    own = Account(_provider(base_url).get_valid_token(), account, creditor)
    return Target(base_url.rstrip("/"), own, rate=pace if rate is None else rate, max_requests=max_requests)


def _provider(base_url: str) -> AuthTokenProvider:
    if token := os.environ.get("AMILI_TOKEN"):
        return AuthTokenProvider.from_token(token)
    file = os.environ.get("AMILI_PRIVATE_KEY_FILE")
    key = Path(file).read_bytes() if file else os.environ["AMILI_PRIVATE_KEY"].replace("\\n", "\n").encode()
    code = os.environ["AMILI_API_CODE"]
    return AuthTokenProvider.from_private_key(code, key, base_url=base_url, insecure=True)  # from_env() has checked it


def _needed(name: str) -> str:
    if not os.environ.get(name):
        raise NotConfigured(f"{name} is not set; the suite registers its invoices under it")
    return os.environ[name]
