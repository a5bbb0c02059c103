"""Coming in: credentials, tokens, and whose data one sees."""

import time
from pathlib import Path

import httpx
import jwt
from guide_calls import Api

UNAUTHORIZED = {"_status": "ERR", "_error": {"code": 401, "message": "Please provide proper credentials"}}


def signed(api: Api, **claims: object) -> str:
    key = Path(api.sandbox.private_key_file).read_text()
    return jwt.encode({"api_code": api.sandbox.api_code, "exp": int(time.time()) + 600} | claims, key, "ES256")


def test_a_signed_request_is_swapped_for_a_token_that_works(api: Api) -> None:
    answer = api.http.get("/authenticates/api-code", headers={"X-API-Key": signed(api)})
    assert answer.status_code == 200
    assert api.http.get("/cases", headers={"X-API-Key": answer.json()["token"]}).status_code == 200


def test_an_api_code_alone_is_swapped_for_a_token_by_post(api: Api) -> None:
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


def test_tokens_expire_by_the_sandboxs_clock(api: Api) -> None:
    api.sandbox.control("PUT", "clock", {"advance": 3599, "frozen": True})
    assert api.http.get("/cases").status_code == 200
    api.sandbox.control("PUT", "clock", {"advance": 2})
    assert api.http.get("/cases").status_code == 401


def test_nobody_sees_another_accounts_cases(api: Api, other_api: Api) -> None:
    receipt = api.register()
    assert other_api.cases()["_meta"]["total"] == 0
    assert other_api.http.get(f"/cases/{receipt['_case']}").status_code == 404
    assert other_api.http.get(f"/invoice-registration/{receipt['_id']}").status_code == 404
    assert other_api.credit(receipt["_case"]).status_code == 422
    assert other_api.register()["_case"] != receipt["_case"]
    assert [item["_id"] for item in other_api.http.get("/accounts").json()["_items"]] == [other_api.account]


def test_foreign_and_inactive_parties_are_refused(api: Api, other_api: Api) -> None:
    wrong = api.http.post(
        "/invoice-registration", json=api.invoice(account=other_api.account, creditor=other_api.creditor)
    )
    assert wrong.status_code == 422
    assert set(wrong.json()["_issues"]) == {"account", "creditor"}
    inactive = next(item for item in api.http.get("/creditors").json()["_items"] if not item["is_active"])
    answer = api.http.post("/invoice-registration", json=api.invoice(creditor=inactive["_id"]))
    assert answer.json()["_issues"] == {"creditor": "the creditor is not active"}
