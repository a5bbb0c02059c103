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
