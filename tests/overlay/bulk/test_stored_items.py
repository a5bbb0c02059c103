"""What a ledger in PostgreSQL keeps of what its rows ask for, so that any machine can work on them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from amili import Amili, InvalidInputError, InvoiceRegistration
from amili._core.engine import now
from amili.bulk import CaseKey, CreditingItem, Run
from amili.bulk.ledger import Ending, Hold, PostgresqlLedger
from amili.bulk.runs import item_of
from amili.bulk.workers import work
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import invoices
from tests.postgresql import change
from tests.samples import invoice


@pytest.mark.parametrize(
    ("operation", "item"),
    [
        ("register", {"total": Decimal("1.50"), "lines": [{"when": date(2026, 1, 2)}], "at": datetime(2026, 1, 2, tzinfo=UTC)}),
        ("register", {"customer": MappingProxyType({"$decimal": "1", "name": "x"})}),
        ("credit", CreditingItem(CaseKey(id="68e4c1ab0000000000000001"), Decimal("12.50"), "K1")),
        ("cancel", CaseKey(invoice_number="N1", creditor="c")),
    ],
)
def test_what_a_row_asks_for_comes_back_as_it_was(ledger: PostgresqlLedger, operation: Any, item: Any) -> None:
    Run.start(ledger, [item], operation)
    (body,) = ledger.bodies(1, [1]).values()
    assert item_of(operation, body) == item


def test_a_model_is_stored_as_what_is_sent(ledger: PostgresqlLedger) -> None:
    wanted = InvoiceRegistration.from_dict(invoice("N1"))
    Run.start(ledger, [wanted], "register")  # type: ignore[list-item]
    (body,) = ledger.bodies(1, [1]).values()
    assert item_of("register", body) == wanted.to_dict()


def test_what_could_not_be_read_back_is_not_stored(ledger: PostgresqlLedger) -> None:
    with pytest.raises(InvalidInputError, match="a object in a row can't be stored"):
        Run.start(ledger, [{"invoice_number": object()}], "register")
    assert ledger.runs() == []


def test_refused_rows_are_retried_with_their_source(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    items = invoices(sandbox, 2)
    run = Run.start(ledger, items, "register")
    lot = ledger.claim(Hold(1, "a"), now(), 60.0)
    ledger.end(Hold(1, "a"), [(row.number, Ending("refused", problem="no")) for row in lot], now())
    with pytest.raises(InvalidInputError, match="open the run with the source"):
        Run.open(ledger, 1).retry_refused()
    assert run.retry_refused() == 2
    assert run.retry_refused() == 0
    work(address, client, until_ended=True)
    assert ledger.run().counts == {"done": 2}


def test_a_row_whose_item_is_gone_is_not_guessed(
    address: str, ledger: PostgresqlLedger, client: Amili, sandbox: SandboxProcess
) -> None:
    Run.start(ledger, [*invoices(sandbox, 1)], "register")
    change(address, "UPDATE amili.rows SET body = NULL")
    with pytest.raises(InvalidInputError, match="work on the run with its input"):
        work(address, client, until_ended=True)


def test_rows_that_are_skipped_have_nothing_to_store(ledger: PostgresqlLedger, sandbox: SandboxProcess) -> None:
    items: list[Any] = [None, *invoices(sandbox, 1)]
    Run.start(ledger, items, "register", skip_invalid=True)
    assert ledger.run().counts == {"skipped": 1, "new": 1}
    assert list(ledger.bodies(1, [1, 2])) == [2]
