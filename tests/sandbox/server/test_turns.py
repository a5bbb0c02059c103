"""Reads whose clients did not wait for their turn are dropped; writes are not, and a request that waits is in the list."""

import json
from urllib.parse import quote

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api
from tests.sandbox.http.raw_socket import connect, request_bytes

LONG = quote(json.dumps({"$or": [{"customer_name": f"nobody {number}"} for number in range(200)]}))
CROWD = 40


def test_reads_of_clients_that_left_are_dropped_and_writes_are_not() -> None:
    with SandboxProcess("--seed", "portfolio:400") as sandbox:
        api = Api(sandbox)
        with api.http:
            before = api.cases()["_meta"]["total"]
            for number in range(CROWD):
                write = request_bytes(sandbox, "POST", "/invoice-registration", api.invoice(invoice_number=f"LEFT-{number}"))
                for data in (request_bytes(sandbox, "GET", f"/cases?where={LONG}"), write):
                    with connect(sandbox) as connection:
                        connection.sendall(data)
            while len(done := [each for each in sandbox.requests()[1:] if each["seconds"] is not None]) < 2 * CROWD:
                pass
            dropped = [each for each in done if each["status"] is None]
            assert dropped
            assert {each["method"] for each in dropped} == {"GET"}
            assert api.cases()["_meta"]["total"] == before + CROWD


def test_a_request_is_listed_before_it_is_answered(api: Api) -> None:
    with pytest.raises(httpx.TimeoutException):
        api.http.get("/cases", headers={"X-Sandbox-Fault": "late_answer; seconds=3600"}, timeout=0.5)
    [entry] = api.sandbox.requests()
    assert (entry["status"], entry["seconds"], entry["response_bytes"]) == (None, None, None)
