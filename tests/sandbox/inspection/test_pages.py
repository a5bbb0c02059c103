"""What the pages say, read as HTML."""

import re
from typing import Any

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.inspector.reading import text
from tests.sandbox.guide_calls import Api


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "No request yet."),
        ("cases", "No cases yet."),
        ("cases?q=none", "No case matches."),
        ("requests", "No request yet."),
        ("requests?status=failed", "No request matches."),
        ("faults", "Every request is answered as it should be."),
        ("clock", "No open case waits for the clock."),
    ],
)
def test_an_empty_page_says_what_to_do(pages: httpx.Client, path: str, said: str) -> None:
    assert said in text(pages, path)


def test_the_overview_counts_and_names_what_is_unusual(api: Api, pages: httpx.Client, sandbox: SandboxProcess) -> None:
    api.register()
    api.register(invoice_number="INV-2")
    sandbox.faults.add("latency", seconds=0.01)
    sandbox.faults.break_contract("leak")
    sandbox.assume(quota="vendor", paths="guide")
    api.cases()
    seen = text(pages)
    for said in ("2 cases", "initializing 2", "latency always", "leak always", "99 of 100", "9 of 10 this second", "paths guide"):
        assert said in seen, said
    assert "/invoice-registration 2 requests" in seen
    sandbox.clock.advance(minutes=2)
    assert "invoice 2" in text(pages), "the cases age when a page looks at them"


def test_cases_are_found_by_number_reference_ocr_and_id(api: Api, pages: httpx.Client) -> None:
    receipt = api.register(invoice_number="AB-1")
    api.register(invoice_number="AB-2")
    api.register(invoice_number="ZZ-3")
    case = api.http.get(f"/cases/{receipt['_case']}").json()
    ocr = receipt["ocr_number_ocr"]
    queries = (receipt["_case"], ocr, f"{ocr[:10]} {ocr[10:]}", case["reference_number"], "AB-1")
    for query in queries:
        assert "AB-1" in text(pages, "cases", q=query)
        assert "1 case ," in text(pages, "cases", q=query).replace("case,", "case ,"), query
    assert "2 cases, the newest first" in text(pages, "cases", q="AB")
    assert "No case matches" in text(pages, "cases", q="B-1")


def test_cases_are_filtered_by_state_and_closing(api: Api, pages: httpx.Client) -> None:
    first, second = api.register(invoice_number="A-1"), api.register(invoice_number="A-2")
    api.http.post("/creditor-cancellation", json={"creditor": api.creditor, "case": first["_case"], "origin": "creditor_system"})
    assert "A-1" in (closed := text(pages, "cases", closed="yes"))
    assert "A-2" not in closed
    assert "A-2" in (open_ones := text(pages, "cases", closed="no"))
    assert "A-1" not in open_ones
    assert "No case matches" in text(pages, "cases", state="initializing", closed="yes")
    assert "A-1" in text(pages, "cases", state="closed", closed="yes", q="A")
    api.sandbox.assume(cancelled_state="unchanged")
    api.http.post("/creditor-cancellation", json={"creditor": api.creditor, "case": second["_case"], "origin": "creditor_system"})
    assert "2 cases" in text(pages, "cases", closed="yes")


def test_a_long_list_has_pages(api: Api, pages: httpx.Client) -> None:
    invoices = [api.invoice(invoice_number=f"N-{number:03}") for number in range(60)]
    assert api.http.post("/invoice-registration", json=invoices).status_code == 201
    first, second = text(pages, "cases"), text(pages, "cases", page="2")
    assert "1 to 50 of 60" in first
    assert "51 to 60 of 60" in second
    numbers = [set(re.findall(r"N-\d{3}", each)) for each in (first, second)]
    assert (len(numbers[0]), len(numbers[1]), len(numbers[0] | numbers[1])) == (50, 10, 60)


def test_a_case_shows_money_lifecycle_and_transactions(aged: dict[str, Any], pages: httpx.Client) -> None:
    seen = text(pages, f"cases/{aged['_case']}")
    for said in (
        "350.00 SEK remains of 500.00 SEK",
        "\N{MINUS SIGN}100.00 SEK",
        "\N{MINUS SIGN}50.00 SEK",
        "case registration",
        aged["ocr_number_ocr"],
    ):
        assert said in seen, said
    assert re.search(r"initializing 2025-10-07 .* invoice 2025-10-07 .* reminder 2025-10-22 .* in 12 days", seen)
    html = pages.get(f"cases/{aged['_case']}").text
    assert html.count("<circle") == 3
    assert 'datetime="2025-10-22T10:11:22Z" title="2025-10-22 10:11:22 UTC"' in html


def test_a_case_lists_the_requests_that_touched_it_also_the_lost_ones(
    aged: dict[str, Any], api: Api, pages: httpx.Client
) -> None:
    api.register(invoice_number="OTHER")
    api.http.get(f"/cases/{aged['_case']}")
    seen = text(pages, f"cases/{aged['_case']}")
    assert re.search(r"#\d+ \S+ credit no response drop_after took effect: 201 POST /creditor-crediting 50.00 SEK", seen)
    assert "OTHER" not in seen
    lost = next(each for each in api.sandbox.requests() if each["fault"])
    said = text(pages, f"requests/{lost['sequence']}")
    assert "No response was sent, because of the fault drop_after ." in said
    assert "The request had been answered with 201: it took effect ." in said
    assert aged["_case"] in said


@pytest.mark.parametrize(("fault", "said"), [("drop_before", "nothing happened"), ("html_502_after", "nothing was changed")])
def test_a_request_says_whether_it_took_effect(api: Api, pages: httpx.Client, fault: str, said: str) -> None:
    case = api.register()["_case"]
    api.sandbox.faults.add(fault, method="POST", times=1)
    try:
        api.http.post("/creditor-crediting", json=api.crediting(case, 9000.0))
    except httpx.TransportError:
        assert fault == "drop_before"
    assert said in text(pages, f"requests/{api.sandbox.requests()[-1]['sequence']}")


def test_requests_are_filtered(aged: dict[str, Any], api: Api, pages: httpx.Client) -> None:
    api.http.get("/nothing")
    api.cases()
    for wanted, number in (
        ({"operation": "credit"}, "2 requests"),
        ({"operation": "list cases"}, "1 request"),
        ({"status": "none"}, "1 request"),
        ({"status": "fault"}, "1 request"),
        ({"status": "refused"}, "1 request"),
        ({"status": "ok"}, "3 requests"),
        ({"since": "60"}, "5 requests"),
        ({"case": aged["_case"]}, "4 requests"),
        ({"case": aged["_case"], "operation": "register"}, "1 request"),
        ({"case": aged["_id"]}, "No request matches"),
        ({"case": "x"}, "No request matches"),
    ):
        assert f" {number}" in text(pages, "requests", **wanted), wanted


def test_a_case_that_is_cancelled_waits_for_nothing(api: Api, pages: httpx.Client) -> None:
    case = api.register()["_case"]
    api.http.post("/creditor-cancellation", json={"creditor": api.creditor, "case": case, "origin": "creditor_system"})
    for shape in ("object", "date"):
        api.sandbox.assume(closed_shape=shape)
        seen = text(pages, f"cases/{case}")
        assert "Closed , closed" in seen
        assert "0.00 SEK remain: nothing is owed" in seen
        assert "Nothing more happens to it by the clock." in seen


def test_a_case_that_is_due_in_the_year_9999_is_shown(api: Api, pages: httpx.Client) -> None:
    case = api.register(invoice_due_date="9999-12-31T00:00:00Z")["_case"]
    api.sandbox.clock.advance(minutes=5)
    assert "Due 9999-12-31" in text(pages, f"cases/{case}")
    assert "Nothing. No open case waits" in text(pages, "clock")


@pytest.mark.parametrize("sign", ["negative", "positive"])
def test_the_chart_follows_fees_creditings_and_payments_whatever_their_sign(api: Api, pages: httpx.Client, sign: str) -> None:
    api.sandbox.clock.set("2025-10-07T08:00:00Z", frozen=True)
    api.sandbox.assume(fees="added", crediting_transaction=sign)
    case = api.register()["_case"]
    api.sandbox.clock.advance(days=20)
    api.http.post("/creditor-crediting", json=api.crediting(case, 100.0))
    titles = re.findall(r"<title>(.*?)\xa0SEK from", pages.get(f"cases/{case}").text)
    assert titles == ["500.00", "560.00", "460.00"]
    assert "capital 400.00 SEK, costs 60.00 SEK" in text(pages, f"cases/{case}").replace("\xa0", " ")


def test_a_page_that_is_gone_says_so(pages: httpx.Client) -> None:
    for path in ("cases/674dbeaf08847b9501cc9132", "cases/x", "requests/999999999", "nothing"):
        answer = pages.get(path)
        assert answer.status_code == 404
        assert "It may have been of a case or a request that is gone" in answer.text


def test_a_wait_for_news_ends_with_the_next_request(api: Api, pages: httpx.Client) -> None:
    before = pages.get("changes").text
    api.cases()
    assert pages.get("changes", params={"after": before}).text > before
