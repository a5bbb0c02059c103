"""A probe for each fault of the group `by class`: whether it can be seen, by calls of the API."""

import json
import time
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.sandbox.guide_calls import Api, Json, line

Probe = Callable[[Api], Any]
EXCHANGE = "/authenticates/api-code"
REGISTRATIONS, CREDITINGS, CANCELLATIONS = "/invoice--registrations", "/creditor--creditings", "/creditor--cancellations"
NO_SUCH_DAY = "Mon, 31 Feb 2025 00:00:00 GMT"


# --- the exchange of credentials ----------------------------------------------------------------------------------------
def exchange(api: Api, credential: str) -> int:
    return api.http.get(EXCHANGE, headers={"X-API-Key": credential}).status_code


def signed(api: Api, algorithm: str = "ES256", key: Any = None, **changes: Any) -> str:
    claims = {"api_code": api.sandbox.api_code, "exp": int(time.time()) + 300} | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    own = Path(api.sandbox.private_key_file).read_text(encoding="utf-8")
    return jwt.encode(claims, own if key is None else key, algorithm)


def exchanged(**wrong: Any) -> Probe:
    def probe(api: Api) -> bool:
        assert exchange(api, signed(api)) == 200
        assert exchange(api, signed(api, key=ec.generate_private_key(ec.SECP256R1()))) == 401
        return exchange(api, signed(api, **wrong)) == 200

    return probe


def exchanged_token_unknown(api: Api) -> bool:
    token = api.http.get(EXCHANGE, headers={"X-API-Key": signed(api)}).json()["token"]
    return api.http.get("/cases", headers={"X-API-Key": token}).status_code == 401


# --- methods that are not offered ---------------------------------------------------------------------------------------
def confirmed(method: str, path: Callable[[Api], str], status: int) -> Probe:
    return lambda api: api.http.request(method, path(api)).status_code == status


def item(path: str, name: str = "_id") -> Callable[[Api], str]:
    return lambda api: f"{path}/{api.register()[name]}"


def patched_though_refused(api: Api) -> bool:
    case = api.register()["_case"]
    assert api.http.patch(f"/cases/{case}", json={"customer_name": "Other"}).status_code == 405
    return bool(api.case(case)["customer_name"] == "Other")


# --- pages of the default size, and orders ------------------------------------------------------------------------------
def numbers(api: Api, path: str, **query: str) -> list[str]:
    items = api.get(path, **query).json()["_items"]
    return [each.get("invoice_number") or each["debt"]["invoice_number"] for each in items]


def later_page(path: str, sort: str, wrong: Callable[[list[str]], bool], count: int = 50) -> Probe:
    """See whether the second page of the default size is wrong, while one of 30 documents is right."""

    def probe(api: Api) -> bool:
        wanted = [f"A-{number:02}" for number in range(count)]
        invoices = [api.invoice(invoice_number=number) for number in wanted]
        assert api.http.post("/invoice-registration", json=invoices).status_code == 201
        assert sorted(numbers(api, path, sort=sort, page="2", max_results="30")) == wanted[30:]
        assert numbers(api, path, sort=sort)[:10] == wanted[:10]
        return wrong(numbers(api, path, sort=sort, page="2"))

    return probe


def later_default_page_unsorted(api: Api) -> bool:
    wanted = [f"A-{number:02}" for number in range(30)]
    assert api.http.post("/invoice-registration", json=[api.invoice(invoice_number=each) for each in wanted]).status_code == 201
    assert numbers(api, "/cases", sort="-debt.invoice_number") == wanted[:4:-1]
    return numbers(api, "/cases", sort="-debt.invoice_number", page="2") != wanted[4::-1]


def later_total_is_rest(api: Api) -> bool:
    assert api.http.post("/invoice-registration", json=[api.invoice() for _ in range(30)]).status_code == 201
    return bool(api.cases(page="2")["_meta"]["total"] == 5)


def ordered(sort: str, prices: tuple[float, ...] = (9, 10, 100)) -> Probe:
    """See whether cases come in another order than that of their amounts."""

    def probe(api: Api) -> bool:
        for price in prices:
            api.register(matrix=[line(price)])
        assert [case["debt"]["initial_capital"] for case in api.cases(sort="total_added_capital_amount")["_items"]] == [*prices]
        found = [case["debt"]["initial_capital"] for case in api.cases(sort=sort)["_items"]]
        return found != sorted(prices, reverse="-" in sort)

    return probe


def sorted_by_kronor(api: Api) -> bool:
    for price in (9.5, 9.25):
        api.register(matrix=[line(price)])
    return [case["debt"]["initial_capital"] for case in api.cases(sort="total_added_capital_amount,_id")["_items"]] == [9.5, 9.25]


def creditings_as_text(api: Api) -> bool:
    case = api.register()["_case"]
    for amount in (9, 10):
        api.credit(case, amount)
    return [each["amount"] for each in api.get(CREDITINGS, sort="amount").json()["_items"]] == [10, 9]


def amounts_compared_as_text(api: Api) -> bool:
    api.register(matrix=[line(10)])
    return bool(api.cases(where={"total_added_capital_amount": {"$gt": 9}})["_meta"]["total"] == 0)


# --- properties ---------------------------------------------------------------------------------------------------------
def registered(change: Callable[[Json], Any]) -> Probe:
    """See whether an invoice is accepted that is wrong in one thing."""

    def probe(api: Api) -> bool:
        invoice = api.invoice(matrix=[line(), line()])
        change(invoice)
        return api.http.post("/invoice-registration", json=invoice).status_code == 201

    return probe


def stored(api: Api) -> Json:
    found: Json = api.http.get(f"{REGISTRATIONS}/{api.register()['_id']}").json()
    return found


def shown(path: str) -> Probe:
    """See whether a case shows an internal property at a place."""

    def probe(api: Api) -> bool:
        api.register()
        node: Any = api.cases()
        for step in filter(None, path.split("/")):
            node = node[int(step)] if step.isdecimal() else node[step]
        return "internal_score" in node

    return probe


def some_case(api: Api) -> Json:
    return api.case(api.register()["_case"])


# --- one debtor at different times --------------------------------------------------------------------------------------
def of_two_names(api: Api) -> list[Json]:
    """Return the cases of one debtor who had another name and another number before."""
    for name, number in (("Jane Smith", "1"), ("Jane Jones", "2")):
        api.register(customer=api.invoice()["customer"] | {"name": name, "customer_number": number})
    cases: list[Json] = api.cases(sort="_id")["_items"]
    return cases


def stored_customer_is_latest(api: Api) -> bool:
    of_two_names(api)
    names = {each["customer"]["name"] for each in api.get(REGISTRATIONS).json()["_items"]}
    return len(names) == 1


# --- what was written ---------------------------------------------------------------------------------------------------
def first_item_for_each(api: Api) -> bool:
    case = api.register()["_case"]
    api.credit(case, 1)
    second = api.credit(case, 2).json()["_id"]
    return bool(api.http.get(f"{CREDITINGS}/{second}").json()["_id"] != second)


def stored_where_ignored(api: Api) -> bool:
    api.cancel(api.register()["_case"])
    return bool(api.get(CANCELLATIONS, where={"case": "f" * 24}).json()["_meta"]["total"] == 1)


def refused_crediting_stored(api: Api) -> bool:
    assert api.credit(api.register()["_case"], 501).status_code == 422
    return bool(api.get(CREDITINGS).json()["_meta"]["total"] == 1)


def crediting_as_stored(name: str, sent: Any) -> Probe:
    def probe(api: Api) -> bool:
        receipt = api.credit(api.register()["_case"], **{"amount": 10.5, name: sent}).json()
        return bool(api.http.get(f"{CREDITINGS}/{receipt['_id']}").json()[name] != sent)

    return probe


def stored_case_wrong(api: Api) -> bool:
    document = stored(api)
    return bool(document["_case"] == document["_id"])


def item_unlike_list(api: Api) -> bool:
    return bool(stored(api) != api.get(REGISTRATIONS).json()["_items"][0])


def case_read_before_its_changes(api: Api) -> bool:
    case = api.register()["_case"]
    api.credit(case, 100)
    return bool(api.case(case)["total_remaining_capital_amount"] != 400)


def as_stranger(api: Api, path: str) -> httpx.Response:
    return api.http.get(path, headers={"X-API-Key": api.sandbox.accounts()[1]["token"]})


def strangers_count(api: Api) -> bool:
    api.cancel(api.register()["_case"])
    return bool(as_stranger(api, CANCELLATIONS).json()["_meta"]["total"] == 1)


# --- encodings and pace -------------------------------------------------------------------------------------------------
def text_changed(text: str) -> Probe:
    def probe(api: Api) -> bool:
        case = api.case(api.register(customer=api.invoice()["customer"] | {"name": text})["_case"])
        return bool(case["customer_name"] != text)

    return probe


def gzip_without_end(api: Api) -> bool:
    with api.http.stream("GET", "/cases") as answer:
        raw = b"".join(answer.iter_raw())
    reader = zlib.decompressobj(wbits=31)
    if answer.headers.get("content-encoding") != "gzip":
        return False
    assert json.loads(reader.decompress(raw))["_items"] == []
    return not reader.eof


def chunks_without_end(api: Api) -> bool:
    try:
        api.http.get("/cases")
    except httpx.RemoteProtocolError:
        return True
    return False


def takes_long(*calls: Callable[[Api], httpx.Response]) -> Probe:
    return lambda api: max(call(api).elapsed.total_seconds() for call in calls) >= 0.5


PROBES_BY_CLASS: dict[str, Probe] = {
    "unsigned_exchanged": exchanged(algorithm="none", key=""),
    "shared_secret_exchanged": exchanged(algorithm="HS256", key="a secret of thirty-two characters"),
    "expired_exchanged": exchanged(exp=int(time.time()) - 60),
    "endless_exchanged": exchanged(exp=None),
    "code_not_compared": exchanged(api_code="nobody's"),
    "any_code_by_post": lambda api: api.http.post(EXCHANGE, json={"api_code": "nobody's"}).status_code == 200,
    "token_renews_itself": lambda api: exchange(api, api.sandbox.token) == 200,
    "exchanged_token_unknown": exchanged_token_unknown,
    "forged_credential_500": lambda api: exchange(api, "no credential") == 500,
    "registration_deleted": confirmed("DELETE", item(REGISTRATIONS), 204),
    "creditings_deleted": confirmed("DELETE", lambda _: CREDITINGS, 204),
    "cancellation_replaced": confirmed("PUT", lambda _: f"{CANCELLATIONS}/{'f' * 24}", 200),
    "case_patched": confirmed("PATCH", item("/cases", "_case"), 200),
    "case_posted": confirmed("POST", item("/cases", "_case"), 201),
    "unoffered_method_500": confirmed("DELETE", lambda _: "/cases", 500),
    "unoffered_method_forbidden": confirmed("DELETE", lambda _: "/cases", 403),
    "patched_though_refused": patched_though_refused,
    "default_pages_overlap": later_page("/cases", "debt.invoice_number", lambda page: page[0] == "A-24"),
    "default_pages_skip": later_page("/cases", "debt.invoice_number", lambda page: page[0] == "A-26"),
    "later_default_page_short": later_page("/cases", "debt.invoice_number", lambda page: len(page) == 20),
    "default_page_of_cases_repeated": later_page("/cases", "debt.invoice_number", lambda page: page[0] == "A-00"),
    "default_page_of_written_repeated": later_page(REGISTRATIONS, "invoice_number", lambda page: page[0] == "A-00"),
    "later_default_page_unsorted": later_default_page_unsorted,
    "later_total_is_rest": later_total_is_rest,
    "default_size_of_written_10": later_page(REGISTRATIONS, "invoice_number", lambda page: len(page) == 10),
    "second_amount_as_text": ordered("currency,total_added_capital_amount"),
    "descending_amounts_as_text": ordered("-total_added_capital_amount"),
    "local_amounts_as_text": ordered("local_added_capital_amount"),
    "debt_as_text": ordered("debt.initial_capital"),
    "sorted_by_kronor": sorted_by_kronor,
    "creditings_as_text": creditings_as_text,
    "amounts_compared_as_text": amounts_compared_as_text,
    "unknown_in_customer_dropped": registered(lambda invoice: invoice["customer"].update(colour="blue")),
    "unknown_in_address_dropped": registered(lambda invoice: invoice["customer"]["address"].update(colour="blue")),
    "unknown_in_later_line_dropped": registered(lambda invoice: invoice["matrix"][1].update(colour="blue")),
    "unknown_in_crediting_dropped": lambda api: api.credit(api.register()["_case"], colour="blue").status_code == 201,
    "unknown_in_cancellation_dropped": lambda api: api.cancel(api.register()["_case"], colour="blue").status_code == 201,
    "later_line_unchecked": registered(lambda invoice: invoice["matrix"][1].pop("article_description")),
    "address_without_city_accepted": registered(lambda invoice: invoice["customer"]["address"].pop("city")),
    "null_left_out": registered(lambda invoice: invoice["customer"].update(email=None)),
    "no_such_day_accepted": registered(lambda invoice: invoice.update(invoice_due_date=NO_SUCH_DAY)),
    "delivery_date_unread": registered(lambda invoice: invoice.update(invoice_delivery_date="tomorrow")),
    "client_date_unread": lambda api: (
        api.credit(api.register()["_case"], client_registration_date=NO_SUCH_DAY).status_code == 201
    ),
    "leak_in_debt": shown("_items/0/debt"),
    "leak_in_transaction": shown("_items/0/transactions/0"),
    "leak_in_history": shown("_items/0/status_history/0"),
    "leak_in_page": shown(""),
    "leak_in_meta": shown("_meta"),
    "leak_in_refusal": lambda api: "internal_score" in api.post_invoice(currency=1).json()["_error"],
    "leak_in_stored_customer": lambda api: "internal_score" in stored(api)["customer"],
    "leak_in_stored_line": lambda api: "internal_score" in stored(api)["matrix"][0],
    "due_days_left_out": lambda api: "interest_days_after_invoice_date" not in some_case(api)["debt"],
    "origin_left_out": lambda api: "origin" not in some_case(api)["transactions"][0],
    "no_such_day_in_history": lambda api: " 31 Feb " in some_case(api)["status_history"][0]["status_date"],
    "short_year_in_transaction": lambda api: len(some_case(api)["transactions"][0]["registration_date"]) == 27,
    "stored_due_date_iso": lambda api: not stored(api)["invoice_due_date"].endswith(" GMT"),
    "date_header_iso": lambda api: not api.http.get("/cases").headers["date"].endswith(" GMT"),
    "stored_where_ignored": stored_where_ignored,
    "first_item_for_each": first_item_for_each,
    "unknown_item_found": lambda api: api.http.get(f"{CREDITINGS}/{'f' * 24}").status_code == 200,
    "refused_crediting_stored": refused_crediting_stored,
    "stored_ore_lost": crediting_as_stored("amount", 10.5),
    "stored_reference_cut": crediting_as_stored("creditor_reference", "CRED-2025-001"),
    "stored_case_wrong": stored_case_wrong,
    "item_unlike_list": item_unlike_list,
    "case_read_before_its_changes": case_read_before_its_changes,
    "stored_without_token": lambda api: (
        api.http.get(f"{REGISTRATIONS}/{api.register()['_id']}", headers={"X-API-Key": "wrong"}).status_code == 200
    ),
    "strangers_read_items": lambda api: as_stranger(api, f"{REGISTRATIONS}/{api.register()['_id']}").status_code == 200,
    "strangers_count": strangers_count,
    "first_name_stays": lambda api: of_two_names(api)[1]["customer_name"] == "Jane Smith",
    "latest_name_everywhere": lambda api: of_two_names(api)[0]["customer_name"] == "Jane Jones",
    "first_number_stays": lambda api: of_two_names(api)[1]["customer_number"] == "1",
    "customer_of_each_case": lambda api: len({case["customer"] for case in of_two_names(api)}) == 2,
    "status_of_customer_differs": lambda api: len({case["customer_status"] for case in of_two_names(api)}) == 2,
    "stored_customer_is_latest": stored_customer_is_latest,
    "letters_cut_at_blocks": text_changed("å" * 63 + "1" + "å" * 63),
    "letters_decomposed": text_changed(unicodedata.normalize("NFC", "Åsa")),
    "line_ends_lost": text_changed("Jane\nSmith"),
    "byte_order_mark": lambda api: api.http.get(f"/cases/{api.register()['_case']}").content.startswith(b"\xef\xbb\xbf"),
    "charset_of_windows": lambda api: "windows" in api.post_invoice(currency=1).headers["content-type"],
    "gzip_without_end": gzip_without_end,
    "chunks_without_end": chunks_without_end,
    "slow_writes": takes_long(lambda api: api.credit(api.register()["_case"])),
    "slow_items": takes_long(lambda api: api.http.get(f"/cases/{api.register()['_case']}")),
    "slow_now_and_then": takes_long(*[lambda api: api.http.get("/cases")] * 4),
}
