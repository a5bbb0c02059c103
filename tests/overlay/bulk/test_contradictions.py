"""The API says that it has a write which no lookup finds: it is not sent again, and is not called refused."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from amili import Amili, Retry
from amili.bulk import Run, open_ledger
from amili.bulk.ledger import Ledger
from amili_sandbox.testing import SandboxProcess

from tests.samples import invoice


@pytest.fixture
def amili(sandbox: SandboxProcess) -> Iterator[Amili]:
    sandbox.assume(case_visible_after=10_000, duplicate_invoice_numbers="accepted")
    with Amili(sandbox.base_url, sandbox.token, quota="off", retry=Retry(settle=0.0)) as client:
        yield client


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


@pytest.fixture
def invoices(sandbox: SandboxProcess) -> list[Any]:
    return [invoice("N1", account=sandbox.account, creditor=sandbox.creditor)]


def posts(sandbox: SandboxProcess) -> int:
    return Counter(each["method"] for each in sandbox.requests())["POST"]


def killed(run: Run, amili: Amili, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work until the process is killed, right after a row was sent."""
    with monkeypatch.context() as dying:
        dying.setattr("amili.bulk.runs.sending.Sender._ended", lambda *_: pytest.exit("killed"))
        with pytest.raises(pytest.exit.Exception):
            list(run.work(amili, concurrency=1))


def test_what_the_api_accepted_is_not_sent_again_by_resume(
    amili: Amili, ledger: Ledger, invoices: list[Any], sandbox: SandboxProcess
) -> None:
    sandbox.faults.add("empty_body", method="POST", times=1)
    sandbox.faults.add("error_500", method="GET", path="/invoice*")  # its list of registrations can not be read
    run = Run.start(ledger, invoices, "register")
    (first,) = run.work(amili)
    assert (first.state, posts(sandbox)) == ("unknown", 1)
    for _ in range(2):
        run.resume()
        (again,) = run.work(amili)
        assert (again.state, posts(sandbox)) == ("unknown", 1)
        assert "the API said that it has it, but no lookup finds it" in str(again.problem)
    sandbox.assume(case_visible_after=0)
    run.resume()
    (found,) = run.work(amili)
    assert (found.state, posts(sandbox)) == ("reconciled", 1)


def test_what_is_there_after_a_death_is_ours_although_the_clock_of_the_api_was_set(
    amili: Amili, ledger: Ledger, invoices: list[Any], sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run.start(ledger, invoices, "register")
    killed(run, amili, monkeypatch)
    sandbox.assume(case_visible_after=0)
    sandbox.control("PUT", "clock", {"advance": 3600})
    (result,) = run.work(amili)
    assert (result.state, result.outcome, posts(sandbox)) == ("reconciled", "reconciled", 1)
    assert [case.id for case in amili.cases()] == [result.case_id]


def test_a_repetition_that_the_api_refuses_after_a_death_is_not_called_refused(
    amili: Amili, ledger: Ledger, invoices: list[Any], sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.assume(duplicate_invoice_numbers="refused")
    run = Run.start(ledger, invoices, "register")
    killed(run, amili, monkeypatch)
    assert next(iter(run.results())).state == "sending"
    (result,) = run.work(amili)
    assert (result.state, posts(sandbox)) == ("unknown", 2)
    assert "the API refuses its repetition with 422; look at the case" in str(result.problem)
    run.resume()
    (again,) = run.work(amili)
    assert (again.state, posts(sandbox)) == ("unknown", 2)
