"""The vendor's guide, step by step: the sandbox answers what the guide shows."""

import re

import pytest

from tests.sandbox.guide_calls import Api, line

RFC_1123 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} [\d:]{8} GMT")
CASE_KEYS = """
_id invoice _created _etag _updated account agreement_version case_settings creditor creditor_name currency
customer customer_id_number customer_name customer_number customer_status debt invoice_registration latest_state_date
local_added_capital_amount local_added_costs_amount local_added_interest_amount local_added_transaction_amount
local_remaining_capital_amount local_remaining_costs_amount local_remaining_interest_amount
local_remaining_transaction_amount state state_history status status_history
total_added_capital_amount total_added_costs_amount total_added_interest_amount total_added_transaction_amount
total_remaining_capital_amount total_remaining_costs_amount total_remaining_interest_amount
total_remaining_transaction_amount transactions reference_number
"""
DEBT_KEYS = """
invoice_number invoice_date invoice_due_days_after_invoice_date interest_days_after_invoice_date initial_capital
capital_to_claim debt_description payout_reference
"""
META_KEYS = ["_updated", "_created", "_etag", "_id", "_status"]


def luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def test_a_registration_as_printed_is_accepted(api: Api) -> None:
    receipt = api.register()
    assert list(receipt) == [*META_KEYS, "_invoice", "_case", "_ocr_number", "ocr_number_ocr"]
    assert receipt["_status"] == "OK"
    assert re.fullmatch(r"[0-9a-f]{40}", receipt["_etag"])
    assert RFC_1123.fullmatch(receipt["_created"])
    assert receipt["_created"] == receipt["_updated"]
    for name in ("_id", "_invoice", "_case", "_ocr_number"):
        assert re.fullmatch(r"[0-9a-f]{24}", receipt[name])


def test_ids_and_ocr_number_contain_their_time(api: Api) -> None:
    api.sandbox.clock.set("2025-10-07T07:41:01Z", frozen=True)
    receipt = api.register()
    assert receipt["_created"] == "Tue, 07 Oct 2025 07:41:01 GMT"
    assert receipt["_id"].startswith("68e4c40d")
    ocr = receipt["ocr_number_ocr"]
    assert re.fullmatch(r"2025280\d{13}", ocr)
    assert luhn(ocr)


def test_the_case_is_found_by_invoice_number_in_the_guides_key_order(api: Api) -> None:
    api.register(customer=api.invoice()["customer"] | {"customer_number": "12345"})
    page = api.cases(where={"debt.invoice_number": "INV-2025-015"})
    assert list(page) == ["_items", "_meta"]
    assert page["_meta"] == {"page": 1, "max_results": 25, "total": 1}
    [case] = page["_items"]
    assert list(case) == CASE_KEYS.split()
    assert list(case["debt"]) == DEBT_KEYS.split()
    assert re.fullmatch(r"[0-9a-f]{32}", case["_etag"])
    assert case["debt"]["invoice_date"] == "Tue, 07 Oct 2025 10:11:22 GMT"
    assert case["debt"]["invoice_due_days_after_invoice_date"] == 10
    assert case["total_remaining_capital_amount"] == 500
    assert (case["state"], case["status"]) == ("initializing", "initializing")


def test_case_numbers_are_written_without_a_point_when_whole(api: Api) -> None:
    case = api.http.get(f"/cases/{api.register()['_case']}").text
    assert '"initial_capital": 500,' in case


@pytest.mark.parametrize(
    ("lines", "capital"),
    [
        ([line(300.0, "25%")], 375),
        ([line(0.1, "0%"), line(0.2, "0%")], 0.3),
        ([line(99.99, "25%"), line(10.01, "12%"), line(1.0, "6%")], 137.26),
        ([line(0.02, "25%"), line(0.02, "25%")], 0.05),
        ([line(1e9, "25%"), line(0.01, "0%")], 1250000000.01),
    ],
)
def test_the_capital_is_the_total_including_vat(api: Api, lines: list[dict[str, object]], capital: float) -> None:
    case = api.case(api.register(matrix=lines)["_case"])
    assert case["debt"]["initial_capital"] == capital
    assert case["transactions"][0]["amount"] == capital


def test_crediting_lowers_what_remains(api: Api) -> None:
    case = api.register()["_case"]
    answer = api.credit(case, 100.0)
    assert answer.status_code == 201
    receipt = answer.json()
    assert list(receipt)[:6] == [*META_KEYS, "_crediting_status"]
    assert receipt["_crediting_status"] == receipt["status"] == "completed"
    assert receipt["settled_amount"] == 100
    assert receipt["case_invoice_number"] == "INV-2025-015"
    after = api.case(case)
    assert receipt["case_reference_number"] == after["reference_number"]
    assert after["total_remaining_capital_amount"] == after["local_remaining_transaction_amount"] == 400
    assert after["total_added_capital_amount"] == 500
    assert [entry["amount"] for entry in after["transactions"]] == [500, -100]


def test_cancelling_closes_the_case(api: Api) -> None:
    case = api.register()["_case"]
    answer = api.cancel(case)
    assert answer.status_code == 201
    receipt = answer.json()
    assert list(receipt)[:6] == [*META_KEYS, "_cancellation_status"]
    assert receipt["_cancellation_status"] == "completed"
    after = api.case(case)
    assert after["closed"]["reason"] == "creditor_cancellation"
    assert after["total_remaining_capital_amount"] == 0
    assert [entry["state"] for entry in after["state_history"]] == ["initializing", "closed"]


def test_receipts_as_in_the_guide_have_no_newer_keys(api: Api) -> None:
    api.sandbox.assume(reply_style="guide")
    case = api.register()["_case"]
    assert list(api.credit(case).json()) == [*META_KEYS, "_crediting_status"]
    assert list(api.cancel(case).json()) == [*META_KEYS, "_cancellation_status"]


def test_both_spellings_lead_to_the_same_documents(api: Api) -> None:
    receipt = api.register()
    answer = api.http.post("/creditor--creditings", json=api.crediting(receipt["_case"]))
    assert answer.status_code == 201
    assert answer.headers["location"].endswith(f"/creditor--creditings/{answer.json()['_id']}")
    for path in ("invoice-registration", "invoice--registrations"):
        assert api.http.get(f"/{path}/{receipt['_id']}").json()["_case"] == receipt["_case"]


@pytest.mark.parametrize(("served", "missing"), [("guide", "reference"), ("reference", "guide")])
def test_a_spelling_that_is_not_served_is_eves_404(api: Api, served: str, missing: str) -> None:
    spellings = {
        "guide": ("invoice-registration", "creditor-crediting", "creditor-cancellation"),
        "reference": ("invoice--registrations", "creditor--creditings", "creditor--cancellations"),
    }
    api.sandbox.assume(paths=served)
    for path in spellings[missing]:
        answer = api.http.post(f"/{path}", json={})
        assert answer.status_code == 404
        assert answer.json()["_error"]["code"] == 404
    for path in spellings[served]:
        assert api.http.post(f"/{path}", json={}).status_code == 422
