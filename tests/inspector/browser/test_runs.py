"""What a person does with the pages of a ledger, in a real browser."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from amili._core.engine import now
from amili.bulk.ledger import Ending
from playwright.sync_api import Browser, Page, expect

from tests.inspector.browser.accessibility import check_pages
from tests.inspector.browser.conftest import open_context, watched_page
from tests.inspector.ledgers import HOLDER, LEASE, add, end, fill, opened
from tests.inspector.serving import inspected

LISTS = (
    "",
    "rows?q=F4",
    "rows?q=nothing",
    "runs/1?page=2",
    "runs/1?result=unknown",
    "runs/2",
)  # of few rows, for axe to be quick
PAGES = (*LISTS, *(f"runs/1/rows/{n}" for n in (3, 6, 9, 12)))


@pytest.fixture
def file(tmp_path: Path) -> str:
    file = str(tmp_path / "fakturor.ledger.sqlite")
    fill(file)
    return file


@pytest.fixture
def start(file: str) -> Iterator[str]:
    """The address of the pages of a ledger with everything on it."""
    with inspected("--ledger", file) as address:
        yield address


@pytest.fixture
def runs(browser: Browser, start: str) -> Iterator[Page]:
    """The list of the runs."""
    yield from watched_page(open_context(browser), start)


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["wide and light", "phone and dark"])
def test_everyone_can_use_every_page_of_a_ledger(browser: Browser, start: str, file: str, phone: bool, dark: bool) -> None:
    add(file, 0)
    for page in watched_page(open_context(browser, phone=phone, dark=dark), start):
        check_pages(page, start, PAGES)


def test_from_the_list_to_the_story_of_a_row_with_the_keyboard(runs: Page) -> None:
    runs.get_by_role("link", name="Run 1").focus()
    runs.keyboard.press("Enter")
    expect(runs.get_by_role("heading", level=1)).to_have_text("Run 1: register fakturor maj.csv")
    runs.get_by_role("link", name="Find a row").focus()
    runs.keyboard.press("Enter")
    expect(runs.get_by_role("heading", level=1)).to_have_text("Find a row in all runs")
    runs.get_by_label("Beginning of a number").focus()
    runs.keyboard.type("F4")
    runs.keyboard.press("Enter")
    expect(runs.get_by_text("11 rows")).to_be_visible()
    runs.get_by_role("link", name="row 5", exact=True).focus()
    runs.keyboard.press("Enter")
    expect(runs.get_by_text("Do not send it again by hand.")).to_be_visible()
    runs.get_by_role("button", name="Copy amili bulk resume").focus()
    runs.keyboard.press("Enter")
    expect(runs.get_by_role("status")).to_have_text("Copied the command.")
    assert runs.evaluate("navigator.clipboard.readText()").startswith("amili bulk resume '/data/fakturor maj.csv'")
    expect(runs.locator("time").first).to_have_attribute("title", re.compile(r" UTC$"))


def test_a_run_is_followed_to_its_end_without_being_loaded_again(runs: Page, start: str, file: str) -> None:
    runs.goto(f"{start}runs/1")
    runs.evaluate("window.kept = true")
    runs.get_by_role("link", name="row 12", exact=True).focus()
    with closing(opened(file)) as ledger:
        ledger.claim(HOLDER, now() + 2 * LEASE, LEASE)
    end(file, HOLDER, [(row, Ending("done")) for row in (*range(8, 20), *range(30, 99))])
    expect(runs.get_by_text("88 of 120 rows finished")).to_be_visible()
    expect(runs.get_by_role("img", name="88 of 120 rows are finished")).to_be_visible()
    expect(runs.get_by_text("a minute, ends about")).to_be_visible()
    expect(runs.get_by_role("link", name="row 12", exact=True)).to_be_focused()
    expect(runs.get_by_role("button", name="Copy amili bulk stop")).to_be_visible()
    assert runs.evaluate("window.kept"), "the page was not loaded again"


def test_without_scripts_a_ledger_is_shown_as_well(browser: Browser, start: str) -> None:
    for page in watched_page(open_context(browser, script=False), start):
        page.get_by_role("link", name="Run 1").click()
        expect(page.get_by_role("button", name="Copy")).to_have_count(0)
        page.get_by_label("Result").select_option("written twice (1)")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="row 7", exact=True).click()
        expect(page.get_by_text("Undo one of the two by hand")).to_be_visible()
        expect(page.get_by_role("link", name="load this one again")).to_be_visible()
