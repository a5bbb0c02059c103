"""The control routes and the process around them."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api


def test_health(sandbox: SandboxProcess) -> None:
    assert sandbox.control("GET", "health") == {"status": "ok"}


def test_requests_are_listed_without_secrets_and_without_control_requests(api: Api) -> None:
    api.cases(where={"state": "invoice"})
    api.http.post("/invoice-registration", json={})
    listed = api.sandbox.requests()
    assert [(entry["method"], entry["path"], entry["status"]) for entry in listed] == [
        ("GET", "/cases", 200),
        ("POST", "/invoice-registration", 422),
    ]
    assert listed[0]["query"] == {"where": '{"state": "invoice"}'}
    assert listed[0]["headers"]["x-api-key"] == "(hidden)"
    assert api.sandbox.token not in json.dumps(listed)


def test_reset_forgets_cases_clock_and_assumptions(api: Api) -> None:
    api.register()
    api.sandbox.assume(paths="reference")
    api.sandbox.clock.set("2030-01-01T00:00:00Z", frozen=True)
    api.sandbox.reset()
    assert api.cases()["_meta"]["total"] == 0
    assert api.http.post("/invoice-registration", json={}).status_code == 422
    assert api.sandbox.control("GET", "clock")["frozen"] is False


def test_the_date_of_a_response_is_that_of_the_clock(api: Api) -> None:
    api.sandbox.clock.set("2030-01-01T00:00:00Z", frozen=True)
    assert api.http.get("/cases").headers.get_list("Date") == ["Tue, 01 Jan 2030 00:00:00 GMT"]


@pytest.mark.parametrize(
    ("route", "body", "hint"),
    [
        ("assumptions", {"colour": "blue"}, "is not an assumption; there are: "),
        ("assumptions", {"paths": "none"}, "paths is one of both, guide, reference"),
        ("clock", {"later": 1}, "the clock takes"),
        ("clock", {"now": "2025-10-07T07:41:01"}, "needs a time zone"),
        ("nothing", {}, "there are: GET /_sandbox/health"),
    ],
)
def test_invalid_control_requests_are_refused_with_a_valid_example(
    sandbox: SandboxProcess, route: str, body: object, hint: str
) -> None:
    answer = httpx.put(f"{sandbox.base_url}/_sandbox/{route}", json=body)
    assert answer.status_code in (400, 404)
    assert hint in answer.json()["_error"]["message"]


def test_starting_says_everything_a_program_needs_and_stopping_leaves_nothing() -> None:
    with SandboxProcess() as sandbox:
        assert set(sandbox.started) == {"base_url", "token", "api_code", "private_key_file", "account", "creditor", "page"}
        key = Path(sandbox.private_key_file)
        assert key.stat().st_mode & 0o777 == 0o600
        assert key.read_text().startswith("-----BEGIN EC PRIVATE KEY-----")
        assert httpx.get(f"{sandbox.base_url}/cases", headers={"X-API-Key": sandbox.token}).status_code == 200
    assert not key.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.base_url)


def test_a_port_in_use_is_reported_in_one_sentence(sandbox: SandboxProcess) -> None:
    port = sandbox.base_url.rpartition(":")[2]
    command = [sys.executable, "-m", "amili_sandbox", "--port", port]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert run.returncode == 2
    assert (
        run.stderr == f"amili-sandbox: port {port} is in use; stop the program that uses it, or use any free port with --port 0\n"
    )
