"""Each contract fault of the second hand: shown by at most a dozen calls of the four operations, unseen while it is off."""

import json
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.sandbox.guide_calls import Api, Json, line

Probe = Callable[[Api], bool]
PROBES: dict[str, Probe] = {}
OPERATIONS = {
    ("POST", "/invoice-registration"),
    ("GET", "/cases"),
    ("POST", "/creditor-crediting"),
    ("POST", "/creditor-cancellation"),
}
MOST_CALLS = 12


def seen_by(probe: Probe) -> Probe:
    PROBES[probe.__name__.removeprefix("sees_")] = probe
    return probe


def find(api: Api, **where: Any) -> list[Json]:
    items: list[Json] = api.cases(where=where)["_items"]
    return items


def case_of(api: Api, receipt: Json) -> Json:
    [case] = find(api, _id=receipt["_case"])
    return case


def left(api: Api, receipt: Json) -> float:
    amount: float = case_of(api, receipt)["total_remaining_capital_amount"]
    return amount


def capital(api: Api, *lines: Json) -> float:
    amount: float = case_of(api, api.register(matrix=list(lines)))["debt"]["initial_capital"]
    return amount


def credited(api: Api, *amounts: float, **changes: Any) -> Json:
    receipt = api.register(**changes)
    for amount in amounts:
        assert api.credit(receipt["_case"], amount).status_code == 201
    return receipt


def numbered(api: Api, *numbers: str) -> list[Json]:
    return [api.register(invoice_number=number) for number in numbers]


def debtor(**changes: Any) -> Json:
    address = {"address_line_1": "Business Street 456", "zip_code": "54321", "city": "Gothenburg"}
    return {"name": "Jane Smith", "id_number": "556789-1234", "is_person": True, "address": address} | changes


def stranger(api: Api) -> httpx.Response:
    return api.http.post("/invoice-registration", json={}, headers={"X-API-Key": "wrong"})


@seen_by
def sees_vat_12_as_25(api: Api) -> bool:
    return capital(api, line(100, "12%")) != 112


@seen_by
def sees_vat_of_first_line(api: Api) -> bool:
    return capital(api, line(100, "25%"), line(100, "0%")) != 225


@seen_by
def sees_units_counted_twice(api: Api) -> bool:
    return capital(api, line(50, number_of_units=3, total_price_excluding_vat=150)) != 150


@seen_by
def sees_discount_ignored(api: Api) -> bool:
    return capital(api, line(500), line(-50)) != 450


@seen_by
def sees_ore_lost_in_floats(api: Api) -> bool:
    assert capital(api, line(1.25)) == 1.25
    return capital(api, line(1.15)) != 1.15


@seen_by
def sees_second_crediting_from_start(api: Api) -> bool:
    receipt = credited(api, 100)
    assert left(api, receipt) == 400
    api.credit(receipt["_case"], 50)
    return left(api, receipt) != 350


@seen_by
def sees_thousands_lose_ore(api: Api) -> bool:
    receipt = credited(api, 999.5, matrix=[line(3000)])
    assert left(api, receipt) == 2000.5
    api.credit(receipt["_case"], 1000.25)
    return left(api, receipt) != 1000.25


@seen_by
def sees_same_amount_swallowed(api: Api) -> bool:
    assert left(api, credited(api, 100, 50)) == 350
    return left(api, credited(api, 100, 100)) != 300


@seen_by
def sees_settled_amount_stale(api: Api) -> bool:
    case = api.register()["_case"]
    assert api.credit(case, 100).json()["settled_amount"] == 100
    return bool(api.credit(case, 50).json()["settled_amount"] != 50)


@seen_by
def sees_whole_debt_not_lowered(api: Api) -> bool:
    case = case_of(api, credited(api, 100))
    return bool(case["total_remaining_transaction_amount"] != case["total_remaining_capital_amount"])


@seen_by
def sees_zero_left_out(api: Api) -> bool:
    assert "total_remaining_capital_amount" in case_of(api, credited(api, 499))
    return "total_remaining_capital_amount" not in case_of(api, credited(api, 500))


@seen_by
def sees_transactions_last_three(api: Api) -> bool:
    receipt = credited(api, 10, 20)
    assert len(case_of(api, receipt)["transactions"]) == 3
    api.credit(receipt["_case"], 30)
    return len(case_of(api, receipt)["transactions"]) != 4


def comes_back(api: Api, date: str) -> bool:
    return bool(case_of(api, api.register(invoice_date=date))["debt"]["invoice_date"] == date)


@seen_by
def sees_summer_hour(api: Api) -> bool:
    for winter in ("Sun, 29 Mar 2026 00:59:59 GMT", "Sun, 26 Oct 2025 01:00:00 GMT"):
        assert comes_back(api, winter)
    summers = [comes_back(api, date) for date in ("Sun, 29 Mar 2026 01:00:00 GMT", "Sun, 26 Oct 2025 00:59:59 GMT")]
    assert len(set(summers)) == 1
    return not summers[0]


@seen_by
def sees_week_year(api: Api) -> bool:
    assert comes_back(api, "Sun, 28 Dec 2025 00:00:00 GMT")
    return not comes_back(api, "Tue, 30 Dec 2025 00:00:00 GMT")


@seen_by
def sees_due_days_30_360(api: Api) -> bool:
    def days(start: str, end: str) -> int:
        case = case_of(api, api.register(invoice_date=start, invoice_due_date=end))
        counted: int = case["debt"]["invoice_due_days_after_invoice_date"]
        return counted

    assert days("Fri, 10 Oct 2025 00:00:00 GMT", "Mon, 20 Oct 2025 00:00:00 GMT") == 10
    return days("Wed, 15 Oct 2025 00:00:00 GMT", "Fri, 14 Nov 2025 00:00:00 GMT") != 30


@seen_by
def sees_gte_as_gt(api: Api) -> bool:
    api.register()
    assert find(api, total_added_capital_amount={"$gte": 499})
    return not find(api, total_added_capital_amount={"$gte": 500})


@seen_by
def sees_ne_misses_absent(api: Api) -> bool:
    api.register(customer=debtor(id_number="1", customer_number="17"))
    assert find(api, customer_number={"$ne": "18"})
    api.register(invoice_number="2")
    return len(find(api, customer_number={"$ne": "18"})) != 2


@seen_by
def sees_where_first_condition_only(api: Api) -> bool:
    api.register()
    return bool(find(api, **{"debt.invoice_number": "INV-2025-015", "currency": "EUR"}))


@seen_by
def sees_number_prefix_found(api: Api) -> bool:
    numbered(api, "INV-1", "INV-10")
    assert not find(api, **{"debt.invoice_number": "NV-1"})
    return len(find(api, **{"debt.invoice_number": "INV-1"})) != 1


@seen_by
def sees_where_ignored_with_projection(api: Api) -> bool:
    api.register()
    assert api.cases(where={"currency": "EUR"})["_items"] == []
    return bool(api.cases(where={"currency": "EUR"}, projection={"state": 1})["_items"])


@seen_by
def sees_closed_hidden(api: Api) -> bool:
    case = api.register()["_case"]
    assert len(api.cases()["_items"]) == 1
    api.cancel(case)
    assert find(api, _id=case)
    return not api.cases()["_items"]


@seen_by
def sees_sort_numbers_as_text(api: Api) -> bool:
    for price in (1000, 200, 30):
        api.register(matrix=[line(price)])
    name = "debt.initial_capital"
    rising, falling = ([case["debt"]["initial_capital"] for case in api.cases(sort=key)["_items"]] for key in (name, f"-{name}"))
    assert rising == falling[::-1]
    assert [case["debt"]["initial_capital"] for case in api.cases(sort=name, max_results="2", page="2")["_items"]] == rising[2:]
    return rising != [30, 200, 1000]


@seen_by
def sees_sorted_page_by_page(api: Api) -> bool:
    numbered(api, "3", "1", "2")
    name = "debt.invoice_number"
    assert [case["debt"]["invoice_number"] for case in api.cases(sort=name)["_items"]] == ["1", "2", "3"]
    page = api.cases(sort=name, max_results="2")
    return [case["debt"]["invoice_number"] for case in page["_items"]] != ["1", "2"]


@seen_by
def sees_last_page_repeated(api: Api) -> bool:
    numbered(api, "1", "2", "3")
    page = api.cases(max_results="2", page="3")
    assert page["_meta"] == {"page": 3, "max_results": 2, "total": 3}
    return bool(page["_items"])


@seen_by
def sees_max_results_echoed(api: Api) -> bool:
    assert api.cases(max_results="100")["_meta"]["max_results"] == 100
    return bool(api.cases(max_results="500")["_meta"]["max_results"] != 100)


@seen_by
def sees_total_count_unfiltered(api: Api) -> bool:
    api.register()
    answer = api.get("/cases", where={"currency": "EUR"})
    assert answer.json()["_meta"]["total"] == 0
    return answer.headers["x-total-count"] != "0"


@seen_by
def sees_projection_dotted_ignored(api: Api) -> bool:
    api.register()
    assert "debt" in api.cases(projection={"debt": 1})["_items"][0]
    return "debt" not in api.cases(projection={"debt.invoice_number": 1})["_items"][0]


@seen_by
def sees_history_newest_first(api: Api) -> bool:
    receipt = api.register()
    api.cancel(receipt["_case"])
    case = case_of(api, receipt)
    return bool(case["state_history"][-1]["state"] != case["state"])


@seen_by
def sees_updated_not_moved(api: Api) -> bool:
    api.sandbox.clock.freeze()
    receipt = api.register()
    created = case_of(api, receipt)["_updated"]
    api.sandbox.clock.advance(seconds=2)
    api.credit(receipt["_case"])
    return not parsedate_to_datetime(case_of(api, receipt)["_updated"]) > parsedate_to_datetime(created)


@seen_by
def sees_etag_kept_on_cancel(api: Api) -> bool:
    receipt = api.register()
    first = case_of(api, receipt)["_etag"]
    api.credit(receipt["_case"])
    second = case_of(api, receipt)["_etag"]
    api.cancel(receipt["_case"])
    assert first != second
    return bool(case_of(api, receipt)["_etag"] == second)


@seen_by
def sees_exact_rest_refused(api: Api) -> bool:
    case = api.register()["_case"]
    assert api.credit(case, 100).status_code == 201
    assert api.credit(case, 401).status_code == 422
    assert api.credit(case, 399.99).status_code == 201
    return api.credit(case, 0.01).status_code != 201


@seen_by
def sees_oldest_debt_first(api: Api) -> bool:
    first, second = numbered(api, "1", "2")
    api.credit(second["_case"], 100)
    assert left(api, first) + left(api, second) == 900
    return left(api, first) != 500


@seen_by
def sees_longer_number_credited(api: Api) -> bool:
    first, second = numbered(api, "INV-1", "INV-10")
    body = api.crediting("") | {"invoice_number": "INV-1"}
    del body["case"]
    assert api.http.post("/creditor-crediting", json=body).status_code == 201
    assert left(api, first) + left(api, second) == 900
    return left(api, first) != 400


@seen_by
def sees_refused_but_stored(api: Api) -> bool:
    for currency in ("EUR", None):
        assert api.http.post("/invoice-registration", json=api.invoice(currency=currency)).status_code == 422
    assert api.http.post("/invoice-registration", json=api.invoice(currency="EUR", matrix=[])).status_code == 422
    stored = find(api, **{"debt.invoice_number": "INV-2025-015"})
    assert len(stored) in (0, 2)
    return bool(stored)


@seen_by
def sees_leading_zeros_lost(api: Api) -> bool:
    assert case_of(api, api.register(invoice_number="A-007"))["debt"]["invoice_number"] == "A-007"
    return bool(case_of(api, api.register(invoice_number="007"))["debt"]["invoice_number"] != "007")


@seen_by
def sees_html_escaped(api: Api) -> bool:
    return bool(case_of(api, api.register(customer=debtor(name="Berg & Co")))["customer_name"] != "Berg & Co")


@seen_by
def sees_payout_reference_dropped(api: Api) -> bool:
    return bool(case_of(api, api.register(payout_reference="PAY-1"))["debt"]["payout_reference"] != "PAY-1")


@seen_by
def sees_company_refused(api: Api) -> bool:
    company = debtor(is_person=False, is_company=True)
    return api.http.post("/invoice-registration", json=api.invoice(customer=company)).status_code != 201


@seen_by
def sees_ocr_per_debtor(api: Api) -> bool:
    [first, second] = numbered(api, "1", "2")
    other = api.register(customer=debtor(id_number="556789-9999"))
    assert other["ocr_number_ocr"] != first["ocr_number_ocr"]
    return bool(first["ocr_number_ocr"] == second["ocr_number_ocr"])


@seen_by
def sees_crediting_id_reused(api: Api) -> bool:
    case = api.register()["_case"]
    answers = [api.credit(case, amount) for amount in (100, 50)]
    for answer in answers:
        assert answer.headers["location"].endswith(answer.json()["_id"])
    return len({answer.json()["_id"] for answer in answers}) == 1


@seen_by
def sees_receipt_references_swapped(api: Api) -> bool:
    case = api.register()["_case"]
    receipts = [api.credit(case).json(), api.cancel(case).json()]
    [number] = {receipt["case_invoice_number"] for receipt in receipts}
    return bool(number != "INV-2025-015")


@seen_by
def sees_invoice_link_wrong(api: Api) -> bool:
    receipt = api.register()
    return bool(case_of(api, receipt)["invoice"] != receipt["_invoice"])


@seen_by
def sees_token_prefix(api: Api) -> bool:
    token = api.sandbox.token
    assert api.http.get("/cases", headers={"X-API-Key": token[:19]}).status_code == 401
    return all(api.http.get("/cases", headers={"X-API-Key": key}).status_code == 200 for key in (token[:20], f"{token}x"))


@seen_by
def sees_checks_before_auth(api: Api) -> bool:
    valid = api.http.post("/invoice-registration", json=api.invoice(), headers={"X-API-Key": "wrong"})
    assert valid.status_code == 401
    assert api.cases()["_items"] == []
    return stranger(api).status_code != 401


@seen_by
def sees_unauthorized_plain_text(api: Api) -> bool:
    return stranger(api).headers["content-type"] != "application/json"


@seen_by
def sees_foreign_case_by_id(api: Api) -> bool:
    own = api.register()
    other = api.sandbox.accounts()[1]
    intruder = Api(api.sandbox, token=other["token"])
    with intruder.http:
        watch(intruder, api)
        assert intruder.cases()["_items"] == []
        found = find(intruder, _id=own["_case"])
    assert found in ([], [case_of(api, own)])
    return bool(found)


@seen_by
def sees_issue_index_from_one(api: Api) -> bool:
    answer = api.http.post("/invoice-registration", json=api.invoice(matrix=[line(), line(vat="25")]))
    return set(answer.json()["_issues"]["matrix"]) != {"1"}


@seen_by
def sees_latin1_bodies(api: Api) -> bool:
    api.register(customer=debtor(name="Åsa Öberg"))
    content = api.http.get("/cases").content
    try:
        return bool(json.loads(content.decode("utf-8"))["_items"][0]["customer_name"] != "Åsa Öberg")
    except UnicodeDecodeError:
        return bool(json.loads(content.decode("latin-1"))["_items"][0]["customer_name"] == "Åsa Öberg")


def watch(api: Api, other: Api | None = None) -> None:
    """Count the calls of a client, and let it make no others than those of the contract."""
    if other is not None:
        api.http.event_hooks = other.http.event_hooks
        return
    calls: list[tuple[str, str]] = []

    def note(request: httpx.Request) -> None:
        calls.append((request.method, request.url.path))
        assert calls[-1] in OPERATIONS
        assert len(calls) <= MOST_CALLS

    api.http.event_hooks = {"request": [note]}


def test_each_has_its_probe(api: Api) -> None:
    faults = api.sandbox.control("GET", "contract-faults")
    assert list(PROBES) == [fault["name"] for fault in faults if fault["hand"] == "second"]


@pytest.mark.parametrize("name", PROBES)
def test_contract_fault(api: Api, name: str) -> None:
    watch(api)
    assert not PROBES[name](api)
    api.sandbox.reset()
    api.sandbox.faults.break_contract(name)
    watch(api)
    assert PROBES[name](api)
