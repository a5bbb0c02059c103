"""Maps: their TOML, what they refuse, and the proposal for a file."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import ConfigurationError, InvalidInputError
from amili.bulk import Column, Map, Reading, load_map, map_text, open_source, open_table, parse_map, propose, table_of
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.overlay.bulk.support import CONSTANTS, HEADER, Book, row, source_of, the_map, write_rows
from tests.samples import CREDITOR

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
COLUMNS = st.builds(
    Column,
    TEXT,
    format=st.none() | st.sampled_from(["%d/%m/%Y", "excel"]),
    pad=st.none() | st.integers(1, 20),
    decimal=st.sampled_from([None, ",", "."]),
    values=st.dictionaries(TEXT, st.booleans() | TEXT | st.integers(), max_size=2),
    also=st.dictionaries(st.sampled_from(["customer.is_person", "customer.is_company"]), st.booleans(), max_size=1),
)
PATHS = st.sampled_from(["invoice_number", "customer.id_number", "matrix.unit_price", "customer.address.zip_code"])
MAPS = st.builds(
    Map,
    st.just("register"),
    st.dictionaries(PATHS, st.lists(COLUMNS, min_size=1, max_size=2).map(tuple), max_size=3).map(
        lambda columns: {"invoice_number": (Column("F"),)} | columns
    ),
    st.dictionaries(st.sampled_from(["creditor", "invoice_date"]), TEXT | st.dates() | st.decimals(1, 2, places=1), max_size=2),
    lines=st.sampled_from(["columns", "rows"]),
    total_row=st.sampled_from(["refuse", "skip"]),
    decimal=st.sampled_from([None, ","]),
    grouping=st.sampled_from([None, ".", "'"]),
    reading=st.builds(
        Reading,
        delimiter=st.sampled_from([None, "\t"]),
        encoding=st.none() | TEXT,
        sheet=st.none() | TEXT,
        header=st.none() | st.integers(1, 9),
    ),
)


@settings(max_examples=50)
@given(MAPS, st.lists(TEXT, max_size=2).map(tuple))
def test_every_map_is_read_back_from_its_text(map_: Map, remarks: tuple[str, ...]) -> None:
    assert parse_map(map_text(map_, remarks)) == map_


def test_a_map_may_be_written_in_sections(tmp_path: Path) -> None:
    text = f"""\ufeffversion = 1
        [constants]
        creditor = "{CREDITOR}"
        customer.is_company = true
        [columns]
        invoice_number = "Nr"
        invoice_date = {{column = "Datum", format = "%y%m%d"}}
        [columns.customer]
        name = "Namn"
        id_number = ["Orgnr", {{column = "Pnr", pad = 10, also = {{customer.is_company = true}}}}]
        """
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    assert load_map(tmp_path / "map.toml") == Map(
        "register",
        {
            "invoice_number": (Column("Nr"),),
            "invoice_date": (Column("Datum", format="%y%m%d"),),
            "customer.name": (Column("Namn"),),
            "customer.id_number": (Column("Orgnr"), Column("Pnr", pad=10, also={"customer.is_company": True})),
        },
        {"creditor": CREDITOR, "customer.is_company": True},
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("version = 2", "the map map.toml has version 2, and this amili reads up to 1: install a newer one"),
        ("", "the map map.toml must begin with version = 1"),
        ("version = 0", "must begin with version = 1"),
        ("version = '1'", "must begin with version = 1"),
        ("version", "the map map.toml is not TOML: "),
        ("version = 1\nline = 'rows'", "the map map.toml has an unknown 'line'; did you mean 'lines'?"),
        ("version = 1\nxyz = 1", "the map map.toml has an unknown 'xyz'"),
        ("version = 1\nlines = 'both'", "the map map.toml: lines must be one of 'columns', 'rows'"),
        ("version = 1\noperation = 'delete'", "operation must be one of 'register', 'credit', 'cancel', 'lookup'"),
        ("version = 1\n[file]\nheader = true", "the map map.toml [file]: header must be of the type int"),
        ("version = 1\n[file]\ndelimiter = ':'", "delimiter must be one of ';', ',', '\\t', '|'"),
        ("version = 1\n[amounts]\ndecimal = ';'", "the map map.toml [amounts]: decimal must be one of ',', '.'"),
        ("version = 1\n[amounts]\ndecimal = ','\ngrouping = ','", "the same sign for decimals and for groups of digits"),
        ("version = 1\n[columns]\ninvoice_number = 3", 'invoice_number needs the name of a column, or {column = "..."}'),
        ("version = 1\n[columns]\ninvoice_number = [{pad = 3}]", "invoice_number needs the name of a column"),
        ("version = 1\n[columns]\ninvoice_number = {column = 'a', padd = 3}", "an unknown 'padd'; did you mean 'pad'?"),
        (
            "version = 1\n[columns]\ninvoice_numbr = 'a'",
            "the map names 'invoice_numbr', which register does not have; did you mean",
        ),
        (
            "version = 1\noperation = 'cancel'\n[columns]\nfoo = 'a'",
            "which cancel does not have. There are case, invoice_number, cred",
        ),
        ("version = 1\n[columns]\ncreditor='a'\n[constants]\ncreditor='b'", "has both a column and a constant for creditor"),
        ("version = 1\nlines = 'rows'", 'lines = "rows" needs the operation register and a column for invoice_number'),
        (
            "version = 1\nlines = 'rows'\noperation = 'cancel'\n[columns]\ninvoice_number='a'",
            'lines = "rows" needs the operation',
        ),
    ],
)
def test_a_wrong_map_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse_map(text)
    assert sentence in str(refused.value)


def test_a_map_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^the map m\.toml can't be read: No such file or directory$"):
        load_map(tmp_path / "m.toml")
    (tmp_path / "m.toml").write_bytes(b"# \xe5")
    with pytest.raises(ConfigurationError, match=r"^the map m\.toml can't be read: it is not UTF-8$"):
        load_map(tmp_path / "m.toml")


@pytest.mark.parametrize(
    ("map_", "missing"),
    [
        (Map("credit", {"case": (Column("a"),)}), "amount"),
        (Map("credit", {"invoice_number": (Column("a"),), "amount": (Column("b"),)}), "creditor"),
        (Map("lookup", {}), "case"),
        (Map("register", the_map().columns), "account, creditor"),
        (
            Map("register", {"invoice_number": (Column("a"),)}, CONSTANTS | {"invoice_date": "2025-10-17"}),
            "invoice_due_date, cust",
        ),
    ],
)
def test_what_the_map_gives_no_value_for_is_named_once(map_: Map, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^the map gives no value for {missing}.*: add columns or constants$"):
        open_source([{"a": 1, "b": 2} | dict.fromkeys(HEADER, 1)], map_)


@pytest.mark.parametrize("constant", [{"creditor": "abc"}, {"customer.is_person": "kanske"}, {"invoice_date": 17}])
def test_a_constant_that_can_not_be_used_is_named(constant: dict[str, Any]) -> None:
    columns = {name: columns for name, columns in the_map().columns.items() if name not in constant}
    with pytest.raises(ConfigurationError, match=f"the map has a constant for {next(iter(constant))} that can't be used: "):
        open_source([dict.fromkeys(HEADER, "")], Map("register", columns, CONSTANTS | constant))


def test_constants_are_values_of_their_kind() -> None:
    constants = CONSTANTS | {"invoice_date": datetime.date(2025, 10, 7), "matrix.unit_vat_percent": Decimal("0.25")}
    columns = {name: columns for name, columns in the_map().columns.items() if name not in constants}
    [read] = open_source([dict(zip(HEADER, row(), strict=True))], Map("register", columns, constants)).rows()
    assert isinstance(read.item, dict)
    assert (read.item["invoice_date"], read.item["matrix"][0]["unit_vat_percent"]) == (datetime.date(2025, 10, 7), "25%")


# Proposals --------------------------------------------------------------------------------------------------------------


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
