"""Bad input to a control route is 400 with a sentence, changes nothing, and breaks no request that follows."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api

MUCH = 10**400
WRONG_RULES: list[dict[str, Any]] = [
    {"fault": []},
    {"seconds": "nan"},
    {"seconds": "inf"},
    {"seconds": 1e300},
    {"seconds": -1},
    {"by": MUCH},
    {"by": 1.5},
    {"method": 5},
    {"path": None},
    {"path": "x" * 10_000},
    {"after": -1},
    {"after": 1.5},
    {"times": -1},
    {"times": True},
    {"probability": 2},
    {"probability": "often"},
    {"seen": 5},
    {"parameters": {}},
]
BAD: dict[str, list[Any]] = {
    "clock": [
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"advance": 1e999}',
        b'{"advance": NaN}',
        b'{"now": "2026-01-01T00:00:00Z"',
        [],
        {"later": 1},
        {"now": 5},
        {"now": None},
        {"now": "soon"},
        {"now": "2026-01-01T00:00:00"},
        {"now": "9999-12-31T23:59:59Z"},
        {"now": "9999-12-31T23:59:59-14:00"},
        {"now": "0001-01-01T00:00:00Z"},
        {"now": "0001-01-01T00:00:00+14:00"},
        {"now": "2106-01-01T00:00:00Z"},
        {"now": "1970-12-31T23:59:59Z"},
        {"advance": 1e300},
        {"advance": -1e11},
        {"advance": MUCH},
        {"advance": True},
        {"advance": "60"},
        {"advance": None},
        {"advance": {"days": 1e9}},
        {"advance": {"days": MUCH}},
        {"advance": {"days": "x"}},
        {"advance": {"years": 1}},
        {"frozen": "no"},
        {"frozen": 1},
    ],
    "assumptions": [
        b"\xff",
        [],
        {"colour": "blue"},
        {"paths": ["both"]},
        {"paths": {}},
        {"token_lifetime": True},
        {"token_lifetime": "1_0"},
        {"token_lifetime": "nan"},
        {"token_lifetime": -1},
        {"token_lifetime": None},
        {"token_lifetime": MUCH},
        {"initializing_seconds": 1e15},
        {"case_visible_after": 1e300},
        {"reminder_days": 5, "debt_collection_days": 1e300},
    ],
    "faults": [
        5,
        {"rules": 5},
        {"rules": [], "seed": 1.5},
        {"rules": [], "colour": "blue"},
        {"rules": [{"fault": "latency"}] * 1001},
        *({"rules": [{"fault": "latency", **wrong}]} for wrong in WRONG_RULES),
    ],
    "contract-faults": [{"leak": 1}, [["leak"]], "leak", [None]],
    "keys": [
        [],
        {"account": 5},
        {"account": "674dbeaf08847b9501cc9132", "api_code": "code", "public_key": "none"},
        {"account": "674dbeaf08847b9501cc9132", "api_code": ["code"], "public_key": "none"},
    ],
}


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """An Api without a reset before each test: whatever breaks, stays broken."""
    with SandboxProcess("--seed", "guide") as sandbox:
        api = Api(sandbox)
        with api.http:
            yield api


def shown(body: object) -> str:
    return repr(body)[:60]


@pytest.mark.parametrize(("route", "body"), [(route, body) for route, bodies in BAD.items() for body in bodies], ids=shown)
def test_bad_input_is_400_and_nothing_breaks(api: Api, route: str, body: Any) -> None:
    readable = route != "keys"
    before = api.http.get(f"/_sandbox/{route}").json() if readable and route != "clock" else None
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = api.http.put(f"/_sandbox/{route}", content=content)
    assert answer.status_code == 400
    sentence = answer.json()["_error"]["message"]
    assert sentence
    assert "\n" not in sentence
    assert before is None or api.http.get(f"/_sandbox/{route}").json() == before
    works(api)


def works(api: Api) -> None:
    assert api.http.get("/cases").status_code == 200
    assert api.post_invoice().status_code == 201
    assert api.http.get("/_sandbox/clock").status_code == 200


@pytest.mark.parametrize("body", [b"[1", b"[]", b'{"when": "now"}', b"\xff"])
def test_a_reset_takes_no_body(api: Api, body: bytes) -> None:
    assert api.http.post("/_sandbox/reset", content=body).status_code == 400


@pytest.mark.parametrize("query", ["?bodies=all", "?bodies=masked&more=1", "?limit=5"])
def test_the_list_of_requests_takes_one_parameter(api: Api, query: str) -> None:
    answer = api.http.get(f"/_sandbox/requests{query}")
    assert answer.status_code == 400
    assert "bodies=masked" in answer.json()["_error"]["message"]


@pytest.mark.parametrize("year", [1971, 2105])
def test_at_both_ends_of_the_clock_everything_works(sandbox: SandboxProcess, year: int) -> None:
    api = Api(sandbox)
    with api.http:
        sandbox.clock.set(f"{year}-12-31T23:59:59Z", frozen=True)
        case = api.case(api.register()["_case"])
        assert str(year) in case["_created"]
        assert sandbox.clock.now().year == year
        works(api)


def test_more_rules_than_there_may_be_cannot_be_added_one_by_one_either(sandbox: SandboxProcess) -> None:
    sandbox.faults.set([{"fault": "unavailable", "path": "/nowhere"}] * 1000)
    answer = httpx.post(f"{sandbox.base_url}/_sandbox/faults", json={"fault": "unavailable"})
    assert answer.status_code == 400
    assert "1000 rules" in answer.json()["_error"]["message"]


def test_an_invoice_due_at_the_end_of_time_breaks_no_request_when_its_case_ages(api: Api) -> None:
    case = api.register(invoice_due_date="Fri, 31 Dec 9999 00:00:00 GMT")["_case"]
    api.sandbox.clock.advance(days=100)
    assert api.case(case)["state"] == "invoice"
    works(api)


def test_assumptions_of_a_million_years_break_no_request(sandbox: SandboxProcess) -> None:
    api = Api(sandbox)
    with api.http:
        longest = ("initializing_seconds", "reminder_days", "debt_collection_days", "case_visible_after", "token_lifetime")
        sandbox.assume(**dict.fromkeys(longest, 1e9))
        api.register()
        sandbox.clock.advance(days=10_000)
        works(api)
