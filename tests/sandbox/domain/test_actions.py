"""Crediting and cancelling: how a case is addressed, and what is refused under all assumptions."""

import pytest

from tests.sandbox.guide_calls import Api, Json


def without_case(body: Json, **changes: object) -> Json:
    return {name: value for name, value in body.items() if name != "case"} | changes


def test_by_invoice_number_and_creditor(api: Api) -> None:
    case = api.register(invoice_number="A-1")["_case"]
    credited = api.http.post("/creditor-crediting", json=without_case(api.crediting(case), invoice_number="A-1"))
    assert credited.status_code == 201
    assert credited.json()["case_invoice_number"] == "A-1"
    cancelled = api.http.post("/creditor-cancellation", json=without_case(api.cancellation(case), invoice_number="A-1"))
    assert cancelled.status_code == 201
    after = api.case(case)
    assert [entry["amount"] for entry in after["transactions"]] == [500, -100, -400]
    [kept] = api.http.get("/creditor--creditings").json()["_items"]
    assert (kept["case"], kept["invoice_number"]) == (case, "A-1")


@pytest.mark.parametrize("path", ["/creditor-crediting", "/creditor-cancellation"])
def test_exactly_one_address_is_needed(api: Api, path: str) -> None:
    case = api.register()["_case"]
    body = api.crediting(case) if path == "/creditor-crediting" else api.cancellation(case)
    both = api.http.post(path, json={**body, "invoice_number": "INV-2025-015"}).json()["_issues"]
    assert both == {
        "case": "'invoice_number' must not be present with 'case'",
        "invoice_number": "'case' must not be present with 'invoice_number'",
    }
    neither = api.http.post(path, json=without_case(body)).json()["_issues"]
    assert neither == {"case": "required field", "invoice_number": "required field"}


def test_a_number_that_two_invoices_bear_addresses_neither(api: Api) -> None:
    case = api.register()["_case"]
    api.register()
    answer = api.http.post("/creditor-crediting", json=without_case(api.crediting(case), invoice_number="INV-2025-015"))
    assert answer.json()["_issues"] == {"invoice_number": "more than one case has this invoice number; name the case instead"}


def test_cases_that_are_not_there(api: Api, other_api: Api) -> None:
    foreign = other_api.register()["_case"]
    for case in ("68e4c40d93ee14723d28fa95", foreign):
        assert api.credit(case).json()["_issues"] == {"case": "there is no case with this case"}
        assert api.cancel(case).status_code == 422
    body = without_case(api.crediting(foreign), invoice_number="INV-2025-015")
    issues = api.http.post("/creditor-crediting", json=body).json()["_issues"]
    assert issues == {"invoice_number": "there is no case with this invoice number"}


@pytest.mark.parametrize(
    ("changes", "issues"),
    [
        ({"amount": 0}, {"amount": "must be above zero"}),
        ({"amount": -1}, {"amount": "must be above zero"}),
        ({"amount": "much"}, {"amount": "must be of number type"}),
        ({"amount": True}, {"amount": "must be of number type"}),
        ({"currency": "EUR"}, {"currency": "unallowed value EUR"}),
        ({"origin": "me"}, {"origin": "unallowed value me"}),
        # With a case that is none, Cerberus misses the invoice number too.
        ({"case": "xyz"}, {"case": "must be of objectid type", "invoice_number": "required field"}),
        ({"file_import_report": "68e4c40d93ee14723d28fa95"}, {"file_import_report": "field is read-only"}),
        ({"reason": "none"}, {"reason": "unknown field"}),
    ],
)
def test_a_crediting_that_breaks_a_documented_rule(api: Api, changes: Json, issues: Json) -> None:
    case = api.register()["_case"]
    answer = api.http.post("/creditor-crediting", json=api.crediting(case) | changes)
    assert answer.status_code == 422
    assert answer.json()["_issues"] == issues
    assert api.case(case)["total_remaining_capital_amount"] == 500


def test_an_amount_beyond_all_numbers_is_refused(api: Api) -> None:
    case = api.register()["_case"]
    for amount in ("NaN", "Infinity"):
        body = f'{{"amount": {amount}, "case": "{case}"}}'
        answer = api.http.post("/creditor-crediting", content=body, headers={"Content-Type": "application/json"})
        assert answer.json()["_issues"]["amount"] == "must be a finite number"


def test_creditings_add_up_to_the_ore(api: Api) -> None:
    case = api.register()["_case"]
    for amount in (0.1, 0.2, 99.7, 399.99):
        assert api.credit(case, amount).status_code == 201
    assert api.case(case)["total_remaining_capital_amount"] == 0.01
    assert api.credit(case, 0.02).status_code == 422
    assert api.credit(case, 0.01).status_code == 201
    assert api.case(case)["total_remaining_capital_amount"] == 0
