"""A real browser: one for these tests, with a fresh context for each, which reports whatever should not happen.

The browser is closed after the last test of this folder: while it is open, an event loop runs in the main thread.
"""

import shutil
from collections.abc import Iterator

import pytest
from amili_sandbox.testing import SandboxProcess
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOW = "there is no Chromium to look at the pages with; on Debian and Ubuntu: apt-get install chromium"
PATIENCE = 20_000  # milliseconds, on a busy machine


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(HOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watch:
    """Collects what a page should not do: messages on the console, errors, requests to other places."""

    def __init__(self, context: BrowserContext, start: str) -> None:
        self.seen: list[str] = []
        context.on("console", self._message)
        context.on("weberror", lambda error: self.seen.append(f"error: {error.error}"))
        context.on("request", lambda request: self._address(request.url, start))

    def _message(self, message: ConsoleMessage) -> None:
        self.seen.append(f"console: {message.text}")

    def _address(self, url: str, start: str) -> None:
        if not url.startswith((start, "data:")):
            self.seen.append(f"request: {url}")


def open_context(browser: Browser, *, script: bool = True, phone: bool = False, dark: bool = False) -> BrowserContext:
    context = browser.new_context(
        java_script_enabled=script,
        viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
        color_scheme="dark" if dark else "light",
        timezone_id="Asia/Tokyo",  # which is not the machine's
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def page(browser: Browser, sandbox: SandboxProcess) -> Iterator[Page]:
    """The start page, in a context of its own."""
    yield from watched_page(open_context(browser), sandbox.page)


@pytest.fixture
def page_without_script(browser: Browser, sandbox: SandboxProcess) -> Iterator[Page]:
    yield from watched_page(open_context(browser, script=False), sandbox.page)


def watched_page(context: BrowserContext, start: str) -> Iterator[Page]:
    """Open the page at an address; whatever it should not do fails the test, such as a request for another address."""
    watch = Watch(context, start)
    page = context.new_page()
    page.goto(start)
    yield page
    try:
        context.close()
    except Error as error:
        watch.seen.append(str(error))
    assert watch.seen == []
