"""One ledger for all operations: what was registered with it can be looked up, credited and cancelled by its number."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import Amili
from amili.bulk import CaseKey, CreditingItem, Run, open_ledger
from amili_sandbox.testing import SandboxProcess

from tests.samples import invoice


@pytest.mark.parametrize(("operation", "ends"), [("credit", "done"), ("cancel", "done"), ("lookup", "found")])
def test_a_number_that_this_ledger_registered_is_no_obstacle(
    sandbox: SandboxProcess, tmp_path: Path, operation: Any, ends: str
) -> None:
    ledger, key = open_ledger(tmp_path / "ledger.sqlite"), CaseKey(invoice_number="N1", creditor=sandbox.creditor)
    item = CreditingItem(key, Decimal(10)) if operation == "credit" else key
    with Amili(sandbox.base_url, sandbox.token, quota="off") as amili:
        invoices = [invoice("N1", account=sandbox.account, creditor=sandbox.creditor)]
        (registered,) = Run.start(ledger, invoices, "register").work(amili)
        (result,) = Run.start(ledger, [item], operation).work(amili)
    assert (result.state, result.case_id) == (ends, registered.case_id)
    ledger.close()


def test_an_invoice_that_was_registered_with_other_contents_is_said_to_be_another(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    first = invoice("N1", account=sandbox.account, creditor=sandbox.creditor)
    second = first | {"matrix": [first["matrix"][0] | {"unit_price": 7, "total_price_excluding_vat": 7}]}
    with Amili(sandbox.base_url, sandbox.token, quota="off") as amili:
        list(Run.start(ledger, [first], "register").work(amili))
        (same,) = Run.start(ledger, [first], "register").work(amili)
        (other,) = Run.start(ledger, [second], "register").work(amili)
    assert (same.state, same.outcome, same.problem) == ("exists", "existing", "row 1 of run 1 registered it")
    assert (other.state, other.outcome) == ("exists", "another")
    assert other.problem == "row 1 of run 1 registered it, with other contents than this row has"
    ledger.close()
