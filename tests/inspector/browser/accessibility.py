"""What holds of every page for everyone."""

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

MEASURE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def check_pages(page: Page, start: str, paths: Iterable[str]) -> None:
    """Check that axe-core finds no violation on the pages below an address, and that nothing is to scroll sideways."""
    for path in paths:
        page.goto(start + path)
        assert violations(page) == [], path
        assert page.evaluate(MEASURE) == 0, path


def violations(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found]
