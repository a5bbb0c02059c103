"""Each contract fault of the third hand: seen over HTTP while it is on, and not while it is off."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from guide_calls import Api, Json, line

Probe = Callable[[Api], bool]
PROBES: dict[str, Probe] = {}


def seen_by(probe: Probe) -> Probe:
    PROBES[probe.__name__.removeprefix("sees_")] = probe
    return probe


def new_case(api: Api, **changes: object) -> Json:
    return api.case(api.register(**changes)["_case"])


def numbers(page: Json) -> list[str]:
    return [case["debt"]["invoice_number"] for case in page["_items"]]


def credited(api: Api, amount: float = 100.0) -> Json:
    case = api.register()["_case"]
    assert api.credit(case, amount).status_code == 201
    return api.case(case)


def cancelled(api: Api) -> Json:
    case = api.register()["_case"]
    api.sandbox.clock.advance(seconds=5)
    assert api.cancel(case).status_code == 201
    return api.case(case)


@seen_by
def sees_signature_unverified(api: Api) -> bool:
    foreign_key = ec.generate_private_key(ec.SECP256R1())
    expiry = int(api.sandbox.clock.now().timestamp()) + 600
    signed = jwt.encode({"api_code": api.sandbox.api_code, "exp": expiry}, foreign_key, "ES256")
    answer = api.http.get("/authenticates/api-code", headers={"X-API-Key": signed})
    if answer.status_code != 200:
        assert answer.status_code == 401
        return False
    return api.http.get("/cases", headers={"X-API-Key": answer.json()["token"]}).status_code == 200


@seen_by
def sees_cancellation_without_key(api: Api) -> bool:
    case = api.register()["_case"]
    for path, body in (("/creditor-crediting", api.crediting(case)), ("/invoice-registration", api.invoice())):
        assert api.http.post(path, json=body, headers={"X-API-Key": "wrong"}).status_code == 401
    answer = api.http.post("/creditor-cancellation", json=api.cancellation(case), headers={"X-API-Key": "wrong"})
    return answer.status_code == 201 and "closed" in api.case(case)


@seen_by
def sees_cases_writable(api: Api) -> bool:
    return api.http.post("/cases", json={}).status_code == 201


@seen_by
def sees_both_addresses_accepted(api: Api) -> bool:
    answer = api.credit(api.register()["_case"], invoice_number="INV-2025-015")
    return answer.status_code == 201


@seen_by
def sees_receipt_case_of_debtor(api: Api) -> bool:
    api.register(invoice_number="A-1")
    return bool(new_case(api, invoice_number="A-2")["debt"]["invoice_number"] != "A-2")


@seen_by
def sees_location_of_case(api: Api) -> bool:
    case = api.register()["_case"]
    answer = api.credit(case)
    return not answer.headers["Location"].endswith(answer.json()["_id"])


@seen_by
def sees_emoji_lost(api: Api) -> bool:
    return bool(new_case(api, debt_description="Åsa 🎻")["debt"]["debt_description"] == "Åsa ?")


@seen_by
def sees_crediting_untyped(api: Api) -> bool:
    first, second = credited(api)["transactions"]
    assert "type" in first
    return "type" not in second


@seen_by
def sees_later_history_iso(api: Api) -> bool:
    first, second = cancelled(api)["state_history"]
    assert first["state_date"].endswith(" GMT")
    return not second["state_date"].endswith(" GMT")


@seen_by
def sees_latest_state_date_stays(api: Api) -> bool:
    case = cancelled(api)
    return bool(case["latest_state_date"] != case["state_history"][-1]["state_date"])


@seen_by
def sees_closed_on_open_case(api: Api) -> bool:
    return "closed" in new_case(api)


@seen_by
def sees_initial_capital_lowered(api: Api) -> bool:
    return bool(credited(api)["debt"]["initial_capital"] == 400)


@seen_by
def sees_single_precision(api: Api) -> bool:
    assert new_case(api, matrix=[line(1234.56)])["total_remaining_capital_amount"] == 1234.56
    return bool(new_case(api, matrix=[line(200_000.01)])["total_remaining_capital_amount"] == 200_000.02)


@seen_by
def sees_issues_dotted(api: Api) -> bool:
    answer = api.http.post("/invoice-registration", json=api.invoice(matrix=[line(vat="25")]))
    assert answer.status_code == 422
    return "matrix.0.unit_vat_percent" in answer.json()["_issues"]


@seen_by
def sees_default_page_20(api: Api) -> bool:
    invoices = [api.invoice(invoice_number=f"A-{number}") for number in range(26)]
    assert api.http.post("/invoice-registration", json=invoices).status_code == 201
    assert len(api.cases(max_results="25")["_items"]) == 25
    return len(api.cases()["_items"]) == 20


@seen_by
def sees_later_pages_unfiltered(api: Api) -> bool:
    for number in ("A-1", "B-1", "B-2"):
        api.register(invoice_number=number)
    where = {"debt.invoice_number": {"$in": ["B-1", "B-2"]}}
    pages = [api.cases(where=where, sort="debt.invoice_number", max_results="1", page=page) for page in ("1", "2")]
    assert numbers(pages[0]) == ["B-1"]
    return numbers(pages[1]) != ["B-2"]


@seen_by
def sees_where_dates_local(api: Api) -> bool:
    api.register(invoice_date="Tue, 07 Oct 2025 00:00:00 GMT")
    return not api.cases(where={"debt.invoice_date": "Tue, 07 Oct 2025 00:00:00 GMT"})["_items"]


@seen_by
def sees_where_ore_cut(api: Api) -> bool:
    api.register(matrix=[line(100.0)])
    assert api.cases(where={"total_remaining_capital_amount": 100})["_items"]
    return bool(api.cases(where={"total_remaining_capital_amount": 100.5})["_items"])


@seen_by
def sees_sort_dates_as_text(api: Api) -> bool:
    for date in ("Tue, 07 Oct 2025 00:00:00 GMT", "Fri, 10 Oct 2025 00:00:00 GMT"):
        api.register(invoice_date=date)
    dates = [parsedate_to_datetime(case["debt"]["invoice_date"]) for case in api.cases(sort="debt.invoice_date")["_items"]]
    return dates != sorted(dates)


@seen_by
def sees_projection_dotted_whole(api: Api) -> bool:
    api.register()
    [case] = api.cases(projection={"debt.invoice_number": 1})["_items"]
    assert case["debt"]["invoice_number"] == "INV-2025-015"
    return len(case["debt"]) > 1


def test_each_has_its_probe(api: Api) -> None:
    faults = api.sandbox.control("GET", "contract-faults")
    assert list(PROBES) == [fault["name"] for fault in faults if fault["hand"] == "third"]


@pytest.mark.parametrize("name", PROBES)
def test_contract_fault(api: Api, name: str) -> None:
    assert not PROBES[name](api)
    api.sandbox.reset()
    api.sandbox.faults.break_contract(name)
    assert PROBES[name](api)
