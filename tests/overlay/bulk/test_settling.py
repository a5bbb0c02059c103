"""A run whose input has changed: what may have been sent is looked up, and nothing is sent."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import ActionFailedError, Amili, Retry
from amili._core.engine import Flow
from amili.bulk import CaseKey, CreditingItem, Run, open_ledger
from amili.bulk.ledger import Ledger
from amili_sandbox.testing import SandboxProcess

from tests.samples import invoice


@pytest.fixture
def amili(sandbox: SandboxProcess) -> Iterator[Amili]:
    with Amili(sandbox.base_url, sandbox.token, quota="off", retry=Retry(settle=0.0)) as client:
        yield client


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def posts(sandbox: SandboxProcess) -> int:
    return Counter(each["method"] for each in sandbox.requests())["POST"]


def killed(run: Run, amili: Amili, monkeypatch: pytest.MonkeyPatch, *, sends: bool) -> None:
    """Work until the process is killed: after the first row was sent, or right before."""
    target = "Sender._ended" if sends else "RowEntry.check"
    with monkeypatch.context() as dying:
        if sends:
            dying.setattr(f"amili.bulk.runs.sending.{target}", lambda *_: pytest.exit("killed"))
        else:
            dying.setattr(f"amili.bulk.runs.entry.{target}", lambda *_: pytest.exit("killed"))
        with pytest.raises(pytest.exit.Exception):
            list(run.work(amili, concurrency=1))


@pytest.mark.parametrize(("sends", "first"), [(True, "reconciled"), (False, "refused")])
def test_what_may_have_been_sent_is_looked_up_without_the_input(
    amili: Amili, ledger: Ledger, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, *, sends: bool, first: str
) -> None:
    invoices = [invoice(f"N{number}", account=sandbox.account, creditor=sandbox.creditor) for number in range(3)]
    killed(Run.start(ledger, invoices, "register"), amili, monkeypatch, sends=sends)
    before = posts(sandbox)
    run = Run.open(ledger)
    results = {result.number: result for result in run.settle(amili)}
    assert [results[n].state for n in (1, 2, 3)] == [first, "refused", "refused"]
    assert (posts(sandbox), run.progress().state) == (before, "ended")
    assert "it was not written" in str(results[3].problem)
    again = {
        result.key: result.state
        for result in Run.start(ledger, [*invoices, invoices[0] | {"invoice_number": "N9"}], "register").work(amili)
    }
    assert Counter(again.values()) == ({"done": 3, "exists": 1} if sends else {"done": 4})


def test_what_was_not_sent_can_be_sent_with_the_input(
    amili: Amili, ledger: Ledger, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = amili.register(invoice("N1", account=sandbox.account, creditor=sandbox.creditor)).case
    items: list[Any] = [CreditingItem(CaseKey(id=case), Decimal(amount)) for amount in (10, 20)]
    run = Run.start(ledger, items, "credit")
    killed(run, amili, monkeypatch, sends=True)
    assert Counter(result.state for result in Run.open(ledger).settle(amili)) == {"reconciled": 1, "refused": 1}
    assert run.retry_refused() == 1
    assert [result.state for result in run.work(amili)] == ["done"]
    assert posts(sandbox) == 3


def test_a_crediting_that_a_list_shows_as_failed_is_refused_after_a_death(
    amili: Amili, ledger: Ledger, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = amili.register(invoice("N1", account=sandbox.account, creditor=sandbox.creditor)).case
    run = Run.start(ledger, [CreditingItem(CaseKey(id=case), Decimal(10))], "credit")
    killed(run, amili, monkeypatch, sends=False)

    def failed(_: Any, pending: dict[int, Any], *__: Any) -> Flow[dict[int, Any]]:
        yield from ()
        return {number: ActionFailedError("credit_case was accepted but failed") for number in pending}

    monkeypatch.setattr("amili.bulk.runs.lot.judge_found", failed)
    (result,) = run.work(amili)
    assert (result.state, result.case_id, posts(sandbox)) == ("refused", case, 1)
    assert result.problem == "credit_case was accepted but failed"
