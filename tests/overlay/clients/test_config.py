"""Settings from arguments and environment: what can't be used is told by the name under which it was given."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, AuthTokenProvider, ConfigurationError, Retry
from amili._config import as_provider, from_environment
from amili._core.engine.validation import checked_base_url
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.virtual_time import BASE_URL

KEY = (
    ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
)


@pytest.mark.parametrize(
    "address",
    [
        "https://api.test",
        "https://api.test.",
        "http://" + "a" * 63 + ".test",
        "http://127.0.0.1:8080",
        "https://api.test/v1",
        "http://[::1]:80",
    ],
)
def test_a_good_address_is_taken_without_its_last_slash(address: str) -> None:
    assert checked_base_url(address) == address
    assert checked_base_url(address + "/") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.test",
        "ftp://api.test",
        "https://",
        "https://:443",
        "https://api.test:0",
        "https://api.test:99999",
        "https://api.test:x",
        "http://[::1",
        "http://exa mple.test",
        "http://api.test\n",
        "http://a\x00b",
        None,
        5,
        b"https://api.test",
        "http://a..b",
        "http://.",
        "http://.a",
        "http://" + "a" * 64 + ".test",
    ],
    ids=repr,
)
def test_an_address_that_is_none_is_refused_under_its_name(address: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^THE_NAME is not the address of an API, such as https://"):
        checked_base_url(address, "THE_NAME")
    for client in (Amili, AsyncAmili):
        with pytest.raises(ConfigurationError, match=r"^base_url is not the address"):
            client(address, "token")


@pytest.mark.parametrize(
    "address",
    ["http://" + "a" * 100_000, "http://a/" + "b" * 100_000, "http://xn--a-ecp.ru\u200b", "http://\u2603.test"],
    ids=["long", "long path", "invisible", "snowman"],
)
def test_an_address_that_only_the_network_library_refuses_is_refused_in_the_same_words(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^base_url is not the address"):
        Amili(address, "token")


@pytest.mark.parametrize(
    "address", ["https://me@api.test", "https://me:secret@api.test", "https://api.test?key=secret", "https://api.test#secret"]
)
def test_an_address_that_holds_more_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(ConfigurationError, match="holds more than the address of an API") as caught:
        checked_base_url(address)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("timeout", [0, -1, True, "30", None, float("nan"), float("inf"), 1e9])
def test_a_timeout_that_is_none_is_refused(timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match="timeout is the number of seconds"):
        Amili(BASE_URL, "token", timeout=timeout)


@pytest.mark.parametrize("quota", ["none", 5, None, []])
def test_a_quota_that_is_none_is_refused(quota: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"quota=.* is not a Quota, 'vendor' or 'off'"):
        Amili(BASE_URL, "token", quota=quota)


def test_auth_is_a_provider_or_a_token() -> None:
    provider = AuthTokenProvider.from_api_code("code")
    assert as_provider(provider, BASE_URL) is provider
    assert provider.base_url == BASE_URL
    assert as_provider("a-token", BASE_URL).current_token() == "a-token"
    for wrong in (None, 5, b"token"):
        with pytest.raises(ConfigurationError, match="auth takes an AuthTokenProvider or a token as text, not"):
            as_provider(wrong, BASE_URL)  # type: ignore[arg-type]


def environment(**values: str) -> dict[str, str]:
    return {f"AMILI_{name}": value for name, value in values.items()}


def test_a_token_from_the_environment() -> None:
    settings = from_environment(environment(BASE_URL=BASE_URL + "/", TOKEN="a-token"), {})
    assert settings["base_url"] == BASE_URL
    assert settings["auth"].current_token() == "a-token"


def test_a_key_from_the_environment_or_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(KEY)
    for given in ({"PRIVATE_KEY": KEY}, {"PRIVATE_KEY": KEY.replace("\n", "\\n")}, {"PRIVATE_KEY_FILE": str(file)}):
        settings = from_environment(environment(BASE_URL=BASE_URL, API_CODE="code", **given), {})
        assert settings["auth"].renewable


def test_overrides_come_first_and_then_nothing_else_is_needed() -> None:
    provider = AuthTokenProvider.from_token("mine")
    overrides = {"base_url": BASE_URL, "auth": provider, "timeout": 5.0}
    assert from_environment({}, overrides) == overrides
    assert from_environment(environment(BASE_URL="nonsense", TOKEN=" "), overrides) == overrides
    settings = from_environment(environment(BASE_URL=BASE_URL, TOKEN="a"), {"base_url": None, "auth": None})
    assert settings["base_url"] == BASE_URL


def test_both_clients_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(BASE_URL=BASE_URL, TOKEN="a-token").items():
        monkeypatch.setenv(name, value)
    with Amili.from_env(timeout=5.0) as amili:
        assert repr(amili) == f"Amili('{BASE_URL}')"
    assert repr(AsyncAmili.from_env()) == f"AsyncAmili('{BASE_URL}')"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"TOKEN": "t"}, "^AMILI_BASE_URL is not set"),
        ({"BASE_URL": "", "TOKEN": "t"}, "^AMILI_BASE_URL is not set"),
        ({"BASE_URL": "nonsense", "TOKEN": "t"}, "^AMILI_BASE_URL is not the address"),
        ({}, "^no credential: set AMILI_TOKEN, or AMILI_API_CODE together with AMILI_PRIVATE_KEY_FILE or AMILI_PRIVATE_KEY$"),
        ({"TOKEN": " "}, "^AMILI_TOKEN: the token is empty"),
        ({"TOKEN": "å"}, "^AMILI_TOKEN: .*characters that can't stand in a header"),
        ({"TOKEN": "t", "API_CODE": "c"}, "^AMILI_TOKEN and AMILI_API_CODE are both set; unset one"),
        ({"TOKEN": "t", "PRIVATE_KEY": "k", "API_CODE": "c"}, "^AMILI_TOKEN and AMILI_API_CODE, AMILI_PRIVATE_KEY are both set"),
        ({"PRIVATE_KEY": "k", "PRIVATE_KEY_FILE": "f"}, "^AMILI_PRIVATE_KEY and AMILI_PRIVATE_KEY_FILE are both set"),
        ({"PRIVATE_KEY": "k"}, "^AMILI_PRIVATE_KEY is set without AMILI_API_CODE"),
        ({"PRIVATE_KEY_FILE": "f"}, "^AMILI_PRIVATE_KEY_FILE is set without AMILI_API_CODE"),
        ({"API_CODE": "c"}, "^AMILI_API_CODE is set without a key: set AMILI_PRIVATE_KEY_FILE or AMILI_PRIVATE_KEY$"),
        pytest.param({"API_CODE": " ", "PRIVATE_KEY": KEY}, "^AMILI_API_CODE is empty", id="a blank code"),
        ({"API_CODE": "c", "PRIVATE_KEY": "k"}, "^AMILI_PRIVATE_KEY: the private key is not a private key in PEM form"),
        (
            {"API_CODE": "c", "PRIVATE_KEY_FILE": "/no/such/file"},
            "^AMILI_PRIVATE_KEY_FILE=/no/such/file can't be read: No such file",
        ),
        ({"API_CODE": "c", "PRIVATE_KEY_FILE": os.sep}, "^AMILI_PRIVATE_KEY_FILE=/ can't be read: Is a directory"),
    ],
    ids=repr,
)
def test_what_is_missing_contradictory_or_unreadable_is_named(values: dict[str, str], says: str) -> None:
    base = {"BASE_URL": BASE_URL} if "base_url" not in says.lower() else {}
    with pytest.raises(ConfigurationError, match=says) as caught:
        from_environment(environment(**(base | values)), {})
    assert KEY not in str(caught.value)


def test_a_key_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match=r"^AMILI_PRIVATE_KEY_FILE: the private key is not"):
        from_environment(environment(BASE_URL=BASE_URL, API_CODE="c", PRIVATE_KEY_FILE=str(file)), {})


@pytest.mark.parametrize(
    "mistaken", [KEY, KEY.replace("\n", "\\n"), KEY.replace("\n", " "), "MHc" + "a" * 300, "a\nb"], ids=lambda _: "x"
)
def test_a_key_in_place_of_the_name_of_its_file_is_not_repeated(mistaken: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_environment(environment(BASE_URL=BASE_URL, API_CODE="c", PRIVATE_KEY_FILE=mistaken), {})
    assert str(caught.value) == "AMILI_PRIVATE_KEY_FILE is not the name of a file; the key itself goes into AMILI_PRIVATE_KEY"


@pytest.mark.parametrize("retry", ["x", 5, Retry, {}])
def test_rules_that_are_none_are_refused(retry: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"retry takes a Retry, such as Retry\(total=30\), not"):
        Amili(BASE_URL, "token", retry=retry)


@pytest.mark.parametrize(
    ("client", "transport"),
    [(Amili, "x"), (Amili, httpx.AsyncHTTPTransport), (AsyncAmili, "x"), (AsyncAmili, httpx.HTTPTransport)],
)
def test_a_transport_of_another_kind_is_refused(client: Any, transport: Any) -> None:
    given = transport if isinstance(transport, str) else transport()
    with pytest.raises(ConfigurationError, match=r"transport takes an httpx transport with handle_(async_)?request\(\), not"):
        client(BASE_URL, "token", transport=given)


@pytest.mark.parametrize("client", [Amili, AsyncAmili])
@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        (
            "ALL_PROXY",
            "socks5://me:pw-s3cret@127.0.0.1:1",
            r"ALL_PROXY in the environment can't be used; a socks proxy needs pip",
        ),
        ("https_proxy", "ftp://me:pw-s3cret@127.0.0.1:1", r"https_proxy in the environment can't be used$"),
        ("HTTPS_PROXY", "http://me:pw-s3cret@127.0.0.1:99999", r"HTTPS_PROXY in the environment can't be used$"),
        ("NO_PROXY", "[::1", r"NO_PROXY in the environment can't be used$"),
        ("SSL_CERT_FILE", "/no/such/s3cret", r"SSL_CERT_FILE in the environment names no file with certificates$"),
    ],
)
def test_what_keeps_the_http_library_from_opening_is_told_by_the_name_of_its_variable(
    client: Any, variable: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=says) as caught:
        client(BASE_URL, "token")
    assert "s3cret" not in str(caught.value)
