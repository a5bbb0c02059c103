"""The assumptions taken from how the vendor writes services: hidden milliseconds, etags that stay, refusals, fees, payments."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest

from tests.sandbox.guide_calls import Api, Json

AUTOMATIC = {"_created", "_etag", "_updated"}
MOVES = pytest.mark.parametrize(("value", "same"), [("moves", False), ("stays", True)])


def version(case: Json) -> tuple[str, str]:
    return case["_etag"], case["_updated"]


def debt(case: Json, kind: str = "remaining") -> tuple[float, float, float]:
    """The capital, the costs and the whole debt of a case."""
    assert all(case[name] == case[name.replace("local_", "total_")] for name in case if name.startswith("local_"))
    capital, costs, whole = (case[f"total_{kind}_{part}_amount"] for part in ("capital", "costs", "transaction"))
    return capital, costs, whole


def pay(api: Api, case: str, money: float, **changes: Any) -> httpx.Response:
    body = {**api.crediting(case, money)}
    del body["account"]  # set by the server, by the newer page
    return api.http.post("/creditor--payments", json=body | {"bank_transaction_date": "Mon, 06 Oct 2025 00:00:00 GMT"} | changes)


def aged(api: Api) -> str:
    """A case due in ten days, on a clock that stands still."""
    api.sandbox.clock.set("2026-03-02T12:00:00Z", frozen=True)
    case: str = api.register(invoice_date="2026-03-02T00:00:00Z", invoice_due_date="2026-03-12T00:00:00Z")["_case"]
    return case


@pytest.mark.parametrize(("value", "found"), [("seconds", [1, 1, 0, 1]), ("milliseconds", [0, 1, 1, 0])])
def test_case_clock(api: Api, value: str, found: list[int]) -> None:
    api.sandbox.clock.set("2025-10-07T07:41:01Z", frozen=True)
    api.sandbox.assume(case_clock=value)
    case = api.case(api.register()["_case"])
    for name in ("_created", "_updated"):
        printed = case[name]
        assert printed == "Tue, 07 Oct 2025 07:41:01 GMT"
        conditions: list[Any] = [printed, {"$gte": printed}, {"$gt": printed}, {"$lte": printed}]
        assert [api.cases(where={name: each})["_meta"]["total"] for each in conditions] == found
    api.sandbox.clock.advance(seconds=9)
    api.credit(case["_id"])
    api.sandbox.clock.advance(days=30)
    printed = api.case(case["_id"])["_updated"]
    assert api.cases(where={"_updated": printed})["_meta"]["total"] == found[0]


def test_cases_of_one_second_may_have_any_order_of_their_milliseconds(api: Api) -> None:
    api.sandbox.clock.set("2025-10-07T07:41:01Z", frozen=True)
    api.sandbox.assume(case_clock="milliseconds", case_visible_after=2)
    made = [api.register()["_case"] for _ in range(20)]
    assert api.cases()["_meta"]["total"] == 0
    api.sandbox.clock.advance(seconds=2)
    listed = [case["_id"] for case in api.cases(sort="_updated,_id")["_items"]]
    assert listed != made
    assert sorted(listed) == sorted(made)


@pytest.mark.parametrize(("value", "seconds"), [("created", 0), ("earlier", 1)])
def test_first_update(api: Api, value: str, seconds: int) -> None:
    api.sandbox.assume(first_update=value)
    case = api.case(api.register()["_case"])
    created, updated = (datetime.strptime(case[name], "%a, %d %b %Y %H:%M:%S GMT") for name in ("_created", "_updated"))
    assert created - updated == timedelta(seconds=seconds)


@MOVES
def test_etag_of_amounts(api: Api, value: str, same: bool) -> None:
    api.sandbox.assume(etag_of_amounts=value)
    api.sandbox.clock.freeze()
    case = api.register()["_case"]
    for path in ("creditings", "payments"):
        before = api.case(case)
        api.sandbox.clock.advance(seconds=5)
        assert (api.credit(case, 100) if path == "creditings" else pay(api, case, 100)).status_code == 201
        after = api.case(case)
        assert after["total_remaining_capital_amount"] == before["total_remaining_capital_amount"] - 100
        assert (version(after) == version(before)) is same
    api.cancel(case)
    assert version(api.case(case)) != version(after)


@pytest.mark.parametrize(("value", "total"), [("shown", 1), ("left_out", None)])
def test_page_total(api: Api, value: str, total: int | None) -> None:
    api.register()
    api.sandbox.assume(page_total=value)
    answer = api.http.get("/cases")
    assert answer.json()["_meta"] == {"page": 1, "max_results": 25} | ({} if total is None else {"total": total})
    assert answer.headers.get("x-total-count") == (None if total is None else str(total))
    assert len(answer.json()["_items"]) == 1


@pytest.mark.parametrize(("value", "more"), [("shown", AUTOMATIC), ("left_out", set())])
def test_automatic_properties(api: Api, value: str, more: set[str]) -> None:
    case = api.register()["_case"]
    api.sandbox.assume(automatic_properties=value)
    for projection, shown in (
        ({"state": 1}, {"_id", "state"} | more),
        ({"state": 1, "_updated": 1}, {"_id", "state", "_updated"} | more),
    ):
        assert api.cases(projection=projection)["_items"][0].keys() == shown
        assert api.get(f"/cases/{case}", projection=projection).json().keys() == shown
    for projection in ({}, {"state": 0}):
        assert api.cases(projection=projection)["_items"][0].keys() > AUTOMATIC


@pytest.mark.parametrize("value", ["text", "object"])
def test_refusal_message(api: Api, value: str) -> None:
    api.sandbox.assume(refusal_message=value)
    texts = {
        "Please provide proper credentials": api.http.get("/cases", headers={"X-API-Key": "wrong"}),
        "Insertion failure: 1 document(s) contain(s) error(s)": api.credit(api.register()["_case"], 501),
    }
    for text, answer in texts.items():
        assert answer.json()["_error"]["message"] == (text if value == "text" else {"message": text})
    assert isinstance(api.http.get("/nothing").json()["_error"]["message"], str)  # the framework's own


@pytest.mark.parametrize(("value", "sent"), [("sent", 'Basic realm="eve"'), ("none", None)])
def test_challenge(api: Api, value: str, sent: str | None) -> None:
    api.sandbox.assume(challenge=value)
    for path in ("/cases", "/authenticates/api-code", "/"):
        answer = api.http.get(path, headers={"X-API-Key": "wrong"})
        assert (answer.status_code, answer.headers.get("www-authenticate")) == (401, sent)


def test_without_a_token_a_body_is_not_read_and_paths_and_methods_come_first(api: Api) -> None:
    base_url = api.sandbox.base_url
    assert (
        httpx.post(f"{base_url}/creditor-crediting", content="{", headers={"Content-Type": "application/json"}).status_code == 401
    )
    assert httpx.post(f"{base_url}/nothing").status_code == 404
    assert httpx.delete(f"{base_url}/cases").status_code == 405


def test_a_token_is_a_jwt_with_the_claims_of_the_vendor(api: Api) -> None:
    api.sandbox.clock.set("2025-10-07T07:41:01Z", frozen=True)
    token = api.http.post("/authenticates/api-code", json={"api_code": api.sandbox.api_code}).json()["token"]
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims.keys() == {"exp", "u_id", "u_name"}
    assert datetime.fromtimestamp(claims["exp"]).astimezone() == datetime.fromisoformat("2025-10-07T08:41:01Z")
    header, body, signature = token.split(".")
    for forged in (f"{header}.{body}.", f"{header}.{body}.{signature[::-1]}"):
        assert api.http.get("/cases", headers={"X-API-Key": forged}).status_code == 401


@pytest.mark.parametrize(("value", "fees"), [("none", (0, 0)), ("added", (60, 240))])
def test_fees(api: Api, value: str, fees: tuple[int, int]) -> None:
    api.sandbox.assume(fees=value)
    case = aged(api)
    for days, costs in ((0, 0), (15, fees[0]), (12, fees[1])):
        api.sandbox.clock.advance(days=days)
        for kind in ("remaining", "added"):
            assert debt(api.case(case), kind) == (500, costs, 500 + costs)
    booked = [(entry["type"], entry["amount"]) for entry in api.case(case)["transactions"]]
    assert booked == [("capital", 500), *([("costs", 60), ("costs", 180)] if fees[0] else [])]
    api.credit(case, 100)
    assert debt(api.case(case)) == (400, fees[1], 400 + fees[1])
    api.cancel(case)
    assert debt(api.case(case)) == (0, 0, 0)
    assert sum(entry["amount"] for entry in api.case(case)["transactions"]) == 0


def test_a_payment_pays_costs_first_and_closes_a_case_when_nothing_is_left(api: Api) -> None:
    api.sandbox.assume(fees="added")
    case = aged(api)
    api.sandbox.clock.advance(days=15)
    receipt = pay(api, case, 100).json()
    assert (receipt["_payment_status"], receipt["status"], receipt["settled_amount"]) == ("completed", "completed", 100)
    assert debt(api.case(case)) == (460, 0, 460)
    last = api.case(case)["transactions"][-1]
    assert (last["type"], last["origin"], last["amount"]) == ("payment", "debtor", -100)
    assert last["bank_transaction_date"] == "Mon, 06 Oct 2025 00:00:00 GMT"
    assert api.credit(case, 400).json()["settled_amount"] == 400
    assert pay(api, case, 60.01).json()["_issues"] == {"amount": "more than the remaining debt of 60.00"}
    assert "closed" not in api.case(case)
    assert pay(api, case, 60).status_code == 201
    after = api.case(case)
    assert (debt(after), after["state"], after["closed"]["reason"]) == ((0, 0, 0), "closed", "creditor_payment")
    assert pay(api, case, 1).json()["_issues"] == {"case": "the case is closed"}
    listed = api.http.get("/creditor--payments").json()["_items"]
    assert [(each["case"], each["amount"]) for each in listed] == [(case, 100), (case, 60)]


@pytest.mark.parametrize(
    ("changes", "issues"),
    [
        ({"bank_transaction_date": None}, {"bank_transaction_date": "null value not allowed"}),
        ({"amount": -5}, {"amount": "must be above zero"}),
        ({"currency": "EUR"}, {"currency": "unallowed value EUR"}),
    ],
)
def test_a_payment_that_breaks_a_rule_is_refused(api: Api, changes: Json, issues: Json) -> None:
    case = api.register()["_case"]
    assert pay(api, case, 100, **changes).json()["_issues"] == issues
    assert debt(api.case(case)) == (500, 0, 500)
    other = api.second_creditor()
    assert pay(api, case, 100, creditor=other).json()["_issues"] == {"case": "the case belongs to another creditor"}
