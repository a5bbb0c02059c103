"""Each contract fault of the first hand: unseen while it is off, seen by the check named here while it is on."""

import gzip
import json
import re
from collections.abc import Callable
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.domain.test_guide import luhn
from tests.sandbox.guide_calls import Api, Json, line
from tests.sandbox.http.raw_socket import exchange

Probe = Callable[[Api], bool]
PROBES: dict[str, Probe] = {}
RFC_1123 = re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT")
HEX_24 = re.compile(r"[0-9a-f]{24}")


def seen_by(probe: Probe) -> Probe:
    PROBES[probe.__name__.removeprefix("sees_")] = probe
    return probe


def post(api: Api, **changes: Any) -> httpx.Response:
    return api.http.post("/invoice-registration", json=api.invoice(**changes))


def some_case(api: Api, **changes: Any) -> Json:
    return api.case(api.register(**changes)["_case"])


def page(api: Api, **query: Any) -> Json:
    return api.cases(**query)


def credited(api: Api, amount: float = 100.0, **changes: Any) -> Json:
    case = api.register(**changes)["_case"]
    api.credit(case, amount)
    return api.case(case)


def three(api: Api) -> None:
    for number in ("3", "1", "2"):
        api.register(invoice_number=number)


def second_creditor(api: Api) -> str:
    found = next(item for item in api.http.get("/creditors").json()["_items"] if "second" in item["name"])
    identity: str = found["_id"]
    return identity


@seen_by
def sees_etag_missing(api: Api) -> bool:
    return "_etag" not in api.register()


@seen_by
def sees_date_iso(api: Api) -> bool:
    return not RFC_1123.fullmatch(api.register()["_created"])


@seen_by
def sees_amount_string(api: Api) -> bool:
    return isinstance(some_case(api)["transactions"][0]["amount"], str)


@seen_by
def sees_amount_string_credited(api: Api) -> bool:
    assert not isinstance(some_case(api)["total_remaining_capital_amount"], str)
    return isinstance(credited(api)["total_remaining_capital_amount"], str)


@seen_by
def sees_enum_new(api: Api) -> bool:
    return some_case(api)["state"] not in ("initializing", "invoice")


@seen_by
def sees_status_200(api: Api) -> bool:
    return post(api).status_code != 201


@seen_by
def sees_items_null(api: Api) -> bool:
    return page(api)["_items"] is None


@seen_by
def sees_total_off(api: Api) -> bool:
    return bool(page(api)["_meta"]["total"] != 0)


@seen_by
def sees_where_ignored(api: Api) -> bool:
    api.register()
    return len(page(api, where={"debt.invoice_number": "no such number"})["_items"]) > 0


@seen_by
def sees_sort_ignored(api: Api) -> bool:
    three(api)
    numbers = [case["debt"]["invoice_number"] for case in page(api, sort="debt.invoice_number")["_items"]]
    return numbers != ["1", "2", "3"]


@seen_by
def sees_auth_off(api: Api) -> bool:
    return api.http.get("/cases", headers={"X-API-Key": "wrong"}).status_code == 200


@seen_by
def sees_auth_403(api: Api) -> bool:
    return api.http.get("/cases", headers={"X-API-Key": "wrong"}).status_code == 403


@seen_by
def sees_unicode_500(api: Api) -> bool:
    return post(api, invoice_headline="Räksmörgås").status_code == 500


@seen_by
def sees_content_type_html(api: Api) -> bool:
    return api.http.get("/cases").headers["content-type"] != "application/json"


@seen_by
def sees_overcredit_ok(api: Api) -> bool:
    return api.credit(api.register()["_case"], 501).status_code == 201


@seen_by
def sees_cancelled_credit_ok(api: Api) -> bool:
    case = api.register()["_case"]
    api.cancel(case)
    return api.credit(case).status_code == 201


@seen_by
def sees_page_overlap(api: Api) -> bool:
    three(api)
    pages = [page(api, page=str(number), max_results="1")["_items"][0]["_id"] for number in (1, 2, 3)]
    return len(set(pages)) < 3


@seen_by
def sees_not_visible(api: Api) -> bool:
    api.register()
    return bool(page(api)["_meta"]["total"] == 0)


@seen_by
def sees_lost_every_3(api: Api) -> bool:
    three(api)
    return bool(page(api)["_meta"]["total"] < 3)


@seen_by
def sees_wrong_currency(api: Api) -> bool:
    return bool(some_case(api)["currency"] != "SEK")


@seen_by
def sees_negative_accepted(api: Api) -> bool:
    return api.credit(api.register()["_case"], -1).status_code == 201


@seen_by
def sees_float_rounding(api: Api) -> bool:
    amount = some_case(api, matrix=[line(0.3)])["total_remaining_capital_amount"]
    return Decimal(str(amount)) % Decimal("0.01") != 0


@seen_by
def sees_leak(api: Api) -> bool:
    return "_internal_note" in some_case(api)


@seen_by
def sees_err_shape(api: Api) -> bool:
    return "_issues" not in post(api, currency=1).json()


@seen_by
def sees_ocr_wrong(api: Api) -> bool:
    return not luhn(api.register()["ocr_number_ocr"])


@seen_by
def sees_ocr_number_type(api: Api) -> bool:
    return not isinstance(api.register()["ocr_number_ocr"], str)


@seen_by
def sees_required_missing_accepted(api: Api) -> bool:
    body = api.invoice()
    del body["customer"]
    return api.http.post("/invoice-registration", json=body).status_code == 201


@seen_by
def sees_extra_accepted(api: Api) -> bool:
    return post(api, colour="blue").status_code == 201


@seen_by
def sees_enum_in_accepted(api: Api) -> bool:
    return post(api, currency="XXX").status_code == 201


@seen_by
def sees_max_results_ignored(api: Api) -> bool:
    three(api)
    return len(page(api, max_results="2")["_items"]) != 2


@seen_by
def sees_credit_noop(api: Api) -> bool:
    return bool(credited(api)["total_remaining_capital_amount"] == 500)


@seen_by
def sees_cancel_noop(api: Api) -> bool:
    case = api.register()["_case"]
    assert api.cancel(case).status_code == 201
    return "closed" not in api.case(case)


@seen_by
def sees_cancel_leaves_debt(api: Api) -> bool:
    case = api.register()["_case"]
    api.cancel(case)
    return bool(api.case(case)["total_remaining_capital_amount"] != 0)


@seen_by
def sees_dup_ok(api: Api) -> bool:
    api.sandbox.assume(duplicate_invoice_numbers="refused")
    api.register()
    return post(api).status_code == 201


@seen_by
def sees_null_field(api: Api) -> bool:
    return None in some_case(api).values()


@seen_by
def sees_delete_ok(api: Api) -> bool:
    return api.http.delete("/cases").status_code == 200


@seen_by
def sees_id_uuid(api: Api) -> bool:
    return not HEX_24.fullmatch(api.register()["_id"])


@seen_by
def sees_where_500(api: Api) -> bool:
    return api.get("/cases", where="{bad").status_code == 500


@seen_by
def sees_zip_stricter(api: Api) -> bool:
    customer = api.invoice()["customer"]
    customer["address"]["zip_code"] = "543 21"
    return post(api, customer=customer).status_code != 201


@seen_by
def sees_slow(api: Api) -> bool:
    return bool(api.http.get("/cases").elapsed.total_seconds() >= 0.6)


@seen_by
def sees_page0_500(api: Api) -> bool:
    return api.get("/cases", page="0").status_code == 500


@seen_by
def sees_status_case(api: Api) -> bool:
    return bool(api.register()["_status"] != "OK")


@seen_by
def sees_cross_creditor(api: Api) -> bool:
    case, other = api.register()["_case"], second_creditor(api)
    accepted = api.credit(case, creditor=other).status_code == 201
    assert (api.cancel(case, creditor=other).status_code == 201) == accepted
    return accepted


@seen_by
def sees_double_cancel_ok(api: Api) -> bool:
    case = api.register()["_case"]
    api.cancel(case)
    return api.cancel(case).status_code == 201


@seen_by
def sees_maxlen_ignored(api: Api) -> bool:
    return post(api, invoice_number="9" * 101).status_code == 201


@seen_by
def sees_etag_static(api: Api) -> bool:
    before = some_case(api)
    api.credit(before["_id"])
    return bool(api.case(before["_id"])["_etag"] == before["_etag"])


@seen_by
def sees_updated_backwards(api: Api) -> bool:
    case = some_case(api)
    return bool(parsedate_to_datetime(case["_updated"]) < parsedate_to_datetime(case["_created"]))


@seen_by
def sees_tz_shift(api: Api) -> bool:
    sent = "Tue, 07 Oct 2025 10:11:22 GMT"
    return bool(some_case(api, invoice_date=sent)["debt"]["invoice_date"] != sent)


@seen_by
def sees_partial_write(api: Api) -> bool:
    failed = post(api).status_code == 500
    assert page(api)["_meta"]["total"] == 1
    return failed


@seen_by
def sees_eventual(api: Api) -> bool:
    api.sandbox.clock.freeze()
    api.register()
    late = page(api)["_meta"]["total"] == 0
    api.sandbox.clock.advance(seconds=3)
    assert page(api)["_meta"]["total"] == 1
    return bool(late)


@seen_by
def sees_tx_sum(api: Api) -> bool:
    case = credited(api)
    return bool(sum(entry["amount"] for entry in case["transactions"]) != case["total_remaining_capital_amount"])


@seen_by
def sees_case_in_error(api: Api) -> bool:
    return "556789-1234" in post(api, currency=1).text


@seen_by
def sees_429_no_retry_after(api: Api) -> bool:
    answers = [api.http.get("/cases") for _ in range(4)]
    return any(answer.status_code == 429 and "retry-after" not in answer.headers for answer in answers)


@seen_by
def sees_gzip_bad_len(api: Api) -> bool:
    seen = exchange(api.sandbox, "GET", "/cases")
    if seen.header("Content-Encoding") == "gzip":
        assert json.loads(gzip.decompress(seen.body))["_items"] == []
    return seen.promised != len(seen.body)


@seen_by
def sees_dup_json_key(api: Api) -> bool:
    pairs = json.loads(post(api).text, object_pairs_hook=list)
    return len({name for name, _ in pairs}) < len(pairs)


@seen_by
def sees_int_overflow(api: Api) -> bool:
    return bool(some_case(api, matrix=[line(1e12), line(0.25)])["debt"]["initial_capital"] != 1000000000000.25)


def test_each_of_the_first_hand_has_its_probe(sandbox: SandboxProcess) -> None:
    faults = sandbox.control("GET", "contract-faults")
    assert list(PROBES) == [fault["name"] for fault in faults if fault["hand"] == "first"]


def test_the_two_hands_wrote_different_faults(sandbox: SandboxProcess) -> None:
    names = [fault["name"] for fault in sandbox.control("GET", "contract-faults")]
    assert len(set(names)) == len(names) >= 84


@pytest.mark.parametrize("name", PROBES)
def test_contract_fault(api: Api, name: str) -> None:
    assert not PROBES[name](api)
    api.sandbox.reset()
    api.sandbox.faults.break_contract(name)
    assert PROBES[name](api)


def test_several_at_once_and_none_after_a_reset(api: Api) -> None:
    api.sandbox.faults.break_contract("leak", "enum_new", "overcredit_ok")
    case = some_case(api)
    assert ("_internal_note" in case, case["state"]) == (True, "limbo")
    assert api.credit(case["_id"], 600).status_code == 201
    api.sandbox.reset()
    assert not any(fault["on"] for fault in api.sandbox.control("GET", "contract-faults"))
    assert "_internal_note" not in some_case(api)


@pytest.mark.parametrize("wish", [["no_such_fault"], {"leak": True}, "leak", [1]])
def test_unknown_faults_are_told_which_there_are(sandbox: SandboxProcess, wish: object) -> None:
    answer = httpx.put(f"{sandbox.base_url}/_sandbox/contract-faults", json=wish)
    assert answer.status_code == 400
    assert "etag_missing" in answer.json()["_error"]["message"]
