"""The command as it is used against the vendor, tried on a stand-in that is not known as one."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.conftest import SandboxProcess
from contract_tests.contract import CONTRACT_FILE, ROOT, Contract
from contract_tests.findings import AcceptedDeviations
from contract_tests.fuzz import Bounded
from contract_tests.server.client import Caller
from contract_tests.server.outcomes import Inconclusive
from contract_tests.server.target import Account, Target
from contract_tests.tour import STEPS, TourSession, clean_up, run_step

BUDGET = 250
ASKING = ("-k", "test_tour or test_bounded")  # the layers that ask a server that is not ours


def run_contract(base_url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AMILI_")}
    command = [sys.executable, "-m", "contract_tests", "--base-url", base_url, *arguments]
    known = clean | environment
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, check=False, timeout=120, encoding="utf-8")  # noqa: S603


def credentials(sandbox: SandboxProcess) -> dict[str, str]:
    return {
        "AMILI_API_CODE": sandbox.api_code,
        "AMILI_PRIVATE_KEY_FILE": sandbox.private_key_file,
        "AMILI_ACCOUNT": sandbox.account,
        "AMILI_CREDITOR": sandbox.creditor,
    }


def test_on_another_server_the_suite_keeps_its_budget_and_uses_offered_methods_only(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    done = run_contract(sandbox.base_url, "--report", str(tmp_path), **credentials(sandbox))
    assert done.returncode == 0, done.stdout + done.stderr
    asked = sandbox.requests()
    assert 100 < len(asked) <= BUDGET, f"{len(asked)} requests"
    contract = Contract.load(CONTRACT_FILE)
    unexpected = {(each["method"], each["path"]) for each in asked if contract.find(each["method"], each["path"]) is None}
    assert unexpected <= {("GET", "/authenticates/api-code")}
    registered_invoices = json.loads((tmp_path / "contract.json").read_text(encoding="utf-8"))["registered_invoices"]
    fit = json.loads((tmp_path / "contract.json").read_text(encoding="utf-8"))["fit"]
    assert (fit["other_than_by_default"], fit["not_reproduced"]) == ({}, []), "the server is a stand-in with the defaults"
    assert json.loads((tmp_path / "profile.json").read_text(encoding="utf-8")) == fit["profile"]
    assert len(registered_invoices) > 10
    assert all(entry["cancelled"] and entry["invoice_number"].startswith("CT-") for entry in registered_invoices)


@pytest.mark.parametrize(("strict", "word", "code"), [([], "NOTED", 2), (["--strict"], "DRIFT", 1)])
def test_what_no_document_says_is_noted_and_drift_only_with_strict(
    strict: list[str], word: str, code: int, sandbox: SandboxProcess
) -> None:
    sandbox.assume(second_cancellation="warning")
    chosen = "test_the_tour and (flow_of_the_guide or closed_case)"
    done = run_contract(sandbox.base_url, "-k", chosen, *strict, **credentials(sandbox))
    assert done.returncode == code, "2: the other checks were not made"
    assert f"{word} cancel_case: behaviour second cancellation at /" in done.stderr
    assert ("not drift, since no document says so: 1 against our assumption" in done.stdout) == (not strict)


@pytest.mark.parametrize(("scenario", "runs"), [("empty", 2), ("guide", 1), ("portfolio", 1)])
def test_what_a_server_knows_from_before_is_no_drift(scenario: str, runs: int, contract: Contract) -> None:
    with SandboxProcess("--seed", scenario) as used:
        for run in range(runs):
            caller = Caller(contract, Target(used.base_url, Account(used.token, used.account, used.creditor)), lambda _: None)
            tour, accepted_deviations = TourSession(caller, f"run-{run}"), AcceptedDeviations.of(used.base_url)
            assert [finding for step in STEPS for finding in accepted_deviations.unaccepted(run_step(tour, step))] == []
            clean_up(tour)
            caller.close()


def test_the_quota_is_waited_for_three_minutes_in_all(contract: Contract) -> None:
    waits, count = list[float](), iter(range(99))

    def answer(_: httpx.Request) -> httpx.Response:
        busy = next(count) % 2 == 0
        page = {"_items": [], "_meta": {"page": 1, "max_results": 25, "total": 0}}
        return httpx.Response(429 if busy else 200, stream=httpx.ByteStream(json.dumps(page).encode()))

    caller = Caller(contract, Target("http://amili.test", Account("a-token", "a" * 24, "b" * 24)), waits.append)
    caller._http = httpx.Client(base_url="http://amili.test", transport=httpx.MockTransport(answer))
    for _ in range(3):
        caller.call("list_cases")
    with pytest.raises(Inconclusive, match="the quota is used up: 180 s were waited for it already"):
        caller.call("list_cases")
    assert waits == [60.0] * 3
    caller.close()


def test_a_run_that_was_refused_names_the_server_and_takes_nothing_for_stale(sandbox: SandboxProcess, tmp_path: Path) -> None:
    known = {**credentials(sandbox), "AMILI_API_CODE": "nope"}
    done = run_contract(sandbox.base_url, "-k", "test_tour", "--report", str(tmp_path), **known)
    assert done.returncode == 2, done.stdout + done.stderr
    assert f"checks of {sandbox.base_url}" in done.stdout
    assert json.loads((tmp_path / "contract.json").read_text(encoding="utf-8"))["server"] == sandbox.base_url
    own = {"AMILI_TOKEN": "nope", "AMILI_ACCOUNT": sandbox.account, "AMILI_CREDITOR": sandbox.creditor}
    done = run_contract(sandbox.base_url, "-k", "test_tour", **own)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "stale" not in done.stdout


ERROR = '{"_status": "ERR", "_error": {"code": %d, "message": "no"}, "_issues": {"creditor": "no such creditor"}}'


class Answer(BaseHTTPRequestHandler):
    """Always the same answer."""

    protocol_version = "HTTP/1.1"
    status, body = 503, b"<h1>down</h1>"

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json" if self.body[:1] == b"{" else "text/html")
        self.send_header("Content-Length", str(len(self.body)))
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST = answer

    def log_message(self, format: str, *arguments: Any) -> None:
        """Print nothing."""


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    status, body = request.param
    handler = type("Handler", (Answer,), {"status": status, "body": body.encode()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


TROUBLES = {
    "a storm": (503, "<h1>down</h1>", "5xx to the simplest request"),
    "a quota": (429, ERROR % 429, "the quota is used up"),
    "a wrong token": (401, ERROR % 401, "the credentials are refused with 401"),
    "a web page": (200, "<html>hello</html>", "this is not the API"),
    "another server": (404, "nothing here", "this is not the API"),
    "a wrong path": (404, ERROR % 404, "this is not the API: it knows neither /cases nor the other paths"),
    "a wrong creditor": (422, ERROR % 422, "AMILI_CREDITOR is refused"),
}


@pytest.mark.parametrize(
    ("server", "says"), [((status, body), says) for status, body, says in TROUBLES.values()], ids=TROUBLES, indirect=["server"]
)
def test_wrong_configuration_and_a_server_that_is_down_are_inconclusive(server: str, says: str, contract: Contract) -> None:
    caller = Caller(contract, Target(server, Account("a-token", "674dbeaf08847b9501cc9132", "674dbeb208847b9501cc9138")))
    with pytest.raises(Inconclusive, match=says):
        run_step(TourSession(caller, "x"), STEPS[0])
    bounded = Bounded(caller, "x")
    with pytest.raises(Inconclusive, match=says):
        list(bounded.ask())
    assert bounded.ended is not None
    caller.close()


@pytest.mark.parametrize("server", [(503, "<h1>down</h1>")], indirect=True)
def test_a_server_that_is_down_ends_the_command_with_2_and_is_reported_once(server: str) -> None:
    known = {"AMILI_TOKEN": "a-token", "AMILI_ACCOUNT": "674dbeaf08847b9501cc9132", "AMILI_CREDITOR": "674dbeb208847b9501cc9138"}
    done = run_contract(server, *ASKING, **known)
    assert done.returncode == 2, done.stdout + done.stderr
    assert (done.stderr.count("INCONCLUSIVE"), done.stderr.count("DRIFT")) == (1, 0)
    assert "5xx to the simplest request" in done.stderr
