"""Creditings, cancellations and lookups from a file: which case a row means, and what is refused."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from amili.bulk import CaseKey, CreditingItem, Map, Problem, check, open_source
from amili.bulk.mapping import Column

from tests.samples import CASE, CREDITOR, OTHER_CASE

CREDIT = Map(
    "credit",
    {"case": (Column("Id"),), "invoice_number": (Column("Nr"),), "amount": (Column("Belopp"),), "reference": (Column("Ref"),)},
    {},
)


def texts(problems: tuple[Problem, ...]) -> list[str]:
    return [str(problem) for problem in problems]


def credits_of(rows: list[tuple[Any, ...]], **constants: Any) -> Any:
    named = [dict(zip(("Id", "Nr", "Belopp", "Ref"), each, strict=True)) for each in rows]
    return open_source(named, replace(CREDIT, constants=constants))


def test_creditings_are_read_with_their_cases() -> None:
    source = credits_of([(CASE, "", "1 000,50", "K1"), ("", "F1", 100, "")], creditor=CREDITOR)
    assert [each.item for each in source.rows()] == [
        CreditingItem(CaseKey(id=CASE), Decimal("1000.50"), "K1"),
        CreditingItem(CaseKey(invoice_number="F1", creditor=CREDITOR), Decimal(100), None),
    ]
    totals = check(source).totals
    assert (totals.rows, totals.excluding_vat, totals.including_vat, totals.last_due) == (2, None, Decimal("1100.50"), None)


def test_creditings_with_problems_are_named() -> None:
    rows = [
        (CASE, "F1", "1,00", ""),
        ("", "", "1,00", "x"),
        (CASE, "", "-1,00", ""),
        (CASE, "", "", "a"),
        (CASE, "", "1,001", ""),
        ("123", "", "1,00", ""),
        (CASE, "", "5,00", ""),
        (CASE, "", "5,0", ""),
        (CASE, "", "5,00", "K1"),
    ]
    found = check(credits_of(rows, creditor=CREDITOR))
    assert texts(found.problems) == [
        'rows, item 1, column "Id": it has both an identifier and an invoice number: one of them must be empty (case)',
        'rows, item 2, column "Id": no case is named: its identifier or the invoice number is missing (case)',
        'rows, item 3, column "Belopp": the amount to credit must be above zero (amount)',
        'rows, item 4, column "Belopp": it is missing (amount)',
        'rows, item 5, column "Belopp": the amount to credit has more than two decimals; round it to whole öre (amount)',
        'rows, item 6, column "Id": it is not an identifier of 24 hexadecimal digits (case)',
        'rows, item 8, column "Id": the same case, amount and reference are in item 7: give each crediting a reference of '
        "its own (case)",
    ]
    assert found.good == 2
    [nameless] = check(credits_of([("", "F1", 1, "")])).problems
    assert str(nameless) == "rows, item 1: it is missing, and an invoice number alone names no case (creditor)"


@pytest.mark.parametrize("operation", ["cancel", "lookup"])
def test_cases_are_read_by_identifier_or_number(operation: Any) -> None:
    map_ = Map(operation, {"case": (Column("Id"),), "invoice_number": (Column("Nr"),)}, {"creditor": CREDITOR})
    rows = [{"Id": CASE, "Nr": ""}, {"Id": "", "Nr": "F1"}, {"Id": OTHER_CASE, "Nr": ""}, {"Id": "", "Nr": "F1"}]
    source = open_source(rows, map_)
    assert [each.item for each in source.rows()] == [
        CaseKey(id=CASE),
        CaseKey(invoice_number="F1", creditor=CREDITOR),
        CaseKey(id=OTHER_CASE),
        None,
    ]
    found = check(source)
    assert texts(found.problems) == ['rows, item 4, column "Nr": the same case is in item 2 (invoice_number)']
    assert (found.operation, found.totals.rows, found.totals.including_vat) == (operation, 3, None)


def test_a_total_row_of_creditings() -> None:
    rows: list[tuple[Any, ...]] = [(CASE, "", "1,00", "K1"), ("", "", "1,00", "")]
    assert check(credits_of(rows)).problems[0].text.startswith("it looks like a total row")
    source = credits_of(rows)
    skipping = open_source(
        [dict(zip(("Id", "Nr", "Belopp", "Ref"), each, strict=True)) for each in rows], replace(CREDIT, total_row="skip")
    )
    assert (check(source).refused, check(skipping).refused) == (1, 0)
