"""What is read from a file is what the API gets: registered and credited on the stand-in."""

from decimal import Decimal
from pathlib import Path

from amili import Amili
from amili.bulk import CreditingItem, Map, check, open_source, open_table, propose
from amili.bulk.mapping import Column
from amili_sandbox.testing import SandboxProcess

from tests.overlay.bulk.support import HEADER, row, write_rows


def test_invoices_and_creditings_of_files_are_what_the_api_gets(sandbox: SandboxProcess, tmp_path: Path) -> None:
    path = write_rows(
        tmp_path / "f.csv", [HEADER, row("0001"), row("F2", antal="1", belopp="1 234,50", ort="Malmö")], encoding="cp1252"
    )
    map_, _ = propose(open_table(path), constants={"account": sandbox.account, "creditor": sandbox.creditor})
    source = open_source(path, map_)
    credits_ = write_rows(tmp_path / "c.csv", [["Nr", "Belopp", "Ref"], ["0001", "86,25", "K1"]])
    columns = {"invoice_number": (Column("Nr"),), "amount": (Column("Belopp"),), "reference": (Column("Ref"),)}
    [crediting] = open_source(credits_, Map("credit", columns, {"creditor": sandbox.creditor})).rows()
    assert isinstance(crediting.item, CreditingItem)
    with Amili(sandbox.base_url, sandbox.token, quota="off") as amili:
        for each in source.rows():
            assert isinstance(each.item, dict)
            amili.register(each.item)
        cases = dict(amili.cases_by_number(["0001", "F2"], creditor=sandbox.creditor))
        [first], [second] = cases["0001"], cases["F2"]
        assert (first.customer_name, first.total_remaining_capital_amount) == ("Åsa Exempel", Decimal("3086.25"))
        assert second.total_remaining_capital_amount == Decimal("1543.13")
        assert check(source).totals.including_vat == Decimal("3086.25") + Decimal("1543.13")
        amili.credit(first, crediting.item.amount, reference=crediting.item.reference)
        assert amili.case(first).total_remaining_capital_amount == Decimal("3000.00")
