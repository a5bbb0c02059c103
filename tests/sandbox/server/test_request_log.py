"""What `GET /_sandbox/requests` shows of each request, and how much of it is kept."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili_sandbox.domain import parse_scenario
from amili_sandbox.http import Request
from amili_sandbox.server import Sandbox
from amili_sandbox.state import Assumptions

from tests.sandbox.guide_calls import Api

ENOUGH = 20 * 1024 * 1024


@pytest.fixture
def in_process(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path, assumptions=Assumptions(), scenario=parse_scenario("empty"))


def with_bodies(api: Api) -> list[dict[str, Any]]:
    return api.sandbox.requests(bodies=True)


def test_each_request_has_a_number_a_time_a_duration_and_sizes(api: Api) -> None:
    began = datetime.now(UTC)
    registration = api.post_invoice()
    api.sandbox.clock.set("2030-01-01T00:00:00Z", frozen=True)
    page = api.http.get("/cases")
    first, second = api.sandbox.requests()
    assert second["sequence"] == first["sequence"] + 1
    times = [datetime.fromisoformat(each["time"]) for each in (first, second)]
    assert began.replace(microsecond=0) <= times[0] <= times[1] <= datetime.now(UTC)  # whatever the stand-in's own clock says
    assert first["request_bytes"] == len(registration.request.content) > 0 == second["request_bytes"]
    assert [each["response_bytes"] for each in (first, second)] == [len(registration.content), len(page.content)]
    assert 0 < first["seconds"] <= (datetime.now(UTC) - began).total_seconds()
    assert [each["status"] for each in (first, second)] == [201, 200]


def test_numbers_go_on_after_a_reset(api: Api) -> None:
    api.cases()
    [before] = api.sandbox.requests()
    api.sandbox.reset()
    api.cases()
    [after] = api.sandbox.requests()
    assert after["sequence"] == before["sequence"] + 1


def test_a_request_without_a_response_has_no_size_of_one(api: Api) -> None:
    api.sandbox.faults.add("drop_after", times=1)
    with pytest.raises(httpx.TransportError):
        api.cases()
    [entry] = api.sandbox.requests()
    assert (entry["status"], entry["response_bytes"], entry["fault"]) == (None, None, "drop_after")
    assert entry["seconds"] > 0


def test_bodies_are_shown_on_demand_and_masked(api: Api) -> None:
    api.register()
    api.post_invoice(currency="EUR")
    assert all("request_body" not in entry for entry in api.sandbox.requests())
    created, refused = with_bodies(api)
    assert created["request_body"]["invoice_number"] == "INV-2025-015"
    assert created["request_body"]["matrix"][0]["unit_price"] == 500
    assert created["response_body"].keys() >= {"_id", "_case", "_status"}
    assert refused["response_body"]["_status"] == "ERR"
    text = json.dumps([created, refused], ensure_ascii=False)
    customer = api.invoice()["customer"]
    for hidden in (customer["name"], customer["id_number"], customer["email"], customer["mobile_number"], "Business Street 456"):
        assert hidden not in text


@pytest.mark.parametrize("body", [b"not JSON of Jane Smith", b"[" * 100_000, b"", b'{"name": NaN, "amount": NaN}'])
def test_a_body_that_cannot_be_masked_is_hidden(api: Api, body: bytes) -> None:
    api.http.post("/creditor-crediting", content=body)
    [entry] = with_bodies(api)
    assert entry["request_bytes"] == len(body)
    assert entry["request_body"] in ("(hidden)", None, {"name": "(hidden)", "amount": "NaN"})


def test_a_token_is_in_no_body(api: Api) -> None:
    answer = api.http.post("/authenticates/api-code", json={"api_code": api.sandbox.api_code})
    text = json.dumps(with_bodies(api))
    assert answer.json()["token"] not in text
    assert api.sandbox.api_code not in text


def test_the_list_is_bounded_in_bytes(in_process: Sandbox) -> None:
    for number in range(1500):
        headers = [("Host", "localhost"), ("X-Number", str(number)), ("X-Large", "x" * 50_000)]
        in_process(Request("GET", f"/{'y' * 10_000}", headers))
    listed = in_process.request_log.as_json()
    assert listed[-1]["headers"]["x-number"] == "1499"
    assert 100 < len(listed) < 500
    assert sum(len(json.dumps(entry)) for entry in listed) < ENOUGH


def test_bodies_are_bounded_in_bytes_and_their_requests_stay(in_process: Sandbox) -> None:
    body = json.dumps({"invoice_number": "x" * 60_000}).encode()
    for _ in range(600):
        in_process(Request("POST", "/cases", [("Host", "localhost")], body))
    listed = in_process.request_log.as_json(bodies=True)
    kept = [entry for entry in listed if entry["request_body"]]
    assert len(listed) == 600
    assert kept == listed[-len(kept) :]
    assert 50 < len(kept) < 200


def test_a_large_body_is_not_kept(in_process: Sandbox) -> None:
    in_process(Request("POST", "/cases", [("Host", "localhost")], json.dumps({"invoice_number": "x" * 70_000}).encode()))
    [entry] = in_process.request_log.as_json(bodies=True)
    assert entry["request_body"] is None
    assert entry["request_bytes"] > 70_000


def test_the_list_is_bounded_in_number(in_process: Sandbox) -> None:
    for _ in range(10_100):
        in_process(Request("GET", "/cases", [("Host", "localhost"), ("X-Sandbox-Fault", "unavailable")]))
    listed = in_process.request_log.as_json()
    assert [listed[0]["sequence"], listed[-1]["sequence"]] == [101, 10_100]


def test_each_request_names_the_cases_it_touched_and_the_time_of_the_stand_in(api: Api) -> None:
    api.sandbox.clock.set("2030-01-01T00:00:00Z", frozen=True)
    first, second = (api.register(invoice_number=number)["_case"] for number in ("A", "B"))
    api.http.post("/creditor-crediting", json=api.crediting(first))
    by_number = {"creditor": api.creditor, "invoice_number": "B", "origin": "creditor_system"}
    api.http.post("/creditor-cancellation", json=by_number)
    api.http.post("/creditor-cancellation", json=by_number)  # refused
    api.http.get(f"/cases/{second}")
    api.cases()
    api.http.get("/creditor--creditings")
    api.http.post("/creditor-cancellation", content=b'{"invoice_number": ["B"]')
    entries = api.sandbox.requests()
    expected = [[first], [second], [first], [second], [second], [second], [first, second], [first], []]
    assert [sorted(entry["cases"]) for entry in entries] == [sorted(cases) for cases in expected]
    assert {entry["clock"] for entry in entries} == {"2030-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    "body",
    [
        {"invoice_number": "A", "creditor": "not an id"},
        {"invoice_number": "A", "creditor": 5},
        {"invoice_number": "\ud800", "creditor": "674dbeb208847b9501cc9138"},
        {"invoice_number": ["A"], "creditor": {}},
        [{"invoice_number": "A"}],
        {"case": "674dbeb208847b9501cc9138"},
    ],
    ids=str,
)
def test_a_request_that_names_no_case_properly_is_answered_all_the_same(api: Api, body: object) -> None:
    answer = api.http.post("/creditor-cancellation", content=json.dumps(body))
    assert answer.status_code in (400, 401, 415, 422)
    assert len(api.sandbox.requests()[-1]["cases"]) == (1 if isinstance(body, dict) and "case" in body else 0)


def test_what_a_fault_kept_from_the_client_is_known(api: Api) -> None:
    for fault in ("drop_after", "drop_before", "html_502_after", "unavailable"):
        api.sandbox.faults.set([{"fault": fault}])
        try:
            api.post_invoice()
        except httpx.TransportError:
            assert fault.startswith("drop")
    entries = api.sandbox.requests()
    assert [(entry["status"], entry["answered"]) for entry in entries] == [(None, 201), (None, None), (502, 201), (503, None)]
    assert [len(entry["cases"]) for entry in entries] == [1, 0, 1, 0]
