import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contract_tests.conftest import SandboxProcess
from contract_tests.contract import ROOT, Contract
from contract_tests.messages import Exchange
from contract_tests.server.cleanup import cancel_left_open, cancel_open_invoices, cancel_unconfirmed
from contract_tests.server.client import Caller
from contract_tests.server.outcomes import BrokenReply, Inconclusive, Unreadable
from contract_tests.server.target import MAX_CLEANUP_REQUESTS, MAX_REQUESTS, Account, Target, from_environment, stand_in
from contract_tests.tour import TourSession, cancel


@pytest.fixture
def sandbox(stand_in_process: SandboxProcess) -> SandboxProcess:
    stand_in_process.reset()
    return stand_in_process


@pytest.fixture
def tour(sandbox: SandboxProcess, contract: Contract) -> Iterator[TourSession]:
    caller = Caller(contract, stand_in(sandbox))
    yield TourSession(caller, "dead")
    caller.close()


@pytest.fixture
def environment(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    known = {"AMILI_TOKEN": sandbox.token, "AMILI_ACCOUNT": sandbox.account, "AMILI_CREDITOR": sandbox.creditor}
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    return known


def open_numbers(tour: TourSession) -> list[str]:
    page = tour.fetch_page({"closed": {"$exists": False}}, sort="debt.invoice_number")
    return [case["debt"]["invoice_number"] for case in page["_items"]]


def test_what_a_dead_run_left_is_cancelled_and_nothing_else(tour: TourSession, sandbox: SandboxProcess) -> None:
    sandbox.clock.advance(hours=-2)
    dead = [tour.register(), tour.register()]
    for number in ("CS-1", "CT", "CT.1", "INV-CT-1"):
        tour.register(invoice_number=number)
    cancel(tour, dead[0])
    sandbox.clock.advance(hours=2)
    young = tour.register()
    cancelled_earlier = cancel_open_invoices(tour.caller)
    assert [(entry["invoice_number"], entry["cancelled"]) for entry in cancelled_earlier] == [(dead[1].number, True)]
    assert open_numbers(tour) == ["CS-1", "CT", young.number, "CT.1", "INV-CT-1"]
    assert [entry["case"] for entry in cancel_open_invoices(tour.caller, prefix="CT-dead-", older=timedelta(0))] == [young.id]
    assert cancel_open_invoices(tour.caller, older=timedelta(0)) == []


def test_what_can_not_be_cancelled_is_listed_with_its_status(
    tour: TourSession, environment: dict[str, str], sandbox: SandboxProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    number = tour.register().number
    sandbox.faults.add("error_500", path="/creditor-cancellation")
    status = cancel_left_open(["--base-url", sandbox.base_url, "--min-age", "0"])
    assert (status, capsys.readouterr().out) == (1, f"1 invoices of the suite were open, 1 still are: {number}\n")
    sandbox.faults.clear()
    status = cancel_left_open(["--base-url", sandbox.base_url, "--min-age", "0"])
    assert (status, capsys.readouterr().out) == (0, "1 invoices of the suite were open, 0 still are\n")


def test_an_answer_that_ignores_the_question_cancels_nothing_of_others(tour: TourSession, sandbox: SandboxProcess) -> None:
    tour.register(invoice_number="INV-1")
    sandbox.control("PUT", "contract-faults", ["where_ignored"])
    assert cancel_open_invoices(tour.caller, older=timedelta(0)) == []


def test_a_registration_whose_response_was_lost_is_found_and_cancelled(tour: TourSession, sandbox: SandboxProcess) -> None:
    sandbox.faults.add("drop_after", path="/invoice-registration")
    with pytest.raises(BrokenReply):
        tour.register()
    sandbox.faults.clear()
    registered_invoices = list[dict[str, Any]]()
    cancel_unconfirmed(tour.caller, tour.ours, registered_invoices)
    assert [entry["cancelled"] for entry in registered_invoices] == [True]
    assert open_numbers(tour) == []


def test_an_unknown_registration_is_listed_as_left_open(tour: TourSession, sandbox: SandboxProcess) -> None:
    registered_invoices = list[dict[str, Any]]()
    sandbox.faults.add("drop_after")
    cancel_unconfirmed(tour.caller, tour.ours, registered_invoices)
    assert registered_invoices == [], "nothing was registered"
    with pytest.raises(BrokenReply):
        tour.register()
    cancel_unconfirmed(tour.caller, tour.ours, registered_invoices)
    sandbox.faults.clear()
    sandbox.faults.add("error_500")
    with pytest.raises(Inconclusive):
        cancel_unconfirmed(tour.caller, tour.ours, registered_invoices)
    assert [(entry["invoice_number"], entry["cancelled"]) for entry in registered_invoices] == [("CT-dead-…", False)] * 2
    assert "GET /cases" in registered_invoices[0]["why"]
    assert "5xx" in registered_invoices[1]["why"]


def refuse_operators(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server refuse what no page documents of queries, and show no `closed`."""
    call, refused = caller.call, Exchange("GET", "http://127.0.0.1/cases", 400)

    def without_operators(operation: str, body: Any = None, *, query: Any = None) -> Exchange:
        if "$" in str(query):
            return refused
        exchange = call(operation, body, query=query)
        return replace(exchange, body=exchange.body.replace(b'"closed": {', b'"ended": {'))

    monkeypatch.setattr(caller, "call", without_operators)


def test_where_operators_are_refused_the_newest_cases_are_read(tour: TourSession, monkeypatch: pytest.MonkeyPatch) -> None:
    number = tour.register().number
    refuse_operators(tour.caller, monkeypatch)
    cancelled = cancel_open_invoices(tour.caller, older=timedelta(0))
    assert [(entry["invoice_number"], entry["cancelled"]) for entry in cancelled] == [(number, True)]


@pytest.mark.parametrize("cancelled_state", ["closed", "unchanged"])
def test_what_is_cancelled_is_not_taken_for_open_where_nothing_marks_it(
    cancelled_state: str, tour: TourSession, sandbox: SandboxProcess, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.assume(cancelled_state=cancelled_state)
    cancel(tour, tour.register())
    by_number = tour.register()
    cancel(tour, by_number, case=None, invoice_number=by_number.number)
    refuse_operators(tour.caller, monkeypatch)
    assert cancel_open_invoices(tour.caller, older=timedelta(0)) == []
    with closing(Caller(contract, stand_in(sandbox))) as other:
        refuse_operators(other, monkeypatch)
        known = bool(cancel_open_invoices(other, older=timedelta(0)))
    assert known == (cancelled_state == "unchanged"), "what another caller cancelled is known by its state only"


def test_an_answer_that_is_no_list_is_unreadable(tour: TourSession, monkeypatch: pytest.MonkeyPatch) -> None:
    tour.register()
    odd = Exchange("GET", "http://127.0.0.1/cases", 400, body=b'{"_status": "ERR"}')
    monkeypatch.setattr(tour.caller, "call", lambda *_, **__: odd)
    with pytest.raises(Unreadable, match="it has the status 400"):
        cancel_open_invoices(tour.caller)


def test_a_server_that_is_not_there_can_not_be_swept(environment: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cancel_left_open(["--base-url", "http://127.0.0.1:9"]) == 2
    assert "gave no answer" in capsys.readouterr().err


def test_a_run_that_is_killed_leaves_nothing_that_the_next_does_not_cancel(
    tour: TourSession, environment: dict[str, str], sandbox: SandboxProcess
) -> None:
    command = [sys.executable, "-m", "contract_tests", "--base-url", sandbox.base_url, "-k", "test_tour"]
    known = {**os.environ, **environment}
    sandbox.clock.advance(hours=-2)
    process = subprocess.Popen(command, cwd=ROOT, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        while sum(request["status"] == 201 for request in sandbox.requests()) < 4:
            assert process.poll() is None, "it ended before it could be killed"
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    assert open_numbers(tour), "it was killed too late to leave something"
    sandbox.clock.advance(hours=2)
    done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, check=False, encoding="utf-8")  # noqa: S603
    assert "invoices of earlier runs were open" in done.stdout, done.stdout + done.stderr
    assert open_numbers(tour) == []


def bounded(max_requests: int, sandbox: SandboxProcess) -> Caller:
    own = Account(sandbox.token, sandbox.account, sandbox.creditor)
    return Caller(Contract.load(), Target(sandbox.base_url, own, max_requests=max_requests))


@pytest.mark.parametrize(("max_requests", "reading"), [(43, 3), (MAX_CLEANUP_REQUESTS, 2)], ids=["a run", "a clean-up"])
def test_a_bounded_run_keeps_its_last_requests_for_cancelling(max_requests: int, reading: int, sandbox: SandboxProcess) -> None:
    caller = bounded(max_requests, sandbox)
    case = TourSession(caller, "bounded").register()
    for _ in range(reading - 1):
        caller.call("list_cases")
    with pytest.raises(Inconclusive, match=f"the {max_requests} requests of a run are used up"):
        caller.call("list_cases")
    body: dict[str, Any] = {"creditor": case.registration["creditor"], "case": case.id, "origin": "creditor_system"}
    statuses = [caller.call("cancel_case", body).status for _ in range(max_requests - reading)]
    assert statuses[0] == 201
    with pytest.raises(Inconclusive, match="used up"):
        caller.call("cancel_case", body)
    assert len(sandbox.requests()) == max_requests
    caller.close()


def test_elsewhere_a_run_and_the_clean_up_after_it_have_a_bound(environment: dict[str, str]) -> None:
    assert from_environment("https://api.example.se", None).max_requests == MAX_REQUESTS
    assert MAX_REQUESTS + MAX_CLEANUP_REQUESTS + 2 == 250, "each asks for a token"
    assert from_environment("http://127.0.0.1:9", None).max_requests == 0
