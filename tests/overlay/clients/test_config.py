"""Settings from arguments and environment: what can't be used is told by the name under which it was given."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import Amili, AsyncAmili, AuthTokenProvider, ConfigurationError, Retry
from amili._core.engine import check_base_url
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.overlay.support import reply
from tests.samples import page
from tests.virtual_time import BASE_URL

KEY = (
    ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
)


Environment = Callable[..., None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Sets variables of the environment, named without AMILI_."""

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"AMILI_{name}", value)

    return put


@pytest.mark.parametrize(
    "address",
    [
        "https://api.test",
        "https://api.test.",
        "https://" + "a" * 63 + ".test",
        "https://xn--mller-kva.test",
        "https://api.test/v1",
        "https://[2001:db8::1]:443",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]:80",
        "http://localhost:80",
        "http://LOCALHOST:80",
    ],
)
def test_a_good_address_is_taken_without_its_last_slash(address: str) -> None:
    assert check_base_url(address) == address
    assert check_base_url(address + "/") == address


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
        "https://[::1",
        "https://[v1.x]",
        "https://exa mple.test",
        "https://exa%6dple.test",
        "https://api.test\n",
        "https://a\x00b",
        None,
        5,
        b"https://api.test",
        "https://a..b",
        "https://.",
        "https://.a",
        "https://" + "a" * 64 + ".test",
    ],
    ids=repr,
)
def test_an_address_that_is_none_is_refused_under_its_name(address: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^THE_NAME must be the URL of an API, such as https://"):
        check_base_url(address, "THE_NAME")
    for client in (Amili, AsyncAmili):
        with pytest.raises(ConfigurationError, match=r"^base_url must be the URL"):
            client(address, "token")


@pytest.mark.parametrize(
    "address",
    ["https://" + "a" * 100_000, "https://a/" + "b" * 100_000, "https://xn--a-ecp.ru\u200b"],
    ids=["long", "long path", "invisible"],
)
def test_an_address_that_only_the_network_library_refuses_is_refused_in_the_same_words(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^base_url must be the URL"):
        Amili(address, "token")


@pytest.mark.parametrize(
    "address",
    [
        "https://me@api.test",
        "https://@api.test",
        "https://me:secret@api.test",
        "https://api.test?key=secret",
        "https://api.test?",
        "https://api.test#secret",
        "https://api.test/#",
    ],
)
def test_an_address_that_holds_more_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(ConfigurationError, match="has more than scheme, host, port and path") as caught:
        check_base_url(address)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://api.test\\@other.test",
        "https://api.test\\v1",
        "https://api.test/v1/../v2",
        "https://api.test/..",
        "https://api.test/./v1",
        "https://api.test/v1/%2e%2E/v2",
        "https://api.test/v1%2f..",
    ],
)
def test_an_address_that_programs_read_differently_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^base_url has (a backslash or a path|more than scheme)"):
        check_base_url(address)


@pytest.mark.parametrize(
    ("address", "character"),
    [
        ("https://api-sandbox.\u0430mili.se", "U\\+0430"),  # a Cyrillic a
        ("https://\u2603.test", "U\\+2603"),
        ("https://api.test/v\u0661", "U\\+0661"),
        ("https://\uff21mili.se", "U\\+FF21"),
        ("https://api\u3002test", "U\\+3002"),
    ],
)
def test_an_address_with_characters_that_may_look_like_others_is_refused(address: str, character: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^base_url has the character {character}, which may look like another"):
        check_base_url(address)


@pytest.mark.parametrize(
    "address",
    ["http://api.test", "http://sandbox:8000", "http://10.0.0.1", "http://localhost.test", "http://[::2]", "http://0.0.0.0"],
)
def test_http_goes_only_to_this_machine_unless_the_caller_says_so(address: str, environment: Environment) -> None:
    for refused in (
        lambda: Amili(address, "t"),
        lambda: AsyncAmili(address, "t"),
        lambda: AuthTokenProvider.from_api_code("c", base_url=address),
        lambda: AuthTokenProvider.from_api_code("c").bind(address),
        lambda: Amili.from_env(base_url=address, auth="t"),
    ):
        with pytest.raises(
            ConfigurationError, match=r"^base_url is an http URL: others .*or insecure=True \(or AMILI_INSECURE=1\)"
        ):
            refused()
    assert Amili(address, AuthTokenProvider.from_api_code("c"), insecure=True)
    assert AsyncAmili(address, "t", insecure=True)
    assert AuthTokenProvider.from_api_code("c", base_url=address, insecure=True).base_url == address
    environment(BASE_URL=address, TOKEN="t")
    with pytest.raises(ConfigurationError, match=r"^AMILI_BASE_URL is an http URL"):
        Amili.from_env()
    assert Amili.from_env(insecure=True)
    environment(INSECURE="1")
    assert Amili.from_env()
    with pytest.raises(ConfigurationError, match=r"^AMILI_BASE_URL is an http URL"):
        Amili.from_env(insecure=False)


@pytest.mark.parametrize("setting", ["true", "yes", "2"])
def test_a_setting_of_insecure_that_is_not_understood_is_refused(setting: str, environment: Environment) -> None:
    environment(BASE_URL=BASE_URL, TOKEN="t", INSECURE=setting)
    with pytest.raises(ConfigurationError, match=r"^AMILI_INSECURE must be 1, or not set$"):
        Amili.from_env()


def test_insecure_is_true_or_false() -> None:
    wrong: Any = "no"
    with pytest.raises(ConfigurationError, match="insecure must be True or False, not str"):
        Amili(BASE_URL, "token", insecure=wrong)


@pytest.mark.parametrize("timeout", [0, -1, True, "30", None, float("nan"), float("inf"), 1e9])
def test_a_timeout_that_is_none_is_refused(timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match="timeout must be the number of seconds"):
        Amili(BASE_URL, "token", timeout=timeout)


@pytest.mark.parametrize("quota", ["none", 5, None, []])
def test_a_quota_that_is_none_is_refused(quota: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"quota=.* is not a Quota, 'vendor' or 'off'"):
        Amili(BASE_URL, "token", quota=quota)


def test_auth_is_a_provider_or_a_token() -> None:
    provider = AuthTokenProvider.from_api_code("code")
    Amili(BASE_URL, provider)
    assert provider.base_url == BASE_URL
    wrongs: list[Any] = [None, 5, b"token"]
    for wrong in wrongs:
        with pytest.raises(ConfigurationError, match="auth must be an AuthTokenProvider or a token string, not"):
            Amili(BASE_URL, wrong)


def first_request(**overrides: Any) -> httpx.Request:
    """The first request of a client made from the environment."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply({"token": "t"} if "authenticates" in request.url.path else page())

    with Amili.from_env(transport=httpx.MockTransport(handler), **overrides) as amili:
        amili.cases().count()
    return seen[0]


def test_both_clients_read_a_token_from_the_environment(environment: Environment) -> None:
    environment(BASE_URL=BASE_URL + "/", TOKEN="a-token")
    assert first_request().headers["x-api-key"] == "a-token"
    assert first_request(base_url=None, auth=None).headers["x-api-key"] == "a-token"
    assert repr(Amili.from_env(timeout=5.0)) == f"Amili('{BASE_URL}')"
    assert repr(AsyncAmili.from_env()) == f"AsyncAmili('{BASE_URL}')"


@pytest.mark.parametrize("form", ["text", "one line", "file"])
def test_a_key_from_the_environment_or_from_a_file(form: str, tmp_path: Path, environment: Environment) -> None:
    file = tmp_path / "key.pem"
    file.write_text(KEY)
    given = {
        "text": {"PRIVATE_KEY": KEY},
        "one line": {"PRIVATE_KEY": KEY.replace("\n", "\\n")},
        "file": {"PRIVATE_KEY_FILE": str(file)},
    }
    environment(BASE_URL=BASE_URL, API_CODE="code", **given[form])
    exchange = first_request()
    assert (exchange.method, exchange.url.path) == ("GET", "/authenticates/api-code")


@pytest.mark.parametrize(("before", "after"), [("", "\r"), ("\ufeff", "\r\n"), (" ", "\t")], ids=["CR", "BOM", "spaces"])
def test_what_other_systems_leave_around_a_setting_is_removed(
    before: str, after: str, tmp_path: Path, environment: Environment
) -> None:
    file = tmp_path / "key.pem"
    file.write_text(KEY)
    around = {name: before + value + after for name, value in {"BASE_URL": BASE_URL, "API_CODE": "code"}.items()}
    environment(**around, PRIVATE_KEY_FILE=f"{before}{file}{after}")
    exchange = first_request()
    payload = exchange.headers["x-api-key"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(payload + "=="))["api_code"] == "code"


def test_what_is_around_a_token_is_removed(environment: Environment) -> None:
    environment(BASE_URL=BASE_URL, TOKEN="\ufeffa-token\r\n")
    assert first_request().headers["x-api-key"] == "a-token"


def test_overrides_come_first_and_then_nothing_else_is_needed(environment: Environment) -> None:
    for _ in range(2):
        request = first_request(base_url=BASE_URL, auth=AuthTokenProvider.from_token("mine"))
        assert (request.url.host, request.headers["x-api-key"]) == ("amili.test", "mine")
        environment(BASE_URL="nonsense", TOKEN=" ")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"TOKEN": "t"}, "^AMILI_BASE_URL is not set"),
        ({"BASE_URL": "", "TOKEN": "t"}, "^AMILI_BASE_URL is not set"),
        ({"BASE_URL": "nonsense", "TOKEN": "t"}, "^AMILI_BASE_URL must be the URL"),
        ({}, "^no credential: set AMILI_TOKEN, or AMILI_API_CODE together with AMILI_PRIVATE_KEY_FILE or AMILI_PRIVATE_KEY$"),
        ({"TOKEN": " "}, "^AMILI_TOKEN: the token is empty"),
        ({"TOKEN": "å"}, "^AMILI_TOKEN: .*characters that can't be sent in a header"),
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
def test_what_is_missing_contradictory_or_unreadable_is_named(
    values: dict[str, str], says: str, environment: Environment
) -> None:
    environment(**({"BASE_URL": BASE_URL} if "base_url" not in says.lower() else {}), **values)
    with pytest.raises(ConfigurationError, match=says) as caught:
        Amili.from_env()
    assert KEY not in str(caught.value)


def test_a_key_file_that_holds_no_key_is_named(tmp_path: Path, environment: Environment) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(b"\xff")
    environment(BASE_URL=BASE_URL, API_CODE="c", PRIVATE_KEY_FILE=str(file))
    with pytest.raises(ConfigurationError, match=r"^AMILI_PRIVATE_KEY_FILE: the private key is not"):
        Amili.from_env()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no mode for other users")
@pytest.mark.parametrize(("mode", "told"), [(0o600, False), (0o640, False), (0o644, True), (0o602, True)], ids=oct)
def test_a_key_file_that_every_user_may_read_or_change_is_told(
    mode: int, told: bool, tmp_path: Path, environment: Environment, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "key.pem"
    file.write_text(KEY)
    file.chmod(mode)
    environment(BASE_URL=BASE_URL, API_CODE="c", PRIVATE_KEY_FILE=str(file))
    Amili.from_env().close()
    assert (f"AMILI_PRIVATE_KEY_FILE={file}: every user of this machine may read or change this key" in caplog.text) is told
    assert (caplog.text == "") is not told


@pytest.mark.parametrize(
    "mistaken", [KEY, KEY.replace("\n", "\\n"), KEY.replace("\n", " "), "MHc" + "a" * 300, "a\nb"], ids=lambda _: "x"
)
def test_a_key_in_place_of_the_name_of_its_file_is_not_repeated(mistaken: str, environment: Environment) -> None:
    environment(BASE_URL=BASE_URL, API_CODE="c", PRIVATE_KEY_FILE=mistaken)
    with pytest.raises(ConfigurationError) as caught:
        Amili.from_env()
    assert str(caught.value) == "AMILI_PRIVATE_KEY_FILE is not a file name; put the key itself into AMILI_PRIVATE_KEY"


@pytest.mark.parametrize("retry", ["x", 5, Retry, {}])
def test_rules_that_are_none_are_refused(retry: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"retry must be a Retry, such as Retry\(total=30\), not"):
        Amili(BASE_URL, "token", retry=retry)


@pytest.mark.parametrize(
    ("client", "transport"),
    [(Amili, "x"), (Amili, httpx.AsyncHTTPTransport), (AsyncAmili, "x"), (AsyncAmili, httpx.HTTPTransport)],
)
def test_a_transport_of_another_kind_is_refused(client: Any, transport: Any) -> None:
    given = transport if isinstance(transport, str) else transport()
    with pytest.raises(ConfigurationError, match=r"transport must be an httpx transport with handle_(async_)?request\(\), not"):
        client(BASE_URL, "token", transport=given)
