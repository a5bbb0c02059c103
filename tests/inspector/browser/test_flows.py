"""What a person does with the pages, in a real browser with scripts."""

import json
import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.sandbox.guide_calls import Api

expect.set_options(timeout=20_000)


def open_page(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def lose_a_crediting(api: Api, case: str, amount: float = 50.0) -> None:
    api.sandbox.faults.add("drop_after", method="POST", times=1)
    with pytest.raises(httpx.TransportError):
        api.http.post("/creditor-crediting", json=api.crediting(case, amount))


def test_the_overview_follows_without_being_loaded_again(page: Page, api: Api) -> None:
    expect(page.get_by_text("No request yet.")).to_be_visible()
    api.register()
    expect(page.get_by_text("1 case", exact=True)).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("register 201"))).to_be_visible()


def test_everything_can_be_reached_with_the_keyboard(page: Page, api: Api) -> None:
    case = api.register()["_case"]
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    open_page(page, "Cases")
    page.get_by_label("Invoice number").focus()
    page.keyboard.type("INV-2025")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=INV-2025"))
    page.get_by_role("link", name="INV-2025-015").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(case))


def test_a_case_is_searched_and_filtered(page: Page, api: Api) -> None:
    api.register(invoice_number="Å-1")
    api.register(invoice_number="B-2")
    open_page(page, "Cases")
    page.get_by_label("Invoice number").fill("Å")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Å-1")).to_be_visible()
    expect(page.get_by_role("link", name="B-2")).to_have_count(0)
    page.get_by_label("Closed", exact=True).select_option("closed only")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("No case matches.")).to_be_visible()
    page.get_by_role("link", name="Show all cases").click()
    expect(page.get_by_role("row")).to_have_count(3)


def test_the_clock_moves_a_case_in_place(page: Page, api: Api) -> None:
    api.sandbox.clock.set("2025-10-07T08:00:00Z", frozen=True)
    case = api.register()["_case"]
    page.goto(f"{api.sandbox.page}cases/{case}")
    page.evaluate("window.kept = true")
    page.get_by_role("button", name="to reminder").click()
    expect(page.locator(".here")).to_contain_text("reminder")
    expect(page.get_by_role("status")).to_have_text("The clock was moved.")
    assert page.evaluate("window.kept"), "the page was not loaded again"
    expect(page.get_by_role("img", name=re.compile("What remained of the debt"))).to_be_visible()


def test_a_lost_response_is_explained_from_the_case_on(page: Page, api: Api) -> None:
    case = api.register()["_case"]
    lose_a_crediting(api, case)
    page.goto(f"{api.sandbox.page}cases/{case}")
    row = page.get_by_role("row", name=re.compile("drop_after"))
    expect(row).to_contain_text("no response")
    row.get_by_role("link").click()
    expect(page.get_by_text("it took effect")).to_be_visible()
    expect(page.get_by_role("link", name=case)).to_be_visible()


def test_the_list_of_requests_follows_pauses_and_goes_on(page: Page, api: Api) -> None:
    open_page(page, "Requests")
    rows = page.get_by_role("row", name=re.compile("list cases"))
    api.cases()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    api.cases()
    with page.expect_response(re.compile("/changes")):
        api.cases()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Go on").click()
    api.cases()
    expect(rows).to_have_count(4)


def test_a_hidden_page_holds_no_connection_and_catches_up_when_it_is_seen(page: Page, api: Api) -> None:
    open_page(page, "Requests")
    hide = "Object.defineProperty(document, 'hidden', {value: HIDDEN, configurable: true});"
    hide += "document.dispatchEvent(new Event('visibilitychange'))"
    with page.expect_event("requestfailed", lambda request: "/changes" in request.url):
        page.evaluate(hide.replace("HIDDEN", "true"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    api.cases()
    rows = page.get_by_role("row", name=re.compile("list cases"))
    expect(rows).to_have_count(0)
    assert asked == []
    page.evaluate(hide.replace("HIDDEN", "false"))
    expect(rows).to_have_count(1)


def test_requests_are_filtered_by_operation_and_result(page: Page, api: Api) -> None:
    case = api.register()["_case"]
    lose_a_crediting(api, case)
    api.cases()
    open_page(page, "Requests")
    page.get_by_label("Operation").select_option("credit")
    page.get_by_label("Result").select_option("no response sent")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("1 request, the newest first")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("50.00 SEK"))).to_be_visible()


def test_a_request_is_copied_as_curl_and_as_python(page: Page, api: Api) -> None:
    api.register()
    sequence = api.sandbox.requests()[-1]["sequence"]
    page.goto(f"{api.sandbox.page}requests/{sequence}")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_role("status")).to_have_text("Copied the request as curl.")
    curl = page.evaluate("navigator.clipboard.readText()")
    assert curl.startswith("curl -i -X POST")
    assert "$AMILI_TOKEN" in curl
    page.get_by_role("button", name="Copy as Python").click()
    expect(page.get_by_role("status")).to_have_text("Copied the request as Python.")
    assert "httpx.request(" in page.evaluate("navigator.clipboard.readText()")


def test_a_fault_is_armed_and_seen_to_be_applied(page: Page, api: Api) -> None:
    open_page(page, "Faults")
    page.evaluate("window.kept = true")
    page.get_by_label("unavailable").check()
    page.get_by_label("For", exact=True).select_option("a read (GET)")
    page.get_by_role("button", name="Arm for the next request").click()
    expect(page.get_by_role("status")).to_have_text("The fault is armed.")
    expect(page.get_by_role("banner")).to_contain_text("1 fault in force")
    assert page.evaluate("window.kept"), "the page was not loaded again"
    assert api.http.get("/cases").status_code == 503
    expect(page.locator("#applied")).to_contain_text("unavailable")
    expect(page.locator("#rules")).to_contain_text("used up")
    expect(page.get_by_role("banner")).not_to_contain_text("in force")
    page.get_by_role("button", name="Remove unavailable").click()
    expect(page.locator("#rules")).to_contain_text("None.")


def test_a_fault_that_cannot_be_is_refused_in_place(page: Page, api: Api) -> None:
    open_page(page, "Faults")
    page.get_by_role("textbox", name="Seconds").fill("soon")
    page.get_by_role("button", name="Arm for the next request").click()
    expect(page.get_by_role("status")).to_contain_text("seconds=NUMBER up to 86400")
    expect(page.get_by_role("status")).to_have_class("note problem")
    expect(page.get_by_role("textbox", name="Seconds")).to_have_value("soon")
    assert api.sandbox.control("GET", "faults") == []


def test_a_contract_fault_is_switched_on_and_off(page: Page, api: Api) -> None:
    open_page(page, "Faults")
    page.get_by_text("contract faults, 0 on").click()
    page.get_by_role("button", name="Switch leak on").click()
    expect(page.get_by_role("button", name="Switch leak off")).to_be_focused()
    assert [each["name"] for each in api.sandbox.control("GET", "contract-faults") if each["on"]] == ["leak"]
    page.get_by_role("button", name="Switch leak off").click()
    expect(page.get_by_role("button", name="Switch leak on")).to_be_visible()


def test_an_assumption_is_changed_in_place(page: Page, api: Api) -> None:
    open_page(page, "Assumptions")
    page.get_by_label("token_lifetime", exact=True).fill("77")  # not sent
    page.get_by_label("overcrediting", exact=True).select_option("warning")
    page.get_by_role("button", name="Set overcrediting").click()
    expect(page.get_by_text("changed from refused")).to_be_visible()
    expect(page.get_by_role("status")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Set overcrediting")).to_be_focused()
    expect(page.get_by_label("token_lifetime", exact=True)).to_have_value("77")
    assert api.sandbox.control("GET", "assumptions")["overcrediting"] == "warning"


def test_the_clock_is_frozen_and_set_in_the_zone_of_the_browser(page: Page, api: Api) -> None:
    open_page(page, "Clock")
    page.get_by_role("button", name="Freeze it").click()
    expect(page.get_by_role("button", name="Let it run")).to_be_visible()
    expect(page.get_by_text("Time, in Asia/Tokyo")).to_be_visible()
    page.get_by_label("Time, in").fill("2025-10-17T12:00")
    page.get_by_role("button", name="Move the clock").click()
    expect(page.locator("#clock time").first).to_have_text("2025-10-17 12:00:00")
    expect(page.locator("#clock time").first).to_have_attribute("title", "2025-10-17 03:00:00 UTC")
    page.get_by_role("button", name="1 day").click()
    expect(page.locator("#clock time").first).to_have_text("2025-10-18 12:00:00")
    assert api.sandbox.clock.now().isoformat() == "2025-10-18T03:00:00+00:00"


def test_what_others_sent_runs_nothing(page: Page, api: Api) -> None:
    case = api.register(invoice_number="<img src=x onerror=alert(1)>")["_case"]
    api.http.get("/cases", params={"where": json.dumps({"state": "<script>alert(1)</script>"})})
    for path in ("", "cases", f"cases/{case}", "requests"):
        page.goto(api.sandbox.page + path)
        expect(page.locator("main img, main script")).to_have_count(0)
