"""What a token provider decides: which request, where the token is, when to renew, for which host."""

import json
import re
from typing import Any

import jwt
import pytest
from amili import AuthTokenProvider, ConfigurationError
from amili._core.engine import Request, Response, Secret, Send

from tests.overlay.auth.test_keys import KEYS, pem, token_with
from tests.virtual_time import BASE_URL, Clock

NOW = 1_760_000_000.0


def provider(clock: Clock | None = None, **options: Any) -> AuthTokenProvider:
    return AuthTokenProvider.from_api_code("code", base_url=BASE_URL, clock=clock or Clock(NOW), **options)


def stored(provider: AuthTokenProvider, content: bytes) -> str:
    return provider.store_response(Response(200, {}, content)).reveal()


def current(provider: AuthTokenProvider) -> str | None:
    token = provider.current_token()
    return None if token is None else token.reveal()


def test_a_signed_claim_goes_into_the_header_of_a_get() -> None:
    exchange = AuthTokenProvider.from_private_key(" code ", pem(KEYS["ES256"])).token_request()
    assert (exchange.method, exchange.body) == ("GET", None)
    assert exchange.assertion is not None
    assert jwt.decode(exchange.assertion.reveal(), options={"verify_signature": False})["api_code"] == "code"


def test_a_plain_code_goes_into_the_body_of_a_post() -> None:
    exchange = provider().token_request()
    assert exchange.body is not None
    assert (exchange.method, exchange.assertion, exchange.body.reveal()) == ("POST", None, {"api_code": "code"})


@pytest.mark.parametrize("code", ["", "  ", None, 5])
def test_an_api_code_that_is_none_is_refused(code: Any) -> None:
    for make in (AuthTokenProvider.from_api_code, lambda code: AuthTokenProvider.from_private_key(code, pem(KEYS["ES256"]))):
        with pytest.raises(ConfigurationError, match="the API code is empty"):
            make(code)


@pytest.mark.parametrize("token", ["", " ", "a\nb", "å", None, 5, b"t"])
def test_a_token_that_cannot_stand_in_a_header_is_refused_without_being_shown(token: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"the token is empty or has characters that can't be sent in a header$"):
        AuthTokenProvider.from_token(token)


def test_a_fixed_token_is_used_as_it_is_and_never_renewed() -> None:
    fixed = AuthTokenProvider.from_token(" a-token ")
    token = fixed.current_token()
    assert token is not None
    assert token.reveal() == "a-token"
    assert not fixed.renewable
    assert not fixed.invalidate(token)
    assert current(fixed) == fixed.get_valid_token() == "a-token"
    with pytest.raises(ConfigurationError, match="holds a fixed token, which can't be renewed"):
        fixed.token_request()


@pytest.mark.parametrize("place", ["token", "access_token", "api_key", "_token", "jwt", "data.token", "data.access_token"])
def test_the_token_is_found_in_each_of_the_usual_places(place: str) -> None:
    document: Any = "the-token"
    for key in reversed(place.split(".")):
        document = {key: document}
    assert stored(provider(), json.dumps(document).encode()) == "the-token"


@pytest.mark.parametrize(
    "document",
    [
        "the-token",
        {"token": "the-token", "access_token": "later"},
        {"token": None, "access_token": "the-token"},
        {"token": {"token": "x"}, "jwt": " the-token "},
        {"data": {"token": "the-token", "expires": 5}},
    ],
)
def test_the_first_place_that_holds_a_text_counts(document: Any) -> None:
    assert stored(provider(), json.dumps(document).encode()) == "the-token"


def test_a_response_that_is_a_bare_token_is_not_in_the_error_nor_behind_it() -> None:
    with pytest.raises(ConfigurationError) as caught:
        stored(provider(), b"s3cret-token")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_another_place_can_be_named() -> None:
    elsewhere = provider(token_path="reply.0.key")
    with pytest.raises(ConfigurationError, match=r"found token, tried reply\.0\.key; set token_path="):
        stored(elsewhere, b'{"token": "x"}')
    assert stored(provider(token_path="reply.key"), b'{"reply": {"key": "k"}, "token": "x"}') == "k"
    with pytest.raises(ConfigurationError, match="found str"):
        stored(elsewhere, b'"text"')


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the response to the token request is not JSON"),
        (b"<html>", "the response to the token request is not JSON"),
        (b"[" * 100_000, "the response to the token request is not JSON"),
        (b"{}", "found no keys, tried token, access_token"),
        (b"[]", "found list"),
        (b"null", "the response to the token request is not JSON"),
        (b'{"value": "s3cret", "Token": "s3cret"}', "found Token, value, tried token, "),
        (b'{"token": ""}', "found token"),
        (b'{"s3cret.s3cret": 1, "a1": 2, "b": 3}', "found …, b, tried"),
        (b'{"token": 5}', "found token"),
        (b'{"token": "s3cret\\n"}', None),
        (b'{"token": "s3\\ncret"}', "characters that can't be sent in a header"),
        (b'""', "the token is empty"),
    ],
)
def test_a_response_without_a_token_names_the_keys_found_and_never_their_values(content: bytes, says: str | None) -> None:
    if says is None:
        assert stored(provider(), content) == "s3cret"
        return
    with pytest.raises(ConfigurationError, match=says) as caught:
        stored(provider(), content)
    assert "s3cret" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    ("token", "options", "life"),
    [
        ("opaque", {}, 540.0),  # 600 assumed, less the margin of 60
        ("opaque", {"lifetime": 3600.0, "margin": 10.0}, 3590.0),
        ("opaque", {"lifetime": 50.0}, 25.0),
        (token_with({"exp": NOW + 3600}), {}, 3540.0),
        (token_with({"exp": NOW + 3600}), {"lifetime": 1.0}, 3540.0),
        (token_with({"exp": NOW + 80}), {}, 40.0),
        (token_with({"exp": NOW + 0.5}), {}, 0.25),
        (token_with({"exp": NOW}), {}, 540.0),  # it was just given: our clock is wrong
        (token_with({"exp": NOW - 9000}), {"lifetime": 100.0}, 50.0),
        (token_with({"exp": NOW + 3600.5}), {}, 3540.5),
        (jwt.encode({"exp": NOW + 3600}, KEYS["RS256"], "RS256"), {}, 3540.0),
        *((token_with({"exp": odd}), {}, 540.0) for odd in (10**400, float("nan"), float("-inf"), "soon", True, None)),
        *((odd, {}, 540.0) for odd in (token_with({}), token_with([]), "a.b.c")),
    ],
)
def test_a_token_is_renewed_early_by_its_own_expiry_or_by_the_lifetime_assumed(token: str, options: Any, life: float) -> None:
    clock = Clock(NOW)
    held = provider(clock, **options)
    assert held.current_token() is None
    stored(held, json.dumps(token).encode())
    if life:
        clock.seconds = NOW + life - 0.001
        assert current(held) == token
    clock.seconds = NOW + life
    assert held.current_token() is None


def test_only_the_token_that_was_refused_is_forgotten() -> None:
    held = provider()
    stored(held, b'"new"')
    assert held.invalidate(Secret("new")), "another one, which happens to be the same text"
    token = held.current_token()
    assert token is not None
    assert token.reveal() == "new"
    assert held.invalidate(token)
    assert held.current_token() is None


def test_one_renewal_is_under_way_at_a_time_and_belongs_to_who_claimed_it() -> None:
    held = provider()
    first, ours = held.join_or_start_renewal(0.0, 60.0)
    assert ours
    assert first is not None
    assert held.join_or_start_renewal(0.0, 60.0) == (first, False)
    held.end(first)
    assert first.ended.done()
    second, ours = held.join_or_start_renewal(0.0, 60.0)
    assert ours
    assert second is not first


def test_there_is_nothing_to_renew_if_a_token_came_meanwhile() -> None:
    held = provider()
    stored(held, b'"new"')
    assert held.join_or_start_renewal(0.0, 60.0) == (None, False)


def test_the_end_of_a_renewal_that_was_not_claimed_leaves_the_claimed_one() -> None:
    held = provider()
    taken_over, _ = held.join_or_start_renewal(0.0, 60.0)
    claimed, _ = held.join_or_start_renewal(60.0, 60.0)
    assert taken_over is not None
    held.end(taken_over)
    assert held.join_or_start_renewal(60.0, 60.0) == (claimed, False)


def test_nobody_who_gives_up_waiting_can_cancel_a_renewal_for_the_others() -> None:
    renewal, _ = provider().join_or_start_renewal(0.0, 60.0)
    assert renewal is not None
    assert not renewal.ended.cancel()


def test_a_provider_is_for_one_host_so_that_a_credential_cannot_leak_to_another() -> None:
    for same in (BASE_URL, BASE_URL + "/v1", BASE_URL + ":443", BASE_URL.upper().replace("HTTPS", "https")):
        bound = provider()
        bound.bind(same)
        assert bound.base_url == BASE_URL
    for other in ("https://amili.test:80", "https://other.test", BASE_URL + ":8080"):
        with pytest.raises(
            ConfigurationError, match=rf"this AuthTokenProvider is for {BASE_URL}; create another one for {other}"
        ):
            provider().bind(other)


@pytest.mark.parametrize("address", ["nonsense", "http://exa mple", "http://x:99999", ""])
def test_a_base_url_of_its_own_is_checked(address: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url must be the URL of an API"):
        AuthTokenProvider.from_api_code("code", base_url=address)
    with pytest.raises(ConfigurationError, match="base_url must be the URL of an API"):
        AuthTokenProvider.from_api_code("code").bind(address)


def test_repr_shows_neither_token_nor_credential() -> None:
    held = provider()
    stored(held, b'"s3cret"')
    for shown in (repr(held), repr(AuthTokenProvider.from_token("s3cret")), repr(AuthTokenProvider.from_api_code("s3cret"))):
        assert "s3cret" not in shown
    signing = AuthTokenProvider.from_private_key("s3cret", pem(KEYS["ES256"]))
    for credential in (AuthTokenProvider.from_api_code("s3cret"), signing):
        exchange = credential.token_request()
        call = Request("authenticate", "post", "/x", dict, {"code": "s3cret"}, exchange.body)
        sent = Send(call, "/x", 1.0, BASE_URL, exchange.assertion)
        for shown in (repr(exchange), repr(sent)):
            assert not re.search(r"s3cret|eyJ", shown)
    assert repr(held) == f"AuthTokenProvider(base_url='{BASE_URL}', renewable=True)"


@pytest.mark.parametrize(
    "options",
    [{"lifetime": float("nan")}, {"lifetime": 0}, {"lifetime": "600"}, {"margin": "x"}, {"margin": -1}, {"margin": float("inf")}],
    ids=repr,
)
def test_times_that_are_none_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="lifetime and margin must be numbers of seconds above 0; margin may be 0"):
        AuthTokenProvider.from_api_code("code", **options)
    assert AuthTokenProvider.from_api_code("code", margin=0).renewable


def test_a_place_of_the_token_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"token_path must be a string such as 'data.token', not int"):
        AuthTokenProvider.from_api_code("code", token_path=5)
