"""Credentials, tokens, and the data that an account may see."""

import time
from pathlib import Path

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.sandbox.guide_calls import Api

UNAUTHORIZED = {"_status": "ERR", "_error": {"code": 401, "message": "Please provide proper credentials"}}


def signed(api: Api, **claims: object) -> str:
    key = Path(api.sandbox.private_key_file).read_text()
    return jwt.encode({"api_code": api.sandbox.api_code, "exp": int(time.time()) + 600} | claims, key, "ES256")


def test_a_signed_request_gets_a_valid_token(api: Api) -> None:
    answer = api.http.get("/authenticates/api-code", headers={"X-API-Key": signed(api)})
    assert answer.status_code == 200
    assert api.http.get("/cases", headers={"X-API-Key": answer.json()["token"]}).status_code == 200


def test_an_api_code_alone_gets_a_token_by_post(api: Api) -> None:
    answer = api.http.post("/authenticates/api-code", json={"api_code": api.sandbox.api_code})
    assert api.http.get("/cases", headers={"X-API-Key": answer.json()["token"]}).status_code == 200


def test_bad_signatures_are_refused(api: Api) -> None:
    good = signed(api)
    for bad in (
        "",
        "nonsense",
        good[:-4] + "AAAA",
        signed(api, exp=int(time.time()) - 1),
        signed(api, api_code="unknown"),
    ):
        answer = api.http.get("/authenticates/api-code", headers={"X-API-Key": bad})
        assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


def test_without_a_valid_token_eve_says_401(api: Api) -> None:
    for headers in ({}, {"X-API-Key": "wrong"}):
        answer = httpx.get(f"{api.sandbox.base_url}/cases", headers=headers)
        assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
        assert answer.headers["www-authenticate"] == 'Basic realm="eve"'


def test_routing_comes_before_authentication(api: Api) -> None:
    base_url = api.sandbox.base_url
    assert httpx.get(f"{base_url}/nothing").status_code == 404
    assert httpx.patch(f"{base_url}/cases").status_code == 405
    assert httpx.get(base_url).json() == UNAUTHORIZED
    assert api.http.get("/").json() == {}


def test_only_the_token_of_the_start_never_expires(api: Api) -> None:
    fresh = api.http.post("/authenticates/api-code", json={"api_code": api.sandbox.api_code}).json()["token"]
    assert api.http.get("/cases", headers={"X-API-Key": fresh}).status_code == 200
    api.sandbox.clock.advance(seconds=3600)
    assert api.http.get("/cases", headers={"X-API-Key": fresh}).status_code == 401
    assert api.http.get("/cases").status_code == 200


def test_a_signature_expires_by_the_sandboxs_clock(api: Api) -> None:
    good = signed(api)
    api.sandbox.clock.advance(seconds=601)
    assert api.http.get("/authenticates/api-code", headers={"X-API-Key": good}).status_code == 401


def test_how_far_ahead_a_signature_may_expire(api: Api) -> None:
    far = signed(api, exp=int(time.time()) + 86400)
    assert api.http.get("/authenticates/api-code", headers={"X-API-Key": far}).status_code == 200
    api.sandbox.assume(longest_signature=600)
    assert api.http.get("/authenticates/api-code", headers={"X-API-Key": far}).status_code == 401
    assert api.http.get("/authenticates/api-code", headers={"X-API-Key": signed(api)}).status_code == 200


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512"])
def test_all_six_algorithms(api: Api, tmp_path: Path, algorithm: str) -> None:
    curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
    key = ec.generate_private_key(curves[algorithm]) if algorithm in curves else rsa.generate_private_key(65537, 2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    api.sandbox.control("PUT", "keys", {"account": api.account, "api_code": "mine", "public_key": pem})
    claims = {"api_code": "mine", "exp": int(time.time()) + 600}
    answer = api.http.get("/authenticates/api-code", headers={"X-API-Key": jwt.encode(claims, key, algorithm)})
    assert answer.status_code == 200
    other = jwt.encode(claims, "a shared secret that is long enough!", "HS256")
    assert api.http.get("/authenticates/api-code", headers={"X-API-Key": other}).status_code == 401


@pytest.mark.parametrize(
    "body", [{}, {"account": "x"}, {"account": "674dbeaf08847b9501cc9132", "api_code": "mine", "public_key": "not PEM"}]
)
def test_an_invalid_key_is_refused(api: Api, body: object) -> None:
    answer = httpx.put(f"{api.sandbox.base_url}/_sandbox/keys", json=body)
    assert answer.status_code == 400
    assert "public_key" in answer.json()["_error"]["message"]


def test_an_account_sees_no_cases_of_another(api: Api, other_api: Api) -> None:
    receipt = api.register()
    assert other_api.cases()["_meta"]["total"] == 0
    assert other_api.http.get(f"/cases/{receipt['_case']}").status_code == 404
    assert other_api.http.get(f"/invoice-registration/{receipt['_id']}").status_code == 404
    assert other_api.credit(receipt["_case"]).status_code == 422
    assert other_api.register()["_case"] != receipt["_case"]
    assert [item["_id"] for item in other_api.http.get("/accounts").json()["_items"]] == [other_api.account]


def test_foreign_and_inactive_parties_are_refused(api: Api, other_api: Api) -> None:
    wrong = api.post_invoice(account=other_api.account, creditor=other_api.creditor)
    assert wrong.status_code == 422
    assert set(wrong.json()["_issues"]) == {"account", "creditor"}
    inactive = next(item for item in api.http.get("/creditors").json()["_items"] if not item["is_active"])
    answer = api.post_invoice(creditor=inactive["_id"])
    assert answer.json()["_issues"] == {"creditor": "the creditor is not active"}
