"""A web page in a browser on this machine can't wipe the stand-in, or read its tokens."""

from pathlib import Path

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api

REBOUND = "rebound.example:8080"


def message(answer: httpx.Response) -> str:
    text: str = answer.json()["_error"]["message"]
    return text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://page.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://localhost"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "invented"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("method", "route"), [("POST", "reset"), ("GET", "accounts"), ("PUT", "keys"), ("GET", "requests")])
def test_a_control_request_of_a_foreign_page_is_refused(api: Api, headers: dict[str, str], method: str, route: str) -> None:
    api.register()
    answer = api.http.request(method, f"/_sandbox/{route}", headers=headers)
    assert answer.status_code == 403
    assert "a page of another origin" in message(answer)
    assert api.sandbox.token not in answer.text
    assert api.cases()["_meta"]["total"] == 1


def test_control_requests_of_programs_and_of_its_own_origin_are_answered(sandbox: SandboxProcess) -> None:
    own = sandbox.base_url
    for headers in ({}, {"Origin": own}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert httpx.get(f"{own}/_sandbox/health", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/_sandbox/accounts", "/cases", "/nothing"])
@pytest.mark.parametrize("host", [REBOUND, "localhost.example", "127.0.0.1.example", "192.0.2.1", "", "[2001:db8::1]:80"])
def test_a_name_that_was_pointed_at_this_machine_is_refused(api: Api, host: str, path: str) -> None:
    answer = api.http.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert "--allow-host" in message(answer)
    assert host not in message(answer) or not host


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "localhost.:80", "amili.localhost", "127.0.0.1:99", "127.8.9.1", "[::1]:80"]
)
def test_names_of_this_machine_are_answered(api: Api, host: str) -> None:
    assert api.http.get("/cases", headers={"Host": host}).status_code == 200


def test_the_host_of_an_absolute_target_counts(sandbox: SandboxProcess) -> None:
    with httpx.Client(proxy=sandbox.base_url, headers={"X-API-Key": sandbox.token}) as through_it:
        assert through_it.get("http://localhost:1/cases").status_code == 200
        assert through_it.get("http://rebound.example/cases", headers={"Host": "localhost"}).status_code == 403


def test_a_database_survives_a_foreign_page(tmp_path: Path) -> None:
    with SandboxProcess("--db", str(tmp_path / "sandbox.db"), "--seed", "guide") as sandbox:
        api = Api(sandbox)
        with api.http:
            api.register()
            for headers in ({"Origin": "https://page.example"}, {"Host": REBOUND}):
                assert api.http.post("/_sandbox/reset", headers=headers, content=b"").status_code == 403
            assert api.cases()["_meta"]["total"] == 2


@pytest.mark.parametrize("place", [(), ("--host", "0.0.0.0", "--allow-control")])  # noqa: S104
def test_allowed_hosts_are_answered_and_no_others(place: tuple[str, ...], capfd: pytest.CaptureFixture[str]) -> None:
    with SandboxProcess(*place, "--allow-host", "stand-in.test", "--allow-host", "2001:db8::1") as sandbox:
        statuses = [
            httpx.get(f"{sandbox.base_url}/_sandbox/health", headers={"Host": host}).status_code
            for host in ("Stand-In.test:8080", "[2001:db8::1]:80", "127.0.0.1", REBOUND)
        ]
    assert statuses == [200, 200, 200, 403]
    capfd.readouterr()


def test_where_others_can_reach_it_any_name_is_answered(capfd: pytest.CaptureFixture[str]) -> None:
    with SandboxProcess("--host", "0.0.0.0") as sandbox:  # noqa: S104
        key = {"X-API-Key": sandbox.token, "Host": "stand-in.test"}
        assert httpx.get(f"{sandbox.base_url}/cases", headers=key).status_code == 200
    capfd.readouterr()
