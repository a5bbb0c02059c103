"""Proxies and certificates of the environment: what is meant is done, and what can't be used is told by its name alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from amili import Amili, AsyncAmili, ConfigurationError

from tests.overlay.support import Clients
from tests.overlay.transport.test_connections import Variables, failure, variables
from tests.overlay.transport.test_sending import ONCE, WHOLE, RawServer
from tests.samples import CASE
from tests.virtual_time import BASE_URL

__all__ = ["variables"]  # a fixture
KINDS: list[Callable[..., Any]] = [Amili, AsyncAmili]
SOCKS, FTP, PORT = ("socks5://me:pw-s3cret@127.0.0.1:1", "ftp://me:pw-s3cret@127.0.0.1:1", "http://me:pw-s3cret@127.0.0.1:99999")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("ALL_PROXY", SOCKS, "ALL_PROXY in the environment can't be used; a socks proxy needs pip install 'httpx[socks]'"),
        ("https_proxy", FTP, "https_proxy in the environment can't be used"),
        ("HTTPS_PROXY", PORT, "HTTPS_PROXY in the environment can't be used"),
        ("HTTPS_PROXY", "http://[s3cret", "HTTPS_PROXY in the environment can't be used"),
        ("SSL_CERT_FILE", "/no/such/s3cret", "SSL_CERT_FILE in the environment is not a file with certificates"),
        ("SSLKEYLOGFILE", "/no/such/s3cret", "SSLKEYLOGFILE in the environment is not a file that can be written"),
        ("SSLKEYLOGFILE", "/", "SSLKEYLOGFILE in the environment is not a file that can be written"),
    ],
)
def test_what_keeps_the_http_library_from_opening_is_told_by_the_name_of_its_variable(
    kind: Callable[..., Any], variable: str, value: str, says: str, variables: Variables
) -> None:
    variables(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        kind(BASE_URL, "token")
    assert str(caught.value) == says


def test_a_file_with_certificates_that_is_right_is_not_named_beside_a_wrong_log_of_keys(
    variables: Variables, tmp_path: Path
) -> None:
    import certifi

    variables("SSL_CERT_FILE", certifi.where())
    variables("SSLKEYLOGFILE", "/no/such/file")
    with pytest.raises(ConfigurationError, match=r"^SSLKEYLOGFILE in the environment is not a file that can be written$"):
        Amili(BASE_URL, "token")
    variables("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    assert Amili(BASE_URL, "token")
    variables("SSL_CERT_FILE", str(tmp_path / "keys.log"))  # there, and empty
    with pytest.raises(ConfigurationError, match=r"^SSL_CERT_FILE in the environment is not a file with certificates$"):
        Amili(BASE_URL, "token")


def test_a_proxy_for_another_scheme_is_not_looked_at(variables: Variables) -> None:
    variables("HTTP_PROXY", FTP)
    assert Amili(BASE_URL, "token")


NO_PROXY: list[tuple[str, str, bool]] = [
    ("https://198.51.100.1", "", True),
    ("https://198.51.100.1", "*", False),
    ("https://198.51.100.1", "198.51.100.1", False),
    ("https://198.51.100.1", "198.51.100.0/24", False),
    ("https://198.51.100.1", "198.51.100.9/24", False),
    ("https://198.51.100.1", "198.51.101.0/24, fd00::/8", True),
    ("https://198.51.100.1", "100.1", True),
    ("https://198.51.100.1:8443", "198.51.100.1:8443", False),
    ("https://198.51.100.1:8443", "198.51.100.1:443", True),
    ("https://[2001:db8::1]", "fd00::/8", True),
    ("https://[2001:db8::1]", "2001:db8::/32", False),
    ("https://[2001:db8::1]", "2001:db8::1", False),
    ("https://[2001:db8::1]", "[2001:db8::1]", False),
    ("https://[2001:db8::1]", "[2001:db8::1]:443", False),
    ("https://[2001:db8::1]", "[2001:db8::1]:80", True),
    ("https://[2001:db8::1]", "[2001:db8::1", True),
    ("https://api.test", "api.test", False),
    ("https://api.test", "API.TEST", False),
    ("https://api.test.", "api.test", False),
    ("https://api.test", "test", False),
    ("https://api.test", ".test", False),
    ("https://api.test", "*.test", False),
    ("https://api.test", "i.test", True),
    ("https://api.test", "api.test:443", False),
    ("https://api.test", "api.test:8443", True),
    ("https://api.test", "https://api.test", False),
    ("https://api.test", "fd00::/8,[::1,::1:80000,,., [::1]:x,a:b:c,10.0.0.0/99,é, api.test", False),
    ("https://api.test", "fd00::/8 10.0.0.0/8 api.test", False),
    ("https://api.test", "10.0.0.0/8, [::1]", True),
]


@pytest.mark.parametrize(("address", "exempt", "proxied"), NO_PROXY, ids=repr)
def test_no_proxy_is_understood_and_what_is_not_is_skipped(
    address: str, exempt: str, proxied: bool, variables: Variables, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    asked: list[str] = []

    def nobody(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "x")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    variables("HTTPS_PROXY", "http://proxy.test")
    variables("NO_PROXY", exempt)
    with Amili(address, "token", retry=ONCE) as amili:
        failure(lambda: amili.cases().count())
    assert ("proxy.test" in asked) is proxied


@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_is_opened_as_the_environment_sets_it(kind: Callable[..., Any], variables: Variables) -> None:
    for address in ("proxy.test:80", "http://proxy.test", "https://me:pw@proxy.test:8443"):
        variables("https_proxy", address)
        assert kind(BASE_URL, "token")


def test_what_is_for_this_machine_goes_through_no_proxy(clients: Clients, unused_port: int, variables: Variables) -> None:
    variables("HTTP_PROXY", f"http://127.0.0.1:{unused_port}")
    variables("ALL_PROXY", f"http://127.0.0.1:{unused_port}")
    server = RawServer(WHOLE)
    assert clients(server.base_url, retry=ONCE).cases().count() == 0
    server.close()
    problem = failure(lambda: clients("http://api.test", insecure=True, retry=ONCE).case(CASE))
    assert str(problem).endswith("the connection was refused; it goes through a proxy that the environment sets")
