"""Every page of a stand-in: no violation that axe-core finds, nothing to scroll sideways, and of use without scripts."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.inspector.browser.accessibility import check_pages
from tests.inspector.browser.conftest import open_context, watched_page
from tests.sandbox.guide_calls import Api

EMPTY = ("", "cases", "cases?q=nothing", "requests", "faults", "clock")


@pytest.fixture
def lived_in(api: Api) -> list[str]:
    """The paths of pages that have everything on them that pages can have."""
    api.sandbox.clock.set("2025-10-07T08:00:00Z", frozen=True)
    long = "A-VERY-LONG-INVOICE-NUMBER-WITHOUT-A-PLACE-TO-BREAK-0123456789"
    case = api.register(invoice_number=long)["_case"]
    api.sandbox.clock.advance(days=3)
    for fault in ("drop_after", "html_502_after"):
        api.sandbox.faults.add(fault, method="POST", times=1)
        try:
            api.http.post("/creditor-crediting", json=api.crediting(case, 50.0))
        except httpx.TransportError:
            assert fault == "drop_after"
    api.http.get("/cases", params={"where": f'{{"debt.invoice_number": "{long}"}}'})
    api.sandbox.faults.add("latency", path="/never")
    api.sandbox.faults.break_contract("leak")
    api.sandbox.assume(quota="vendor", overcrediting="warning")
    api.cases()
    sequences = [each["sequence"] for each in api.sandbox.requests()]
    requests = [f"requests/{each}" for each in sequences[:2]]
    return ["", "cases", f"cases/{case}", "requests", *requests, "faults", "assumptions", "clock"]


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["wide and light", "phone and dark"])
def test_everyone_can_use_every_page(browser: Browser, api: Api, lived_in: list[str], phone: bool, dark: bool) -> None:
    for page in watched_page(open_context(browser, phone=phone, dark=dark), api.sandbox.page):
        check_pages(page, api.sandbox.page, lived_in)


def test_everyone_can_use_empty_pages(page: Page, api: Api) -> None:
    check_pages(page, api.sandbox.page, EMPTY)


def test_without_scripts_everything_works(page_without_script: Page, api: Api) -> None:
    page = page_without_script
    api.register()
    page.reload()
    expect(page.get_by_text("1 case", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="load this one again")).to_be_visible()
    page.get_by_role("link", name="Faults").click()
    page.get_by_label("unavailable").check()
    page.get_by_role("button", name="Arm for the next request").click()
    expect(page.get_by_role("status")).to_have_text("The fault is armed.")
    assert api.http.get("/cases").status_code == 503
    page.get_by_role("link", name="Assumptions").click()
    page.get_by_label("overcrediting", exact=True).select_option("warning")
    page.get_by_role("button", name="Set overcrediting").click()
    expect(page.get_by_text("changed from refused")).to_be_visible()
    page.get_by_role("link", name="Clock").click()
    page.get_by_role("button", name="1 day").click()
    expect(page.get_by_role("status")).to_have_text("The clock was moved.")
    page.get_by_role("link", name="Requests").click()
    page.get_by_role("link", name="#").first.click()
    expect(page.get_by_role("button", name="Copy as curl")).to_be_hidden()
