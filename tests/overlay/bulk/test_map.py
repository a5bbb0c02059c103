"""Maps: their TOML, what they refuse, and the proposal for a file."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import ConfigurationError
from amili.bulk import Map, load_map, map_text, open_source
from amili.bulk.files import Reading
from amili.bulk.mapping import Column, parse_map
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.overlay.bulk.support import CONSTANTS, HEADER, row, the_map
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
