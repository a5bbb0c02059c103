"""Each fault as seen on a raw socket, and whether the request took effect."""

import json
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api
from tests.sandbox.http.raw_socket import RawReply, connect, exchange, has_data, read_to_end, request_bytes

MANY = 50


def register_with(api: Api, fault: str) -> RawReply:
    return exchange(api.sandbox, "POST", "/invoice-registration", api.invoice(), f"X-Sandbox-Fault: {fault}")


def registered(api: Api) -> int:
    total: int = api.cases()["_meta"]["total"]
    return total


def eve_error(seen: RawReply) -> tuple[int, int]:
    body = json.loads(seen.body)
    assert body["_status"] == "ERR"
    return seen.status, body["_error"]["code"]


@pytest.mark.parametrize("ending", ["rst", "fin"])
@pytest.mark.parametrize(("fault", "effects"), [("drop_before", 0), ("drop_after", 1)])
def test_drop(api: Api, fault: str, ending: str, effects: int) -> None:
    seen = register_with(api, f"{fault}; ending={ending}")
    assert (seen.data, seen.end) == (b"", ending)
    assert registered(api) == effects


def test_latency_delays_the_effect_too(api: Api) -> None:
    with connect(api.sandbox) as connection:
        headers = ("Connection: close", "X-Sandbox-Fault: latency; seconds=1")
        connection.sendall(request_bytes(api.sandbox, "POST", "/invoice-registration", api.invoice(), *headers))
        assert registered(api) == 0
        assert not has_data(connection)
        assert read_to_end(connection).status == 201
    assert registered(api) == 1


def test_a_late_answer_takes_effect_first(api: Api) -> None:
    with connect(api.sandbox) as connection:
        header = "X-Sandbox-Fault: late_answer; seconds=30"
        connection.sendall(request_bytes(api.sandbox, "POST", "/invoice-registration", api.invoice(), header))
        while registered(api) == 0:
            pass
        assert not has_data(connection)


def test_refused_connections_come_back(api: Api) -> None:
    seen = register_with(api, "refuse; seconds=1")
    assert (seen.data, seen.end) in ((b"", "rst"), (b"", "fin"))
    with pytest.raises(ConnectionRefusedError):
        connect(api.sandbox)
    while True:
        try:
            connect(api.sandbox).close()
            break
        except ConnectionRefusedError:
            pass
    assert registered(api) == 0


@pytest.mark.parametrize(("parameters", "expected"), [("", "7"), ("; retry_after=seconds", "7"), ("; retry_after=none", None)])
def test_too_many_requests(api: Api, parameters: str, expected: str | None) -> None:
    seen = register_with(api, f"too_many_requests; seconds=7{parameters}")
    assert eve_error(seen) == (429, 429)
    assert seen.header("Retry-After") == expected
    assert registered(api) == 0


def test_too_many_requests_with_a_date(api: Api) -> None:
    api.sandbox.clock.set("2025-10-07T07:41:01Z", frozen=True)
    seen = register_with(api, "too_many_requests; seconds=7; retry_after=date")
    assert seen.header("Retry-After") == "Tue, 07 Oct 2025 07:41:08 GMT"
    assert parsedate_to_datetime(seen.header("Retry-After") or "").second == 8


def test_json_500(api: Api) -> None:
    assert eve_error(register_with(api, "error_500")) == (500, 500)
    assert registered(api) == 0


@pytest.mark.parametrize(
    ("fault", "status", "effects"),
    [("html_500", 500, 0), ("html_502_after", 502, 1), ("unavailable", 503, 0), ("status_520", 520, 0)],
)
def test_html_pages(api: Api, fault: str, status: int, effects: int) -> None:
    seen = register_with(api, fault)
    assert seen.status == status
    assert seen.header("Content-Type") == "text/html"
    assert seen.body.startswith(b"<html>")
    assert registered(api) == effects


def test_truncated_body(api: Api) -> None:
    seen = register_with(api, "truncate")
    assert (seen.status, seen.end) == (201, "fin")
    assert 0 < len(seen.body) < seen.promised
    assert registered(api) == 1


def test_cut_json(api: Api) -> None:
    seen = register_with(api, "cut_json")
    assert (seen.status, len(seen.body)) == (201, seen.promised)
    with pytest.raises(json.JSONDecodeError):
        json.loads(seen.body)
    assert registered(api) == 1


@pytest.mark.parametrize(("parameters", "by"), [("", -7), ("; by=12", 12)])
def test_wrong_length(api: Api, parameters: str, by: int) -> None:
    seen = register_with(api, f"wrong_length{parameters}")
    assert seen.promised == len(seen.body) + by
    assert json.loads(seen.body)["_status"] == "OK"
    assert registered(api) == 1


def test_wrong_content_type(api: Api) -> None:
    seen = register_with(api, "wrong_type")
    assert seen.header("Content-Type") == "text/html; charset=utf-8"
    assert json.loads(seen.body)["_status"] == "OK"


def test_empty_body(api: Api) -> None:
    seen = register_with(api, "empty_body")
    assert (seen.status, seen.promised, seen.body) == (201, 0, b"")
    assert registered(api) == 1


def test_token_expires_in_mid_run(api: Api) -> None:
    assert eve_error(register_with(api, "token_expired")) == (401, 401)
    assert api.http.get("/cases").status_code == 401
    fresh = api.http.post("/authenticates/api-code", json={"api_code": api.sandbox.api_code}).json()["token"]
    assert api.http.get("/cases", headers={"X-API-Key": fresh}).json()["_meta"]["total"] == 0


def test_without_a_fault_the_connection_stays_open(api: Api) -> None:
    with connect(api.sandbox) as connection:
        for _ in range(2):
            connection.sendall(request_bytes(api.sandbox, "HEAD", "/cases"))
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


def fault(api: Api, *rules: dict[str, Any], seed: int = 0) -> None:
    api.sandbox.control("PUT", "faults", {"seed": seed, "rules": list(rules)})


def statuses(api: Api, count: int) -> list[int]:
    return [api.http.get("/cases").status_code for _ in range(count)]


def test_rules_choose_by_method_and_path(api: Api) -> None:
    fault(api, {"fault": "unavailable", "method": "GET", "path": "/cases*"})
    assert api.http.get("/cases").status_code == 503
    assert api.http.get("/cases/68e4c40d93ee14723d28fa95").status_code == 503
    assert api.http.get("/invoices").status_code == 200
    assert api.post_invoice().status_code == 201


def test_rules_follow_a_schedule(api: Api) -> None:
    fault(api, {"fault": "unavailable", "after": 2, "times": 2}, {"fault": "error_500", "after": 3, "times": 1})
    # The second rule only counts the requests that the first lets through.
    assert statuses(api, 7) == [200, 200, 503, 503, 200, 500, 200]


def test_rules_by_probability_repeat_with_their_seed(api: Api) -> None:
    runs = []
    for seed in (1, 1, 2):
        fault(api, {"fault": "unavailable", "probability": 0.3}, seed=seed)
        runs.append(statuses(api, MANY))
    assert runs[0] == runs[1] != runs[2]
    assert 0 < runs[0].count(503) < MANY


def test_faults_are_noted_with_the_requests_and_end_with_a_reset(api: Api) -> None:
    fault(api, {"fault": "drop_after", "times": 1})
    with pytest.raises(httpx.TransportError):
        api.register()
    [entry] = api.sandbox.requests()
    assert (entry["fault"], entry["status"]) == ("drop_after", None)
    fault(api, {"fault": "unavailable"})
    api.sandbox.reset()
    assert statuses(api, 1) == [200]


@pytest.mark.parametrize(
    "wanted",
    ["nonsense", "drop_after; ending=explosion", "latency; seconds=soon", "latency; colour=blue", "wrong_length; by=0"],
)
def test_an_invalid_header_is_refused_with_a_valid_example(api: Api, wanted: str) -> None:
    seen = register_with(api, wanted)
    assert seen.status == 400
    assert "there are: " in json.loads(seen.body)["_error"]["message"]


@pytest.mark.parametrize(
    "rules",
    [
        [],
        {"rules": 1},
        {"rules": [], "seed": [1]},
        {"rules": [{}]},
        {"rules": [{"fault": "x"}]},
        {"rules": [{"fault": "latency", "after": "soon"}]},
    ],
)
def test_invalid_rules_are_refused(sandbox: SandboxProcess, rules: object) -> None:
    assert httpx.put(f"{sandbox.base_url}/_sandbox/faults", json=rules).status_code == 400


def test_faults_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text(json.dumps({"rules": [{"fault": "unavailable", "times": 1}]}))
    with SandboxProcess("--faults", str(file)) as sandbox, httpx.Client(base_url=sandbox.base_url) as http:
        http.headers["X-API-Key"] = sandbox.token
        assert [http.get("/cases").status_code for _ in range(2)] == [503, 200]
        sandbox.reset()
        assert http.get("/cases").status_code == 503
