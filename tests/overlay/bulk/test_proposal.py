"""The map that is proposed for a file, from the names of its columns."""

from pathlib import Path
from typing import Any

import pytest
from amili import InvalidInputError
from amili.bulk import map_text, open_table, propose
from amili.bulk.files import table_of
from amili.bulk.mapping import Column

from tests.overlay.bulk.support import CONSTANTS, HEADER, Book, row, source_of, write_rows
from tests.samples import CREDITOR


def proposal(*names: str, **options: Any) -> tuple[dict[str, str], tuple[str, ...]]:
    map_, remarks = propose(table_of([dict.fromkeys(names, "x")]), **options)
    return {path: columns[0].name for path, columns in map_.columns.items()}, remarks


def test_swedish_names_are_known() -> None:
    found, remarks = proposal(*HEADER, "Er referens", "Färg")
    assert list(found) == [
        "invoice_number",
        "invoice_date",
        "invoice_due_date",
        "your_reference",
        "customer.name",
        "customer.id_number",
        "customer.address.address_line_1",
        "customer.address.zip_code",
        "customer.address.city",
        "matrix.article_description",
        "matrix.unit_price",
        "matrix.number_of_units",
        "matrix.total_price_excluding_vat",
        "matrix.unit_vat_percent",
    ]
    assert found["matrix.unit_price"] == "À-pris"
    assert remarks == ("Columns that are not used: Färg.", "Is Belopp the total of a line without VAT? It must be.")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Invoice no.", "invoice_number"),
        ("FAKTURANUMMER", "invoice_number"),
        ("Due date", "invoice_due_date"),
        ("Fo\u0308rfallodatum", "invoice_due_date"),
        ("A-pris", "matrix.unit_price"),
        ("Moms %", "matrix.unit_vat_percent"),
        ("Qty", "matrix.number_of_units"),
        ("customer.address.city", "customer.address.city"),
        ("Belopp exkl. moms", "matrix.total_price_excluding_vat"),
    ],
)
def test_names_are_known_in_their_forms(name: str, path: str) -> None:
    assert proposal(name)[0] == {path: name}


def test_numbers_of_persons_and_companies_say_what_the_debtor_is() -> None:
    map_, remarks = propose(table_of([{"Fakturanr": 1, "Personnr": 2, "Orgnr": 3}]))
    assert map_.columns["customer.id_number"] == (
        Column("Personnr", also={"customer.is_person": True}),
        Column("Orgnr", also={"customer.is_company": True}),
    )
    assert remarks == ()
    assert "Say what the debtors are" in proposal("Fakturanr", "Person-/orgnr")[1][0]
    assert proposal("Fakturanr", "Idnummer", constants={"customer.is_person": True})[1] == ()


def test_constants_take_the_place_of_columns_and_missing_ones_are_comments() -> None:
    map_, remarks = propose(table_of([{"Fakturanr": 1, "Creditor": 2}]), constants={"creditor": CREDITOR})
    assert "creditor" not in map_.columns
    text = map_text(map_, remarks)
    assert f'creditor = "{CREDITOR}"' in text
    assert '# account = "..."' in text
    assert '# "customer.address.city" = "..."' in text


def test_the_other_operations_have_names_of_their_own() -> None:
    assert proposal("Ärende", "Belopp", "Referens", operation="credit")[0] == {
        "case": "Ärende",
        "amount": "Belopp",
        "reference": "Referens",
    }
    assert proposal("Fakturanr", "Borgenär", "Personnr", operation="lookup") == (
        {"invoice_number": "Fakturanr", "creditor": "Borgenär"},
        ("Columns that are not used: Personnr.",),
    )


def test_a_file_without_known_names_is_refused_and_not_quoted() -> None:
    with pytest.raises(InvalidInputError, match=r"^rows: no name of a column is known \(such as Fakturanr, Personnr or Belopp\)"):
        proposal("Kalle Exempel", "199001010017")


def test_the_row_with_the_names_is_found_below_titles(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.csv", [["Journal", *[""] * 12], [], HEADER, row("F1")])
    map_, _ = propose(open_table(path), constants=CONSTANTS)
    assert map_.reading.header == 3
    assert len(list(source_of(path, map_).rows())) == 1
    book = Book(tmp_path / "t.xlsx")
    book.page.merge_range("A1:M1", "Journal")
    map_, _ = propose(open_table(book.rows([HEADER, [*row("F1")[:-1], 7]], first=2).close()), constants=CONSTANTS)
    assert map_.reading.header == 2


@pytest.mark.parametrize(
    ("numbers", "lines"),
    [(["F1", "F1", "F2"], "rows"), (["F1", "F2", "F1"], "columns"), (["", "", "F1"], "columns"), ([], "columns")],
)
def test_repeated_numbers_in_rows_that_follow_each_other_are_lines(numbers: list[str], lines: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.csv", [HEADER, *map(row, numbers), [] if numbers else row("")])
    assert propose(open_table(path))[0].lines == lines
