"""Every assumption: the default and each alternative do what the table describes."""

import re
from typing import Any

import httpx
import pytest
from amili_sandbox.state import ASSUMPTIONS

from tests.sandbox.guide_calls import Api, Json, line

META = 5  # keys of a receipt that Eve gives


def credit(api: Api, amount: float = 100.0, **changes: Any) -> httpx.Response:
    return api.credit(api.register()["_case"], amount, **changes)


def cancelled(api: Api) -> str:
    case: str = api.register()["_case"]
    assert api.cancel(case).status_code == 201
    return case


def total(api: Api) -> int:
    found: int = api.cases()["_meta"]["total"]
    return found


class TestEve:
    @pytest.mark.parametrize(("value", "status"), [("both", 201), ("rfc1123", 422)])
    def test_request_dates(self, api: Api, value: str, status: int) -> None:
        api.sandbox.assume(request_dates=value)
        assert api.post_invoice().status_code == status
        rfc = {"invoice_date": "Tue, 07 Oct 2025 00:00:00 GMT", "invoice_due_date": "Fri, 17 Oct 2025 00:00:00 GMT"}
        assert api.post_invoice(**rfc).status_code == 201

    def test_iso_dates_are_utc_unless_they_say_otherwise(self, api: Api) -> None:
        dates = {"2025-10-07T10:11:22.5+02:00": "08:11:22", "2025-10-07T10:11:22": "10:11:22", "2025-10-07": "00:00:00"}
        for sent, shown in dates.items():
            case = api.case(api.register(invoice_date=sent)["_case"])
            assert case["debt"]["invoice_date"] == f"Tue, 07 Oct 2025 {shown} GMT"

    @pytest.mark.parametrize(("value", "effective"), [(100, 100), (50, 50)])
    def test_greatest_max_results(self, api: Api, value: int, effective: int) -> None:
        api.sandbox.assume(greatest_max_results=value)
        assert api.cases(max_results="1000")["_meta"]["max_results"] == effective

    @pytest.mark.parametrize(("value", "status"), [("refused", 400), ("accepted", 200)])
    def test_regex(self, api: Api, value: str, status: int) -> None:
        api.sandbox.assume(regex=value)
        assert api.get("/cases", where={"customer_name": {"$regex": "^J"}}).status_code == status

    @pytest.mark.parametrize(("value", "status"), [("accepted", 201), ("refused", 400)])
    def test_bulk(self, api: Api, value: str, status: int) -> None:
        api.sandbox.assume(bulk=value)
        answer = api.http.post("/invoice-registration", json=[api.invoice(), api.invoice()])
        assert answer.status_code == status
        assert total(api) == (2 if status == 201 else 0)

    def test_errors(self, api: Api) -> None:
        wrong = {"currency": "EUR", "customer": {"name": "x"}}
        nested = {
            "currency": "unallowed value EUR",
            "customer": {"id_number": "required field", "address": "required field"},
        }
        flat = {
            "currency": "unallowed value EUR",
            "customer.id_number": "required field",
            "customer.address": "required field",
        }
        assert api.post_invoice(**wrong).json()["_issues"] == nested
        api.sandbox.assume(errors="details")
        body = api.post_invoice(**wrong).json()
        assert "_issues" not in body
        assert body["_error"] == {"code": 422, "message": "Validation failed", "details": flat}
        api.sandbox.assume(errors="both")
        body = api.post_invoice(**wrong).json()
        assert (body["_issues"], body["_error"]["details"]) == (nested, flat)

    @pytest.mark.parametrize(("value", "status"), [("both", 422), ("guide", 422), ("reference", 404)])
    def test_paths(self, api: Api, value: str, status: int) -> None:
        api.sandbox.assume(paths=value)
        assert api.http.post("/creditor-crediting", json={}).status_code == status

    @pytest.mark.parametrize(("value", "status"), [("both", 422), ("guide", 404), ("reference", 422)])
    def test_paths_are_those_for_writing(self, api: Api, value: str, status: int) -> None:
        api.sandbox.assume(paths=value)
        assert api.http.post("/creditor--creditings", json={}).status_code == status
        assert api.http.get("/creditor--creditings").status_code == 200

    @pytest.mark.parametrize(("value", "more"), [("newer", True), ("guide", False)])
    def test_reply_style(self, api: Api, value: str, more: bool) -> None:
        api.sandbox.assume(reply_style=value)
        receipt = credit(api).json()
        assert ("settled_amount" in receipt, "status" in receipt) == (more, more)
        assert len(receipt) == META + (5 if more else 1)

    @pytest.mark.parametrize("value", ["_crediting_status", "_payment_status", "both"])
    def test_crediting_status_key(self, api: Api, value: str) -> None:
        api.sandbox.assume(crediting_status_key=value)
        found = {name for name in credit(api).json() if name in ("_crediting_status", "_payment_status")}
        assert found == ({"_crediting_status", "_payment_status"} if value == "both" else {value})

    @pytest.mark.parametrize("value", ["32", "24", "40"])
    def test_case_etag(self, api: Api, value: str) -> None:
        api.sandbox.assume(case_etag=value)
        assert re.fullmatch(f"[0-9a-f]{{{value}}}", api.case(api.register()["_case"])["_etag"])


class TestRegistration:
    def test_duplicate_invoice_numbers(self, api: Api) -> None:
        api.register()
        assert api.post_invoice().status_code == 201
        api.sandbox.assume(duplicate_invoice_numbers="refused")
        assert api.post_invoice().json()["_issues"] == {"invoice_number": "value 'INV-2025-015' is not unique"}
        assert api.post_invoice(creditor=api.second_creditor()).status_code == 201
        assert api.post_invoice(invoice_number="another").status_code == 201

    def test_invoice_number_length(self, api: Api) -> None:
        assert api.post_invoice(invoice_number="9" * 100).status_code == 201
        assert api.post_invoice(invoice_number="9" * 101).json()["_issues"] == {"invoice_number": "max length is 100"}
        api.sandbox.assume(invoice_number_length=101)
        assert api.post_invoice(invoice_number="9" * 101).status_code == 201

    def test_country(self, api: Api) -> None:
        api.sandbox.assume(country="required")
        assert api.post_invoice().json()["_issues"] == {"customer": {"address": {"country": "required field"}}}
        customer = api.invoice()["customer"]
        customer["address"]["country"] = "SE"
        assert api.post_invoice(customer=customer).status_code == 201
        api.sandbox.assume(country="optional")
        assert api.post_invoice().status_code == 201

    def test_customer_type(self, api: Api) -> None:
        untyped = {name: value for name, value in api.invoice()["customer"].items() if name != "is_person"}
        both = untyped | {"is_person": True, "is_company": True}
        assert api.post_invoice(customer=both).status_code == 422
        assert api.post_invoice(customer=untyped).status_code == 201
        api.sandbox.assume(customer_type="exactly_one")
        assert api.post_invoice(customer=untyped).status_code == 422
        assert api.post_invoice(customer=both).status_code == 422
        assert api.post_invoice(customer=untyped | {"is_company": True}).status_code == 201

    @pytest.mark.parametrize(("value", "distinct"), [("matched", 1), ("new", 2)])
    def test_customers(self, api: Api, value: str, distinct: int) -> None:
        api.sandbox.assume(customers=value)
        api.register()
        renamed = api.invoice()["customer"] | {"name": "Jane Jones"}
        case = api.case(api.register(customer=renamed)["_case"])
        assert case["customer_name"] == "Jane Jones"
        customers = api.http.get("/customers").json()["_items"]
        assert len(customers) == distinct
        assert customers[-1]["name"] == "Jane Jones"

    def test_number_of_units(self, api: Api) -> None:
        api.sandbox.assume(number_of_units="required")
        assert api.post_invoice().json()["_issues"] == {"matrix": {"0": {"number_of_units": "required field"}}}
        assert api.post_invoice(matrix=[line(number_of_units=1)]).status_code == 201

    def test_line_totals(self, api: Api) -> None:
        wrong, right = line(number_of_units=2), line(number_of_units=1)
        assert api.post_invoice(matrix=[wrong]).status_code == 201
        api.sandbox.assume(line_totals="checked")
        assert "is not unit_price times" in api.post_invoice(matrix=[right, wrong]).json()["_issues"]["matrix"]["1"]
        assert api.post_invoice(matrix=[right]).status_code == 201

    def test_vat_rates(self, api: Api) -> None:
        assert api.post_invoice(matrix=[line(vat="7%")]).json()["_issues"] == {
            "matrix": {"0": {"unit_vat_percent": "unallowed value 7%"}}
        }
        api.sandbox.assume(vat_rates="any")
        assert api.case(api.register(matrix=[line(100, "7.5%")])["_case"])["debt"]["initial_capital"] == 107.5

    @pytest.mark.parametrize(("value", "capital"), [("per_rate", 0.05), ("per_line", 0.06)])
    def test_vat_rounding(self, api: Api, value: str, capital: float) -> None:
        api.sandbox.assume(vat_rounding=value)
        case = api.case(api.register(matrix=[line(0.02, "25%"), line(0.02, "25%")])["_case"])
        assert case["debt"]["initial_capital"] == capital

    def test_totals(self, api: Api) -> None:
        free = [line(100.0), line(-100.0)]
        assert api.post_invoice(matrix=free).json()["_issues"] == {"matrix": "the total including VAT must be above zero"}
        assert total(api) == 0
        api.sandbox.assume(totals="any")
        assert api.post_invoice(matrix=free).status_code == 201

    def test_due_dates(self, api: Api) -> None:
        early = {"invoice_date": "2025-10-07T00:00:00Z", "invoice_due_date": "2025-10-06T00:00:00Z"}
        assert api.post_invoice(**early).status_code == 201
        api.sandbox.assume(due_dates="after_invoice_date")
        assert api.post_invoice(**early).json()["_issues"] == {"invoice_due_date": "is before the invoice date"}
        assert api.post_invoice().status_code == 201

    @pytest.mark.parametrize(("value", "same"), [("same", True), ("own", False)])
    def test_invoice_ids(self, api: Api, value: str, same: bool) -> None:
        api.sandbox.assume(invoice_ids=value)
        receipt = api.register()
        assert (receipt["_invoice"] == receipt["_id"]) is same
        assert api.http.get(f"/invoices/{receipt['_invoice']}").json()["case"] == receipt["_case"]

    def test_reference_numbers(self, api: Api) -> None:
        assert api.case(api.register(reference_number="REF002")["_case"])["reference_number"] == "49477"
        api.sandbox.assume(reference_numbers="as_sent")
        assert api.case(api.register(reference_number="REF002")["_case"])["reference_number"] == "REF002"
        assert api.case(api.register()["_case"])["reference_number"] == "49479"


class TestActions:
    def test_account_in_crediting(self, api: Api) -> None:
        assert credit(api).status_code == 201
        api.sandbox.assume(account_in_crediting="readonly")
        case = api.register()["_case"]
        assert api.credit(case).json()["_issues"] == {"account": "field is read-only"}
        body = {name: value for name, value in api.crediting(case).items() if name != "account"}
        assert api.http.post("/creditor-crediting", json=body).status_code == 201

    def test_amount_decimals(self, api: Api) -> None:
        assert credit(api, 0.001).json()["_issues"] == {"amount": "has more than two decimals"}
        api.sandbox.assume(amount_decimals="any")
        assert credit(api, 0.001).status_code == 201

    @pytest.mark.parametrize(("value", "status", "settled", "left"), [("warning", "warning", 500, 0), ("error", "error", 0, 500)])
    def test_overcrediting(self, api: Api, value: str, status: str, settled: float, left: float) -> None:
        case = api.register()["_case"]
        assert api.credit(case, 500.01).json()["_issues"] == {"amount": "more than the remaining capital of 500.00"}
        api.sandbox.assume(overcrediting=value)
        receipt = api.credit(case, 500.01).json()
        assert (receipt["status"], receipt["settled_amount"]) == (status, settled)
        assert receipt["status_reason_locale"] == "api.action.overcrediting"
        assert api.case(case)["total_remaining_capital_amount"] == left

    @pytest.mark.parametrize("value", ["warning", "error"])
    def test_crediting_closed_case(self, api: Api, value: str) -> None:
        case = cancelled(api)
        assert api.credit(case).json()["_issues"] == {"case": "the case is closed"}
        api.sandbox.assume(crediting_closed_case=value)
        receipt = api.credit(case).json()
        assert (receipt["status"], receipt["settled_amount"]) == (value, 0)

    @pytest.mark.parametrize("value", ["warning", "error"])
    def test_crediting_foreign_case(self, api: Api, value: str) -> None:
        case, other = api.register()["_case"], api.second_creditor()
        assert api.credit(case, creditor=other).json()["_issues"] == {"case": "the case belongs to another creditor"}
        api.sandbox.assume(crediting_foreign_case=value)
        receipt = api.credit(case, creditor=other).json()
        assert (receipt["status"], receipt["settled_amount"]) == (value, 0)
        assert api.case(case)["total_remaining_capital_amount"] == 500

    def test_cancelling_foreign_case(self, api: Api) -> None:
        case, other = api.register()["_case"], api.second_creditor()
        assert api.cancel(case, creditor=other).json()["_issues"] == {"case": "the case belongs to another creditor"}
        api.sandbox.assume(cancelling_foreign_case="warning")
        assert api.cancel(case, creditor=other).json()["status"] == "warning"
        assert "closed" not in api.case(case)

    @pytest.mark.parametrize("value", ["warning", "completed"])
    def test_second_cancellation(self, api: Api, value: str) -> None:
        case = cancelled(api)
        before = api.case(case)
        assert api.cancel(case).json()["_issues"] == {"case": "the case is closed"}
        api.sandbox.assume(second_cancellation=value)
        assert api.cancel(case).json()["status"] == value
        assert api.case(case) == before

    @pytest.mark.parametrize(("value", "closed"), [("keeps_open", False), ("closes", True)])
    def test_full_crediting(self, api: Api, value: str, closed: bool) -> None:
        api.sandbox.assume(full_crediting=value)
        case = api.register()["_case"]
        api.credit(case, 499.99)
        assert "closed" not in api.case(case)
        api.credit(case, 0.01)
        assert ("closed" in api.case(case)) is closed

    @pytest.mark.parametrize(("value", "amount"), [("negative", -100), ("positive", 100)])
    def test_crediting_transaction(self, api: Api, value: str, amount: float) -> None:
        api.sandbox.assume(crediting_transaction=value)
        case = api.register()["_case"]
        api.credit(case)
        assert api.case(case)["transactions"][-1]["amount"] == amount

    @pytest.mark.parametrize(("value", "left"), [("zero", 0), ("kept", 500)])
    def test_cancelled_capital(self, api: Api, value: str, left: float) -> None:
        api.sandbox.assume(cancelled_capital=value)
        assert api.case(cancelled(api))["total_remaining_capital_amount"] == left

    @pytest.mark.parametrize(("value", "state"), [("closed", "closed"), ("unchanged", "initializing")])
    def test_cancelled_state(self, api: Api, value: str, state: str) -> None:
        api.sandbox.assume(cancelled_state=value)
        case = api.case(cancelled(api))
        assert (case["state"], case["state_history"][-1]["state"]) == (state, state)
        assert "closed" in case

    def test_closed_shape(self, api: Api) -> None:
        api.sandbox.clock.set("2025-10-07T07:41:01Z", frozen=True)
        date = "Tue, 07 Oct 2025 07:41:01 GMT"
        assert api.case(cancelled(api))["closed"] == {"closed_date": date, "reason": "creditor_cancellation"}
        api.sandbox.assume(closed_shape="date")
        assert api.case(cancelled(api))["closed"] == date


class TestLifecycle:
    def states(self, api: Api, case: str, *days: float) -> list[str]:
        found = []
        for step in days:
            api.sandbox.clock.advance(days=step)
            found.append(str(api.case(case)["state"]))
        return found

    @pytest.fixture
    def case(self, api: Api) -> str:
        """A case due in ten days, on a clock that stands still."""
        api.sandbox.clock.set("2026-03-02T12:00:00Z", frozen=True)
        case: str = api.register(invoice_date="2026-03-02T00:00:00Z", invoice_due_date="2026-03-12T00:00:00Z")["_case"]
        return case

    def test_initializing_seconds(self, api: Api, case: str) -> None:
        api.sandbox.clock.advance(seconds=59)
        assert api.case(case)["state"] == "initializing"
        api.sandbox.clock.advance(seconds=1)
        assert api.case(case)["state"] == "invoice"
        api.sandbox.assume(initializing_seconds=0)
        assert api.case(api.register()["_case"])["state"] != "initializing"

    def test_reminder_days_and_debt_collection_days(self, api: Api, case: str) -> None:
        # Due on the 12th at midnight, reminded five days later, collected twelve days after that.
        assert self.states(api, case, 14.4, 0.2, 11.8, 0.2) == ["invoice", "reminder", "reminder", "debt_collection"]

    def test_other_reminder_days_and_debt_collection_days(self, api: Api, case: str) -> None:
        api.sandbox.assume(reminder_days=1, debt_collection_days=2)
        assert self.states(api, case, 10.4, 0.2, 1.8, 0.2) == ["invoice", "reminder", "reminder", "debt_collection"]

    def test_a_long_leap_passes_every_state_at_its_own_moment(self, api: Api, case: str) -> None:
        api.sandbox.clock.advance(days=100)
        after = api.case(case)
        assert [(entry["state"], entry["state_date"]) for entry in after["state_history"]] == [
            ("initializing", "Mon, 02 Mar 2026 12:00:00 GMT"),
            ("invoice", "Mon, 02 Mar 2026 12:01:00 GMT"),
            ("reminder", "Tue, 17 Mar 2026 00:00:00 GMT"),
            ("debt_collection", "Sun, 29 Mar 2026 00:00:00 GMT"),
        ]
        assert [entry["status"] for entry in after["status_history"]] == [
            "initializing", "initialized", "invoice", "reminder", "debt_collection_active",
        ]  # fmt: skip
        assert after["status"] == "debt_collection_active"
        assert after["latest_state_date"] == after["_updated"] == "Sun, 29 Mar 2026 00:00:00 GMT"
        invoice = api.http.get(f"/invoices/{after['invoice']}").json()
        assert (invoice["case_state"], invoice["case_status"]) == ("debt_collection", "debt_collection_active")

    def test_a_cancelled_case_stays_where_it_is(self, api: Api, case: str) -> None:
        api.cancel(case)
        assert self.states(api, case, 100) == ["closed"]

    def test_case_visible_after(self, api: Api, case: str) -> None:
        assert total(api) == 1
        api.sandbox.assume(case_visible_after=5)
        hidden = api.http.get(f"/cases/{case}")
        assert (total(api), hidden.status_code) == (0, 404)
        assert api.credit(case).status_code == 201
        api.sandbox.clock.advance(seconds=5)
        assert total(api) == 1


class TestAccess:
    def token_reply(self, api: Api) -> Json:
        reply: Json = api.http.post("/authenticates/api-code", json={"api_code": api.sandbox.api_code}).json()
        return reply

    @pytest.mark.parametrize("value", ["token", "access_token", "api_key", "_token", "eve"])
    def test_token_reply(self, api: Api, value: str) -> None:
        api.sandbox.assume(token_reply=value)
        reply = self.token_reply(api)
        expected = {"access_token": ["access_token", "token_type", "expires_in"], "eve": ["_status", "_id", "token"]}
        assert list(reply) == expected.get(value, [value])
        token = reply["token" if value == "eve" else value]
        assert api.http.get("/cases", headers={"X-API-Key": token}).status_code == 200

    @pytest.mark.parametrize(("value", "parts"), [("opaque", 1), ("jwt", 3)])
    def test_token_kind(self, api: Api, value: str, parts: int) -> None:
        api.sandbox.assume(token_kind=value)
        token = self.token_reply(api)["token"]
        assert len(token.split(".")) == parts
        assert api.http.get("/cases", headers={"X-API-Key": token}).status_code == 200

    def test_token_lifetime(self, api: Api) -> None:
        api.sandbox.clock.freeze()
        api.sandbox.assume(token_lifetime=60)
        token = self.token_reply(api)["token"]
        api.sandbox.clock.advance(seconds=59)
        assert api.http.get("/cases", headers={"X-API-Key": token}).status_code == 200
        api.sandbox.clock.advance(seconds=1)
        assert api.http.get("/cases", headers={"X-API-Key": token}).status_code == 401

    @pytest.mark.parametrize(("value", "status"), [("offered", 200), ("withdrawn", 405)])
    def test_post_authentication(self, api: Api, value: str, status: int) -> None:
        api.sandbox.assume(post_authentication=value)
        answer = api.http.post("/authenticates/api-code", json={"api_code": api.sandbox.api_code})
        assert answer.status_code == status


COVERED_ELSEWHERE = {
    "longest_signature": "test_sandbox_door",
    "quota": "test_sandbox_quota",
    "quota_headers": "test_sandbox_quota",
    "quota_retry_after": "test_sandbox_quota",
    "reminder_days": "here, in one with debt_collection_days",
    "debt_collection_days": "here, in one with reminder_days",
    "automatic_properties": "test_vendor_style",
    "case_clock": "test_vendor_style",
    "challenge": "test_vendor_style",
    "etag_of_amounts": "test_vendor_style",
    "fees": "test_vendor_style",
    "first_update": "test_vendor_style",
    "page_total": "test_vendor_style",
    "refusal_message": "test_vendor_style",
}


def test_every_assumption_has_a_test() -> None:
    tests = {name for group in (TestEve, TestRegistration, TestActions, TestLifecycle, TestAccess) for name in vars(group)}
    assert {item.name for item in ASSUMPTIONS} == {
        name.removeprefix("test_") for name in tests if name.removeprefix("test_") in {item.name for item in ASSUMPTIONS}
    } | set(COVERED_ELSEWHERE)
