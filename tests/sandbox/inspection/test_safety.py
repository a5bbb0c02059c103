"""Who may see the pages and change something through them, and what they never show."""

import re

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.inspector.safety import check_headers, check_markup
from tests.sandbox.guide_calls import TLS, Api

EVERY_PAGE = ("", "cases", "requests", "faults", "assumptions", "clock")
CHANGES = {
    "clock": {"do": "advance", "step": "1 day"},
    "faults/add": {"fault": "drop_after", "times": "1"},
    "faults/breach": {"name": "leak", "on": "yes"},
    "assumptions": {"name": "overcrediting", "value": "warning"},
}


def state(sandbox: SandboxProcess) -> list[object]:
    names = ("faults", "contract-faults", "assumptions")
    return [sandbox.control("GET", name) for name in names] + [sandbox.clock.now().date()]


def test_the_address_has_a_random_token_and_nothing_is_shown_without_it(sandbox: SandboxProcess) -> None:
    token = sandbox.page.removeprefix(f"{sandbox.base_url}/_sandbox/ui/").rstrip("/")
    assert re.fullmatch(r"[\w-]{20,}", token)
    with SandboxProcess() as other:
        assert token not in other.page
    for wrong in ("", "/", "/x/", f"/{token[:-1]}/", f"/{token}x/", f"/{token}é/", f"/{token.swapcase()}/cases"):
        answer = httpx.get(f"{sandbox.base_url}/_sandbox/ui{wrong}", verify=TLS)
        assert answer.status_code == 404, wrong
        assert "amili-sandbox prints it" in answer.text
        assert token not in answer.text


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://page.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "rebound.example:8080"},
    ],
    ids=str,
)
def test_a_foreign_page_changes_nothing_even_with_the_token(
    sandbox: SandboxProcess, pages: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    before = state(sandbox)
    answer = pages.post(path, data=CHANGES[path], headers=headers)
    assert answer.status_code == 403
    assert state(sandbox) == before


@pytest.mark.parametrize("path", CHANGES)
def test_the_own_page_changes_it(sandbox: SandboxProcess, pages: httpx.Client, path: str) -> None:
    before = state(sandbox)
    own = {"Origin": sandbox.base_url, "Sec-Fetch-Site": "same-origin"}
    answer = pages.post(path, data=CHANGES[path], headers=own)
    assert (answer.status_code, answer.history[0].status_code) == (200, 303)
    assert state(sandbox) != before


@pytest.mark.parametrize("path", [*CHANGES, "faults/remove"])
def test_reading_changes_nothing(sandbox: SandboxProcess, pages: httpx.Client, path: str) -> None:
    before = state(sandbox)
    pages.get(path, params=CHANGES.get(path, {"position": "0"}))
    assert state(sandbox) == before


@pytest.mark.parametrize("path", [*EVERY_PAGE, "nothing", "static/page.js"])
def test_every_answer_has_a_strict_policy_and_is_not_stored(pages: httpx.Client, path: str) -> None:
    check_headers(pages.get(path))


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_has_a_script_or_style_of_its_own_or_an_address_elsewhere(pages: httpx.Client, path: str) -> None:
    check_markup(pages.get(path), "/_sandbox/ui/")


def test_what_others_sent_is_text_and_no_markup(api: Api, pages: httpx.Client) -> None:
    wild = "<script>alert(1)</script>&\"'"
    case = api.register(invoice_number=wild)["_case"]
    api.http.get("/cases", params={"where": f'{{"state": "{wild[:25]}"}}'}, headers={"X-Wild": "<i>"})
    for path in ("", "cases", f"cases/{case}", "requests", "requests/1", f"cases?q={wild}"):
        text = pages.get(path).text
        assert "<script>alert" not in text
        assert "<i>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages.get(f"cases/{case}").text


def test_no_page_shows_a_secret_or_a_person(api: Api, pages: httpx.Client, sandbox: SandboxProcess) -> None:
    case = api.register()["_case"]
    api.http.post("/authenticates/api-code", json={"api_code": sandbox.api_code})
    api.http.get("/cases", params={"where": '{"customer_id_number": {"$in": ["556789-1234"]}, "customer_name": "Jane Smith"}'})
    api.http.get("/cases", params={"where": 'customer_name=="Jane Smith"', "api_code": sandbox.api_code})
    api.http.get("/cases", headers={"Authorization": f"Bearer {sandbox.token}", "Cookie": sandbox.token})
    sequences = [each["sequence"] for each in sandbox.requests()]
    paths = [*EVERY_PAGE, f"cases/{case}", "cases?q=INV", *(f"requests/{each}" for each in sequences)]
    customer = api.invoice()["customer"]
    secret = [sandbox.token, sandbox.api_code, customer["name"], "Jane", "Smith", customer["id_number"]]
    secret += [customer["email"], customer["mobile_number"], customer["address"]["address_line_1"]]
    for path in paths:
        text = pages.get(path).text
        assert {each for each in secret if each in text} == set(), path
    assert "J… S…" in pages.get(f"cases/{case}").text


def test_where_other_machines_can_reach_it_there_are_no_pages(capfd: pytest.CaptureFixture[str]) -> None:
    with SandboxProcess("--host", "0.0.0.0") as sandbox:  # noqa: S104
        assert sandbox.page == ""
        assert httpx.get(f"{sandbox.base_url}/_sandbox/ui/", verify=TLS).status_code == 404
    capfd.readouterr()
