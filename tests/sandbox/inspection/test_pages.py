"""What the pages say, read as HTML."""

import re
from html import unescape
from typing import Any

import httpx
import pytest
from amili_sandbox.state import ASSUMPTIONS, SOURCES
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api


def text(pages: httpx.Client, path: str = "", **parameters: str) -> str:
    """Return a page as a person reads it: without tags, with single spaces."""
    answer = pages.get(path, params=parameters or None)
    assert answer.status_code == 200
    return plain(answer.text)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html.partition("<main")[2])))


@pytest.fixture
def aged(api: Api) -> dict[str, Any]:
    """A case at a frozen time, credited twice; the response to the second crediting was lost."""
    api.sandbox.clock.set("2025-10-07T08:00:00Z", frozen=True)
    receipt = api.register()
    api.sandbox.clock.advance(days=2)
    api.http.post("/creditor-crediting", json=api.crediting(receipt["_case"], 100.0))
    api.sandbox.clock.advance(days=1)
    api.sandbox.faults.add("drop_after", method="POST", times=1)
    with pytest.raises(httpx.TransportError):
        api.http.post("/creditor-crediting", json=api.crediting(receipt["_case"], 50.0))
    return receipt


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


def test_a_fault_is_armed_strikes_and_is_removed(api: Api, pages: httpx.Client) -> None:
    form = {"fault": "latency", "method": "GET", "path": "/cases*", "times": "1", "seconds": "0.01", "ending": ""}
    assert "latency seconds=0.01 a read (GET), cases armed 0 of 1" in plain(pages.post("faults/add", data=form).text)
    api.cases()
    assert "used up 1 of 1" in text(pages, "faults")
    assert "list cases 200 latency" in text(pages, "faults")
    assert "None. Every request" in plain(pages.post("faults/remove", data={"position": "0", "fault": "latency"}).text)
    gone = pages.post("faults/remove", data={"position": "0", "fault": "latency"})
    assert gone.status_code == 400
    assert "not active any more" in plain(gone.text)


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("faults/add", {"fault": "latency", "seconds": "soon"}, "seconds=NUMBER up to 86400"),
        ("faults/add", {"fault": "latency", "times": "some"}, "how many requests is a number"),
        ("faults/add", {"times": "1"}, "each rule has a fault"),
        ("faults/breach", {"name": "invented", "on": "yes"}, "contract faults are a list of these names"),
        ("assumptions", {"name": "token_lifetime", "value": "long"}, "token_lifetime is a number"),
        ("assumptions", {"name": "invented", "value": "x"}, "is not an assumption"),
        ("clock", {"do": "move", "to": "yesterday"}, "'yesterday' is not a time"),
        ("clock", {"do": "move", "to": "9999-01-01T00:00:00Z"}, "from 1971 to 2105"),
        ("clock", {}, "'' is not a time"),
    ],
)
def test_wrong_input_is_answered_with_a_sentence(pages: httpx.Client, path: str, form: dict[str, str], said: str) -> None:
    answer = pages.post(path, data=form)
    assert answer.status_code == 400
    assert said in plain(answer.text)


def test_the_clock_moves_stops_and_goes(pages: httpx.Client, sandbox: SandboxProcess) -> None:
    pages.post("clock", data={"do": "freeze"})
    pages.post("clock", data={"do": "move", "to": "2025-10-17T12:00", "zone": "Europe/Stockholm"})
    assert sandbox.clock.now().isoformat() == "2025-10-17T10:00:00+00:00"
    pages.post("clock", data={"do": "advance", "step": "7 days"})
    assert sandbox.clock.now().isoformat() == "2025-10-24T10:00:00+00:00"
    assert "frozen" in text(pages, "clock")
    pages.post("clock", data={"do": "release"})
    assert sandbox.control("GET", "clock")["frozen"] is False


def test_the_clock_goes_to_the_next_change_of_a_case(aged: dict[str, Any], pages: httpx.Client, sandbox: SandboxProcess) -> None:
    html = pages.get(f"cases/{aged['_case']}").text
    moments = re.findall(r'name="to" value="([^"]+)"', html)
    assert [each[:10] for each in moments] == ["2025-10-17", "2025-10-22", "2025-11-03"]
    answer = pages.post("clock", data={"case": aged["_case"], "to": moments[1]})
    assert answer.url.path.endswith(f"/cases/{aged['_case']}")
    assert "Reminder . 350.00 SEK" in plain(answer.text)


def test_every_assumption_has_a_sentence_and_a_source(pages: httpx.Client) -> None:
    assert SOURCES.keys() == {each.name for each in ASSUMPTIONS}
    seen = text(pages, "assumptions")
    for each in ASSUMPTIONS:
        assert each.description.replace("`", "") in seen
        assert SOURCES[each.name].replace("`", "") in seen
    changed = pages.post("assumptions", data={"name": "overcrediting", "value": "warning"})
    assert "1 changed" in plain(changed.text)
    assert "overcrediting changed from refused" in plain(changed.text)


def test_a_page_that_is_gone_says_so(pages: httpx.Client) -> None:
    for path in ("cases/674dbeaf08847b9501cc9132", "cases/x", "requests/999999999", "nothing"):
        answer = pages.get(path)
        assert answer.status_code == 404
        assert "It may have been of a case or a request that is gone" in answer.text


def test_a_wait_for_news_ends_with_the_next_request(api: Api, pages: httpx.Client) -> None:
    before = pages.get("changes").text
    api.cases()
    assert pages.get("changes", params={"after": before}).text > before
