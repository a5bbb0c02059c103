"""Who may see the pages of a ledger, and what they never show or do."""

import re
import sqlite3

import httpx
import pytest

from tests.inspector.ledgers import WILD
from tests.inspector.safety import check_headers, check_markup
from tests.inspector.serving import inspected

EVERY_PAGE = ("", "runs/1", "runs/1/rows/4", "runs/1/rows/12", "rows?q=F")


@pytest.fixture(scope="module", params=["sqlite"])
def place(place: str) -> str:
    """A file: who asks does not depend on where the ledger is."""
    return place


def test_the_address_has_a_random_token_and_nothing_is_shown_without_it(pages: httpx.Client, place: str) -> None:
    address = str(pages.base_url)
    start, token = re.fullmatch(r"(http://127\.0\.0\.1:\d+/)([\w-]{20,})/", address).groups()  # type: ignore[union-attr]
    with inspected("--ledger", place) as other:
        assert token not in other
    for wrong in ("", "x/", f"{token[:-1]}/", f"{token}x/", f"{token}é/", f"{token.swapcase()}/runs/1", f"runs/1?{token}"):
        answer = httpx.get(f"{start}{wrong}", trust_env=False)
        assert answer.status_code == 404, wrong
        assert "The command prints it" in answer.text
        assert token not in answer.text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("rebound.example", 403),
        ("rebound.example:80", 403),
        ("10.0.0.1:8080", 403),
        ("localhost:1", 200),
        ("[::1]:1", 200),
        ("pages.localhost", 200),
    ],
)
def test_requests_for_names_of_others_are_refused_even_with_the_token(pages: httpx.Client, host: str, status: int) -> None:
    assert pages.get("", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("path", [*EVERY_PAGE, "nothing", "static/page.js"])
def test_every_answer_has_a_strict_policy_and_is_not_stored(pages: httpx.Client, path: str) -> None:
    check_headers(pages.get(path))


@pytest.mark.parametrize("path", [*EVERY_PAGE, "runs/1?q=x", "nothing"])
def test_no_page_has_a_script_or_style_of_its_own_or_an_address_elsewhere(pages: httpx.Client, path: str) -> None:
    check_markup(pages.get(path), pages.base_url.path)


def test_what_stands_in_a_file_is_text_and_no_markup(pages: httpx.Client) -> None:
    for path in ("runs/1", "runs/1/rows/8", f"runs/1?q={WILD}", f"rows?q={WILD}", f"runs/1?result={WILD}"):
        text = pages.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text or "result=" in path


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(pages: httpx.Client, place: str, method: str) -> None:
    def content() -> list[object]:
        with sqlite3.connect(place) as connection:
            return connection.execute("SELECT * FROM rows ORDER BY n").fetchall()

    before = content()
    for path in (*EVERY_PAGE, "changes"):
        assert pages.request(method, path, headers={"Origin": str(pages.base_url).rstrip("/")}).status_code in (403, 405)
    assert content() == before


def test_an_answer_does_not_name_the_server_and_a_request_is_not_logged(
    pages: httpx.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    assert pages.get("").headers["server"] == "amili"
    assert capfd.readouterr() == ("", "")
