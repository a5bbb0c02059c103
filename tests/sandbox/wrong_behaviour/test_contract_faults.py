"""Each contract fault is seen by its probe over HTTP while it is on, and not while it is off."""

import gzip
import json
import re
from collections.abc import Callable
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import jwt
import pytest
from amili_sandbox.testing import SandboxProcess
from amili_sandbox.wrong_behaviour import CONTRACT_FAULTS, ContractFault
from cryptography.hazmat.primitives.asymmetric import ec

from tests.sandbox.domain.test_guide import luhn
from tests.sandbox.guide_calls import Api, Json, line
from tests.sandbox.http.raw_socket import exchange
from tests.sandbox.wrong_behaviour.probes_by_class import PROBES_BY_CLASS

Probe = Callable[[Api], Any]
RFC_1123 = re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT")
HEX_24 = re.compile(r"[0-9a-f]{24}")
# A held-out fault can be seen by so many calls of the contract's operations.
OPERATIONS = {
    ("POST", "/invoice-registration"),
    ("GET", "/cases"),
    ("POST", "/creditor-crediting"),
    ("POST", "/creditor-cancellation"),
}
MOST_CALLS = 12


def find(api: Api, **where: Any) -> list[Json]:
    items: list[Json] = api.cases(where=where)["_items"]
    return items


def case_of(api: Api, receipt: Json) -> Json:
    [case] = find(api, _id=receipt["_case"])
    return case


def some_case(api: Api, **changes: Any) -> Json:
    return api.case(api.register(**changes)["_case"])


def left(api: Api, receipt: Json) -> float:
    amount: float = case_of(api, receipt)["total_remaining_capital_amount"]
    return amount


def capital(api: Api, *lines: Json) -> float:
    amount: float = case_of(api, api.register(matrix=list(lines)))["debt"]["initial_capital"]
    return amount


def credited(api: Api, *amounts: float, **changes: Any) -> Json:
    """Return the receipt of an invoice that was credited."""
    receipt = api.register(**changes)
    for amount in amounts:
        assert api.credit(receipt["_case"], amount).status_code == 201
    return receipt


def credited_case(api: Api) -> Json:
    case = api.register()["_case"]
    api.credit(case)
    return api.case(case)


def numbered(api: Api, *numbers: str) -> list[Json]:
    return [api.register(invoice_number=number) for number in numbers]


def debtor(**changes: Any) -> Json:
    address = {"address_line_1": "Business Street 456", "zip_code": "54321", "city": "Gothenburg"}
    return {"name": "Jane Smith", "id_number": "556789-1234", "is_person": True, "address": address} | changes


def post_without_token(api: Api) -> httpx.Response:
    return api.http.post("/invoice-registration", json={}, headers={"X-API-Key": "wrong"})


PROBES: dict[str, Probe] = {
    "etag_missing": lambda api: "_etag" not in api.register(),
    "date_iso": lambda api: not RFC_1123.fullmatch(api.register()["_created"]),
    "amount_string": lambda api: isinstance(some_case(api)["transactions"][0]["amount"], str),
    "enum_new": lambda api: some_case(api)["state"] not in ("initializing", "invoice"),
    "status_200": lambda api: api.post_invoice().status_code != 201,
    "items_null": lambda api: api.cases()["_items"] is None,
    "total_off": lambda api: api.cases()["_meta"]["total"] != 0,
    "auth_off": lambda api: api.http.get("/cases", headers={"X-API-Key": "wrong"}).status_code == 200,
    "auth_403": lambda api: api.http.get("/cases", headers={"X-API-Key": "wrong"}).status_code == 403,
    "unicode_500": lambda api: api.post_invoice(invoice_headline="Räksmörgås").status_code == 500,
    "content_type_html": lambda api: api.http.get("/cases").headers["content-type"] != "application/json",
    "overcredit_ok": lambda api: api.credit(api.register()["_case"], 501).status_code == 201,
    "wrong_currency": lambda api: some_case(api)["currency"] != "SEK",
    "negative_accepted": lambda api: api.credit(api.register()["_case"], -1).status_code == 201,
    "leak": lambda api: "_internal_note" in some_case(api),
    "err_shape": lambda api: "_issues" not in api.post_invoice(currency=1).json(),
    "ocr_wrong": lambda api: not luhn(api.register()["ocr_number_ocr"]),
    "ocr_number_type": lambda api: not isinstance(api.register()["ocr_number_ocr"], str),
    "extra_accepted": lambda api: api.post_invoice(colour="blue").status_code == 201,
    "enum_in_accepted": lambda api: api.post_invoice(currency="XXX").status_code == 201,
    "credit_noop": lambda api: credited_case(api)["total_remaining_capital_amount"] == 500,
    "null_field": lambda api: None in some_case(api).values(),
    "delete_ok": lambda api: api.http.delete("/cases").status_code == 200,
    "id_uuid": lambda api: not HEX_24.fullmatch(api.register()["_id"]),
    "where_500": lambda api: api.get("/cases", where="{bad").status_code == 500,
    "slow": lambda api: api.http.get("/cases").elapsed.total_seconds() >= 0.6,
    "page0_500": lambda api: api.get("/cases", page="0").status_code == 500,
    "status_case": lambda api: api.register()["_status"] != "OK",
    "maxlen_ignored": lambda api: api.post_invoice(invoice_number="9" * 101).status_code == 201,
    "case_in_error": lambda api: "556789-1234" in api.post_invoice(currency=1).text,
    "int_overflow": lambda api: some_case(api, matrix=[line(1e12), line(0.25)])["debt"]["initial_capital"] != 1000000000000.25,
    "vat_12_as_25": lambda api: capital(api, line(100, "12%")) != 112,
    "vat_of_first_line": lambda api: capital(api, line(100, "25%"), line(100, "0%")) != 225,
    "units_counted_twice": lambda api: capital(api, line(50, number_of_units=3, total_price_excluding_vat=150)) != 150,
    "discount_ignored": lambda api: capital(api, line(500), line(-50)) != 450,
    "html_escaped": lambda api: case_of(api, api.register(customer=debtor(name="Berg & Co")))["customer_name"] != "Berg & Co",
    "payout_reference_dropped": lambda api: (
        case_of(api, api.register(payout_reference="P-1"))["debt"]["payout_reference"] != "P-1"
    ),
    "429_no_retry_after": lambda api: any(
        answer.status_code == 429 and "retry-after" not in answer.headers for answer in [api.http.get("/cases") for _ in range(4)]
    ),
    "unauthorized_plain_text": lambda api: post_without_token(api).headers["content-type"] != "application/json",
}


def seen_by(probe: Probe) -> Probe:
    PROBES[probe.__name__] = probe
    return probe


def comes_back(api: Api, date: str) -> bool:
    return bool(case_of(api, api.register(invoice_date=date))["debt"]["invoice_date"] == date)


@seen_by
def amount_string_credited(api: Api) -> Any:
    assert not isinstance(some_case(api)["total_remaining_capital_amount"], str)
    return isinstance(credited_case(api)["total_remaining_capital_amount"], str)


@seen_by
def where_ignored(api: Api) -> Any:
    api.register()
    return len(api.cases(where={"debt.invoice_number": "no such number"})["_items"]) > 0


@seen_by
def sort_ignored(api: Api) -> Any:
    numbered(api, "3", "1", "2")
    numbers = [case["debt"]["invoice_number"] for case in api.cases(sort="debt.invoice_number")["_items"]]
    return numbers != ["1", "2", "3"]


@seen_by
def cancelled_credit_ok(api: Api) -> Any:
    case = api.register()["_case"]
    api.cancel(case)
    return api.credit(case).status_code == 201


@seen_by
def page_overlap(api: Api) -> Any:
    numbered(api, "3", "1", "2")
    pages = [api.cases(page=str(number), max_results="1")["_items"][0]["_id"] for number in (1, 2, 3)]
    return len(set(pages)) < 3


@seen_by
def not_visible(api: Api) -> Any:
    api.register()
    return api.cases()["_meta"]["total"] == 0


@seen_by
def lost_every_3(api: Api) -> Any:
    numbered(api, "3", "1", "2")
    return api.cases()["_meta"]["total"] < 3


@seen_by
def float_rounding(api: Api) -> Any:
    amount = some_case(api, matrix=[line(0.3)])["total_remaining_capital_amount"]
    return Decimal(str(amount)) % Decimal("0.01") != 0


@seen_by
def required_missing_accepted(api: Api) -> Any:
    body = api.invoice()
    del body["customer"]
    return api.http.post("/invoice-registration", json=body).status_code == 201


@seen_by
def max_results_ignored(api: Api) -> Any:
    numbered(api, "3", "1", "2")
    return len(api.cases(max_results="2")["_items"]) != 2


@seen_by
def cancel_noop(api: Api) -> Any:
    case = api.register()["_case"]
    assert api.cancel(case).status_code == 201
    return "closed" not in api.case(case)


@seen_by
def cancel_leaves_debt(api: Api) -> Any:
    case = api.register()["_case"]
    api.cancel(case)
    return api.case(case)["total_remaining_capital_amount"] != 0


@seen_by
def dup_ok(api: Api) -> Any:
    api.sandbox.assume(duplicate_invoice_numbers="refused")
    api.register()
    return api.post_invoice().status_code == 201


@seen_by
def zip_stricter(api: Api) -> Any:
    customer = api.invoice()["customer"]
    customer["address"]["zip_code"] = "543 21"
    return api.post_invoice(customer=customer).status_code != 201


@seen_by
def cross_creditor(api: Api) -> Any:
    case, other = api.register()["_case"], api.second_creditor()
    accepted = api.credit(case, creditor=other).status_code == 201
    assert (api.cancel(case, creditor=other).status_code == 201) == accepted
    return accepted


@seen_by
def double_cancel_ok(api: Api) -> Any:
    case = api.register()["_case"]
    api.cancel(case)
    return api.cancel(case).status_code == 201


@seen_by
def etag_static(api: Api) -> Any:
    before = some_case(api)
    api.credit(before["_id"])
    return api.case(before["_id"])["_etag"] == before["_etag"]


@seen_by
def updated_backwards(api: Api) -> Any:
    case = some_case(api)
    return parsedate_to_datetime(case["_updated"]) < parsedate_to_datetime(case["_created"])


@seen_by
def tz_shift(api: Api) -> Any:
    sent = "Tue, 07 Oct 2025 10:11:22 GMT"
    return some_case(api, invoice_date=sent)["debt"]["invoice_date"] != sent


@seen_by
def partial_write(api: Api) -> Any:
    failed = api.post_invoice().status_code == 500
    assert api.cases()["_meta"]["total"] == 1
    return failed


@seen_by
def eventual(api: Api) -> Any:
    api.sandbox.clock.freeze()
    api.register()
    late = api.cases()["_meta"]["total"] == 0
    api.sandbox.clock.advance(seconds=3)
    assert api.cases()["_meta"]["total"] == 1
    return late


@seen_by
def tx_sum(api: Api) -> Any:
    case = credited_case(api)
    return sum(entry["amount"] for entry in case["transactions"]) != case["total_remaining_capital_amount"]


@seen_by
def gzip_bad_len(api: Api) -> Any:
    seen = exchange(api.sandbox, "GET", "/cases")
    if seen.header("Content-Encoding") == "gzip":
        assert json.loads(gzip.decompress(seen.body))["_items"] == []
    return seen.promised != len(seen.body)


@seen_by
def dup_json_key(api: Api) -> Any:
    pairs = json.loads(api.post_invoice().text, object_pairs_hook=list)
    return len({name for name, _ in pairs}) < len(pairs)


@seen_by
def ore_lost_in_floats(api: Api) -> Any:
    assert capital(api, line(1.25)) == 1.25
    return capital(api, line(1.15)) != 1.15


@seen_by
def second_crediting_from_start(api: Api) -> Any:
    receipt = credited(api, 100)
    assert left(api, receipt) == 400
    api.credit(receipt["_case"], 50)
    return left(api, receipt) != 350


@seen_by
def thousands_lose_ore(api: Api) -> Any:
    receipt = credited(api, 999.5, matrix=[line(3000)])
    assert left(api, receipt) == 2000.5
    api.credit(receipt["_case"], 1000.25)
    return left(api, receipt) != 1000.25


@seen_by
def same_amount_swallowed(api: Api) -> Any:
    assert left(api, credited(api, 100, 50)) == 350
    return left(api, credited(api, 100, 100)) != 300


@seen_by
def settled_amount_stale(api: Api) -> Any:
    case = api.register()["_case"]
    assert api.credit(case, 100).json()["settled_amount"] == 100
    return api.credit(case, 50).json()["settled_amount"] != 50


@seen_by
def whole_debt_not_lowered(api: Api) -> Any:
    case = case_of(api, credited(api, 100))
    return case["total_remaining_transaction_amount"] != case["total_remaining_capital_amount"]


@seen_by
def zero_left_out(api: Api) -> Any:
    assert "total_remaining_capital_amount" in case_of(api, credited(api, 499))
    return "total_remaining_capital_amount" not in case_of(api, credited(api, 500))


@seen_by
def transactions_last_three(api: Api) -> Any:
    receipt = credited(api, 10, 20)
    assert len(case_of(api, receipt)["transactions"]) == 3
    api.credit(receipt["_case"], 30)
    return len(case_of(api, receipt)["transactions"]) != 4


@seen_by
def summer_hour(api: Api) -> Any:
    for winter in ("Sun, 29 Mar 2026 00:59:59 GMT", "Sun, 26 Oct 2025 01:00:00 GMT"):
        assert comes_back(api, winter)
    summers = [comes_back(api, date) for date in ("Sun, 29 Mar 2026 01:00:00 GMT", "Sun, 26 Oct 2025 00:59:59 GMT")]
    assert len(set(summers)) == 1
    return not summers[0]


@seen_by
def week_year(api: Api) -> Any:
    assert comes_back(api, "Sun, 28 Dec 2025 00:00:00 GMT")
    return not comes_back(api, "Tue, 30 Dec 2025 00:00:00 GMT")


@seen_by
def due_days_30_360(api: Api) -> Any:
    def days(start: str, end: str) -> int:
        case = case_of(api, api.register(invoice_date=start, invoice_due_date=end))
        counted: int = case["debt"]["invoice_due_days_after_invoice_date"]
        return counted

    assert days("Fri, 10 Oct 2025 00:00:00 GMT", "Mon, 20 Oct 2025 00:00:00 GMT") == 10
    return days("Wed, 15 Oct 2025 00:00:00 GMT", "Fri, 14 Nov 2025 00:00:00 GMT") != 30


@seen_by
def gte_as_gt(api: Api) -> Any:
    api.register()
    assert find(api, total_added_capital_amount={"$gte": 499})
    return not find(api, total_added_capital_amount={"$gte": 500})


@seen_by
def ne_misses_absent(api: Api) -> Any:
    api.register(customer=debtor(id_number="1", customer_number="17"))
    assert find(api, customer_number={"$ne": "18"})
    api.register(invoice_number="2")
    return len(find(api, customer_number={"$ne": "18"})) != 2


@seen_by
def where_first_condition_only(api: Api) -> Any:
    api.register()
    return find(api, **{"debt.invoice_number": "INV-2025-015", "currency": "EUR"})


@seen_by
def number_prefix_found(api: Api) -> Any:
    numbered(api, "INV-1", "INV-10")
    assert not find(api, **{"debt.invoice_number": "NV-1"})
    return len(find(api, **{"debt.invoice_number": "INV-1"})) != 1


@seen_by
def where_ignored_with_projection(api: Api) -> Any:
    api.register()
    assert api.cases(where={"currency": "EUR"})["_items"] == []
    return api.cases(where={"currency": "EUR"}, projection={"state": 1})["_items"]


@seen_by
def closed_hidden(api: Api) -> Any:
    case = api.register()["_case"]
    assert len(api.cases()["_items"]) == 1
    api.cancel(case)
    assert find(api, _id=case)
    return not api.cases()["_items"]


@seen_by
def sort_numbers_as_text(api: Api) -> Any:
    for price in (1000, 200, 30):
        api.register(matrix=[line(price)])
    name = "debt.initial_capital"
    rising, falling = ([case["debt"]["initial_capital"] for case in api.cases(sort=key)["_items"]] for key in (name, f"-{name}"))
    assert rising == falling[::-1]
    assert [case["debt"]["initial_capital"] for case in api.cases(sort=name, max_results="2", page="2")["_items"]] == rising[2:]
    return rising != [30, 200, 1000]


@seen_by
def sorted_page_by_page(api: Api) -> Any:
    numbered(api, "3", "1", "2")
    name = "debt.invoice_number"
    assert [case["debt"]["invoice_number"] for case in api.cases(sort=name)["_items"]] == ["1", "2", "3"]
    page = api.cases(sort=name, max_results="2")
    return [case["debt"]["invoice_number"] for case in page["_items"]] != ["1", "2"]


@seen_by
def last_page_repeated(api: Api) -> Any:
    numbered(api, "1", "2", "3")
    page = api.cases(max_results="2", page="3")
    assert page["_meta"] == {"page": 3, "max_results": 2, "total": 3}
    return page["_items"]


@seen_by
def max_results_echoed(api: Api) -> Any:
    assert api.cases(max_results="100")["_meta"]["max_results"] == 100
    return api.cases(max_results="500")["_meta"]["max_results"] != 100


@seen_by
def total_count_unfiltered(api: Api) -> Any:
    api.register()
    answer = api.get("/cases", where={"currency": "EUR"})
    assert answer.json()["_meta"]["total"] == 0
    return answer.headers["x-total-count"] != "0"


@seen_by
def projection_dotted_ignored(api: Api) -> Any:
    api.register()
    assert "debt" in api.cases(projection={"debt": 1})["_items"][0]
    return "debt" not in api.cases(projection={"debt.invoice_number": 1})["_items"][0]


@seen_by
def history_newest_first(api: Api) -> Any:
    receipt = api.register()
    api.cancel(receipt["_case"])
    case = case_of(api, receipt)
    return case["state_history"][-1]["state"] != case["state"]


@seen_by
def updated_not_moved(api: Api) -> Any:
    api.sandbox.clock.freeze()
    receipt = api.register()
    created = case_of(api, receipt)["_updated"]
    api.sandbox.clock.advance(seconds=2)
    api.credit(receipt["_case"])
    return not parsedate_to_datetime(case_of(api, receipt)["_updated"]) > parsedate_to_datetime(created)


@seen_by
def etag_kept_on_cancel(api: Api) -> Any:
    receipt = api.register()
    first = case_of(api, receipt)["_etag"]
    api.credit(receipt["_case"])
    second = case_of(api, receipt)["_etag"]
    api.cancel(receipt["_case"])
    assert first != second
    return case_of(api, receipt)["_etag"] == second


@seen_by
def exact_rest_refused(api: Api) -> Any:
    case = api.register()["_case"]
    assert api.credit(case, 100).status_code == 201
    assert api.credit(case, 401).status_code == 422
    assert api.credit(case, 399.99).status_code == 201
    return api.credit(case, 0.01).status_code != 201


@seen_by
def oldest_debt_first(api: Api) -> Any:
    first, second = numbered(api, "1", "2")
    api.credit(second["_case"], 100)
    assert left(api, first) + left(api, second) == 900
    return left(api, first) != 500


@seen_by
def longer_number_credited(api: Api) -> Any:
    first, second = numbered(api, "INV-1", "INV-10")
    body = api.crediting("") | {"invoice_number": "INV-1"}
    del body["case"]
    assert api.http.post("/creditor-crediting", json=body).status_code == 201
    assert left(api, first) + left(api, second) == 900
    return left(api, first) != 400


@seen_by
def refused_but_stored(api: Api) -> Any:
    for currency in ("EUR", None):
        assert api.post_invoice(currency=currency).status_code == 422
    assert api.post_invoice(currency="EUR", matrix=[]).status_code == 422
    stored = find(api, **{"debt.invoice_number": "INV-2025-015"})
    assert len(stored) in (0, 2)
    return stored


@seen_by
def leading_zeros_lost(api: Api) -> Any:
    assert case_of(api, api.register(invoice_number="A-007"))["debt"]["invoice_number"] == "A-007"
    return case_of(api, api.register(invoice_number="007"))["debt"]["invoice_number"] != "007"


@seen_by
def company_refused(api: Api) -> Any:
    company = debtor(is_person=False, is_company=True)
    return api.post_invoice(customer=company).status_code != 201


@seen_by
def ocr_per_debtor(api: Api) -> Any:
    [first, second] = numbered(api, "1", "2")
    other = api.register(customer=debtor(id_number="556789-9999"))
    assert other["ocr_number_ocr"] != first["ocr_number_ocr"]
    return first["ocr_number_ocr"] == second["ocr_number_ocr"]


@seen_by
def crediting_id_reused(api: Api) -> Any:
    case = api.register()["_case"]
    answers = [api.credit(case, amount) for amount in (100, 50)]
    for answer in answers:
        assert answer.headers["location"].endswith(answer.json()["_id"])
    return len({answer.json()["_id"] for answer in answers}) == 1


@seen_by
def receipt_references_swapped(api: Api) -> Any:
    case = api.register()["_case"]
    receipts = [api.credit(case).json(), api.cancel(case).json()]
    [number] = {receipt["case_invoice_number"] for receipt in receipts}
    return number != "INV-2025-015"


@seen_by
def invoice_link_wrong(api: Api) -> Any:
    receipt = api.register()
    return case_of(api, receipt)["invoice"] != receipt["_invoice"]


@seen_by
def token_prefix(api: Api) -> Any:
    token = api.sandbox.token
    assert api.http.get("/cases", headers={"X-API-Key": token[:19]}).status_code == 401
    return all(api.http.get("/cases", headers={"X-API-Key": key}).status_code == 200 for key in (token[:20], f"{token}x"))


@seen_by
def checks_before_auth(api: Api) -> Any:
    valid = api.http.post("/invoice-registration", json=api.invoice(), headers={"X-API-Key": "wrong"})
    assert valid.status_code == 401
    assert api.cases()["_items"] == []
    return post_without_token(api).status_code != 401


@seen_by
def foreign_case_by_id(api: Api) -> Any:
    own = api.register()
    other = api.sandbox.accounts()[1]
    intruder = Api(api.sandbox, token=other["token"])
    with intruder.http:
        watch(intruder, api)
        assert intruder.cases()["_items"] == []
        found = find(intruder, _id=own["_case"])
    assert found in ([], [case_of(api, own)])
    return found


@seen_by
def issue_index_from_one(api: Api) -> Any:
    answer = api.http.post("/invoice-registration", json=api.invoice(matrix=[line(), line(vat="25")]))
    return set(answer.json()["_issues"]["matrix"]) != {"1"}


@seen_by
def latin1_bodies(api: Api) -> Any:
    api.register(customer=debtor(name="Åsa Öberg"))
    content = api.http.get("/cases").content
    try:
        return json.loads(content.decode("utf-8"))["_items"][0]["customer_name"] != "Åsa Öberg"
    except UnicodeDecodeError:
        return json.loads(content.decode("latin-1"))["_items"][0]["customer_name"] == "Åsa Öberg"


def numbers(page: Json) -> list[str]:
    return [case["debt"]["invoice_number"] for case in page["_items"]]


def cancelled(api: Api) -> Json:
    case = api.register()["_case"]
    api.sandbox.clock.advance(seconds=5)
    assert api.cancel(case).status_code == 201
    return api.case(case)


@seen_by
def signature_unverified(api: Api) -> bool:
    foreign_key = ec.generate_private_key(ec.SECP256R1())
    expiry = int(api.sandbox.clock.now().timestamp()) + 600
    signed = jwt.encode({"api_code": api.sandbox.api_code, "exp": expiry}, foreign_key, "ES256")
    answer = api.http.get("/authenticates/api-code", headers={"X-API-Key": signed})
    if answer.status_code != 200:
        assert answer.status_code == 401
        return False
    return api.http.get("/cases", headers={"X-API-Key": answer.json()["token"]}).status_code == 200


@seen_by
def cancellation_without_key(api: Api) -> bool:
    case = api.register()["_case"]
    for path, body in (("/creditor-crediting", api.crediting(case)), ("/invoice-registration", api.invoice())):
        assert api.http.post(path, json=body, headers={"X-API-Key": "wrong"}).status_code == 401
    answer = api.http.post("/creditor-cancellation", json=api.cancellation(case), headers={"X-API-Key": "wrong"})
    return answer.status_code == 201 and "closed" in api.case(case)


@seen_by
def cases_writable(api: Api) -> bool:
    return api.http.post("/cases", json={}).status_code == 201


@seen_by
def both_addresses_accepted(api: Api) -> bool:
    answer = api.credit(api.register()["_case"], invoice_number="INV-2025-015")
    return answer.status_code == 201


@seen_by
def receipt_case_of_debtor(api: Api) -> bool:
    api.register(invoice_number="A-1")
    return bool(some_case(api, invoice_number="A-2")["debt"]["invoice_number"] != "A-2")


@seen_by
def location_of_case(api: Api) -> bool:
    case = api.register()["_case"]
    answer = api.credit(case)
    return not answer.headers["Location"].endswith(answer.json()["_id"])


@seen_by
def emoji_lost(api: Api) -> bool:
    return bool(some_case(api, debt_description="Åsa 🎻")["debt"]["debt_description"] == "Åsa ?")


@seen_by
def crediting_untyped(api: Api) -> bool:
    first, second = credited_case(api)["transactions"]
    assert "type" in first
    return "type" not in second


@seen_by
def later_history_iso(api: Api) -> bool:
    first, second = cancelled(api)["state_history"]
    assert first["state_date"].endswith(" GMT")
    return not second["state_date"].endswith(" GMT")


@seen_by
def latest_state_date_stays(api: Api) -> bool:
    case = cancelled(api)
    return bool(case["latest_state_date"] != case["state_history"][-1]["state_date"])


@seen_by
def closed_on_open_case(api: Api) -> bool:
    return "closed" in some_case(api)


@seen_by
def initial_capital_lowered(api: Api) -> bool:
    return bool(credited_case(api)["debt"]["initial_capital"] == 400)


@seen_by
def single_precision(api: Api) -> bool:
    assert some_case(api, matrix=[line(1234.56)])["total_remaining_capital_amount"] == 1234.56
    return bool(some_case(api, matrix=[line(200_000.01)])["total_remaining_capital_amount"] == 200_000.02)


@seen_by
def issues_dotted(api: Api) -> bool:
    answer = api.http.post("/invoice-registration", json=api.invoice(matrix=[line(vat="25")]))
    assert answer.status_code == 422
    return "matrix.0.unit_vat_percent" in answer.json()["_issues"]


@seen_by
def default_page_20(api: Api) -> bool:
    invoices = [api.invoice(invoice_number=f"A-{number}") for number in range(26)]
    assert api.http.post("/invoice-registration", json=invoices).status_code == 201
    assert len(api.cases(max_results="25")["_items"]) == 25
    return len(api.cases()["_items"]) == 20


@seen_by
def later_pages_unfiltered(api: Api) -> bool:
    for number in ("A-1", "B-1", "B-2"):
        api.register(invoice_number=number)
    where = {"debt.invoice_number": {"$in": ["B-1", "B-2"]}}
    pages = [api.cases(where=where, sort="debt.invoice_number", max_results="1", page=page) for page in ("1", "2")]
    assert numbers(pages[0]) == ["B-1"]
    return numbers(pages[1]) != ["B-2"]


@seen_by
def where_dates_local(api: Api) -> bool:
    api.register(invoice_date="Tue, 07 Oct 2025 00:00:00 GMT")
    return not api.cases(where={"debt.invoice_date": "Tue, 07 Oct 2025 00:00:00 GMT"})["_items"]


@seen_by
def where_ore_cut(api: Api) -> bool:
    api.register(matrix=[line(100.0)])
    assert api.cases(where={"total_remaining_capital_amount": 100})["_items"]
    return bool(api.cases(where={"total_remaining_capital_amount": 100.5})["_items"])


@seen_by
def sort_dates_as_text(api: Api) -> bool:
    for date in ("Tue, 07 Oct 2025 00:00:00 GMT", "Fri, 10 Oct 2025 00:00:00 GMT"):
        api.register(invoice_date=date)
    dates = [parsedate_to_datetime(case["debt"]["invoice_date"]) for case in api.cases(sort="debt.invoice_date")["_items"]]
    return dates != sorted(dates)


@seen_by
def projection_dotted_whole(api: Api) -> bool:
    api.register()
    [case] = api.cases(projection={"debt.invoice_number": 1})["_items"]
    assert case["debt"]["invoice_number"] == "INV-2025-015"
    return len(case["debt"]) > 1


PROBES.update(PROBES_BY_CLASS)


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


def test_every_fault_has_its_probe_and_a_name_of_its_own() -> None:
    names = [fault.name for fault in CONTRACT_FAULTS]
    assert sorted(names) == sorted(PROBES)


@pytest.mark.parametrize("fault", CONTRACT_FAULTS, ids=lambda fault: fault.name)
def test_contract_fault(api: Api, fault: ContractFault) -> None:
    for on in (False, True):
        api.sandbox.reset()
        api.sandbox.faults.break_contract(*[fault.name] * on)
        if fault.group == "held out":
            watch(api)
        assert bool(PROBES[fault.name](api)) is on


def test_several_at_once_and_none_after_a_reset(api: Api) -> None:
    api.sandbox.faults.break_contract("leak", "enum_new", "overcredit_ok")
    case = some_case(api)
    assert ("_internal_note" in case, case["state"]) == (True, "limbo")
    assert api.credit(case["_id"], 600).status_code == 201
    api.sandbox.reset()
    assert not any(fault["on"] for fault in api.sandbox.control("GET", "contract-faults"))
    assert "_internal_note" not in some_case(api)


@pytest.mark.parametrize("names", [["no_such_fault"], {"leak": True}, "leak", [1]])
def test_unknown_faults_are_refused_with_a_list_of_all(sandbox: SandboxProcess, names: object) -> None:
    answer = httpx.put(f"{sandbox.base_url}/_sandbox/contract-faults", json=names)
    assert answer.status_code == 400
    assert "etag_missing" in answer.json()["_error"]["message"]
