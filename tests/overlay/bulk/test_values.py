"""Cells as values: exact, or refused with a sentence that quotes nothing from the cell."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from amili.bulk.mapping import Column, Kind, Values
from hypothesis import given
from hypothesis import strategies as st

DAY = datetime.date(2025, 10, 17)


def read(cell: Any, kind: Kind, *, decimal: str | None = None, grouping: str | None = None, **column: Any) -> Any:
    return Values(decimal, grouping).read(cell, kind, Column("x", **column))


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False, allow_infinity=False)


@given(AMOUNTS, st.sampled_from(",."), st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009"]), st.booleans())
def test_amounts_are_read_back_exactly(amount: Decimal, sign: str, group: str, minus: bool) -> None:
    text = f"{amount:,}".replace(",", "g").replace(".", sign).replace("g", group)
    text = text.replace("-", "\u2212") if minus else text
    found = read(f" {text} ", "amount")
    assert (found, type(found)) == (amount, Decimal)


@given(AMOUNTS, st.sampled_from([(",", "."), (".", ","), (".", "'"), (",", " ")]))
def test_amounts_in_groups_are_read_back_exactly_where_they_are_declared(amount: Decimal, signs: tuple[str, str]) -> None:
    decimal, group = signs
    text = f"{amount:,}".replace(",", "g").replace(".", decimal).replace("g", group)
    assert read(text, "amount", decimal=decimal, grouping=group) == amount


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("1234", "1234"), ("-5", "-5"), ("- 5,0", "-5.0"), (7, "7"), (Decimal("0.1"), "0.1"), ("0012,30", "12.30"), (1.5, "1.5")],
)
def test_amounts_in_other_forms(cell: Any, amount: str) -> None:
    assert read(cell, "number") == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("1.234,50", "it has a comma and a point"),
        ("1,234.50", "it has a comma and a point"),
        ("12 34,50", "it is not a number such as 1234.50 or 1 234,50"),
        ("1 234,50 kr", "it is not a number"),
        ("100,00-", "it is not a number"),
        (",50", "it is not a number"),
        ("1e5", "it is not a number"),
        ("-", "it is not a number"),
        ("\u0661\u0662", "it is not a number"),
        (True, "a Decimal, an int or text"),
        (DAY, "it is a date or a time where a number is meant"),
        (datetime.timedelta(1), "it is a date or a time"),
        ("#N/A", "the formula in it has an error: correct it"),
        ("#VÄRDEFEL!", "the formula in it has an error"),
        ("######", "the formula in it has an error"),
    ],
)
def test_what_is_no_amount_is_refused(cell: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence) as refused:
        read(cell, "amount")
    assert len(str(cell)) < 4 or str(cell) not in str(refused.value)


def test_a_file_has_one_decimal_sign_unless_a_column_declares_another() -> None:
    values, column = Values(), Column("x")
    assert values.read("1234", "amount", column) == 1234
    assert values.read("1,50", "amount", column) == Decimal("1.50")
    with pytest.raises(ValueError, match="it has a point, but amounts above have a comma"):
        values.read("1.50", "amount", column)
    assert values.read("1.50", "amount", Column("x", decimal=".")) == Decimal("1.50")
    with pytest.raises(ValueError, match="it has a comma, but the map says that decimals follow a point"):
        values.read("1,50", "amount", Column("x", decimal="."))
    with pytest.raises(ValueError, match="it has a comma, but the map says that decimals follow a point"):
        read("1,50", "amount", decimal=".")


def test_groups_that_are_not_of_three_are_refused() -> None:
    for text in ("1.23,50", "1.2345", "1.5", "1.234.56"):
        with pytest.raises(ValueError, match="the groups of its digits are not of three"):
            read(text, "amount", decimal=",", grouping=".")
    assert read("1.234", "amount", decimal=",", grouping=".") == 1234


@pytest.mark.parametrize(
    ("cell", "rate"),
    [
        ("25%", "25%"),
        ("25 %", "25%"),
        ("25\u00a0%", "25%"),
        ("0,25", "25%"),
        ("25", "25%"),
        (25, "25%"),
        ("6,0", "6%"),
        (Decimal("0.25"), "25%"),
        (Decimal("0.06"), "6%"),
        ("0", "0%"),
        (0, "0%"),
        ("0%", "0%"),
        ("0,12", "12%"),
    ],
)
def test_rates_of_vat(cell: Any, rate: str) -> None:
    assert read(cell, "percent") == rate


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("0,25%", "it is less than one percent: write 25%, 0,25 or 25"),
        ("20%", "Sweden has only the VAT rates 0, 6, 12 and 25 %"),
        ("1", "Sweden has only"),
        ("0,3", "Sweden has only"),
        ("-25", "Sweden has only"),
        ("moms", "it is not a number"),
    ],
)
def test_what_is_no_rate_is_refused(cell: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence):
        read(cell, "percent")


@pytest.mark.parametrize(
    ("cell", "format_"),
    [
        ("2025-10-17", None),
        (" 2025-10-17 ", None),
        ("2025-10-17 00:00:00", None),
        ("2025-10-17T00:00:00.000", None),
        ("2025-10-16T22:00:00Z", None),  # midnight in Sweden
        (DAY, None),
        (datetime.datetime(2025, 10, 17, 13, 30), None),
        (datetime.datetime(2025, 10, 16, 23, tzinfo=datetime.UTC), None),
        ("17/10/25", "%d/%m/%y"),
        (20251017, "%Y%m%d"),
        (Decimal(20251017), "%Y%m%d"),
        (DAY, "%Y%m%d"),
        (Decimal(45947), "excel"),
        ("45947", "excel"),
        (Decimal("45947.75"), "excel"),
        (44485, "excel-1904"),
    ],
)
def test_days(cell: Any, format_: str | None) -> None:
    assert read(cell, "day", format=format_) == DAY


@given(st.dates(datetime.date(1900, 3, 1), datetime.date(2200, 1, 1)))
def test_days_are_read_back(day: datetime.date) -> None:
    assert read(day.isoformat(), "day") == day
    assert read((day - datetime.date(1899, 12, 30)).days, "day", format="excel") == day


@pytest.mark.parametrize(
    ("cell", "format_", "sentence"),
    [
        ("17/10/2025", None, "it is not a day such as 2025-10-17: declare in the map how days are written"),
        (45947, None, "it is not a day such as 2025-10-17"),
        (True, None, "it is not a day such as 2025-10-17"),
        ("2025-02-30", None, "there is no such day, or it is a time without a time zone"),
        ("2025-10-17 13:30", None, "there is no such day, or it is a time without a time zone"),
        ("2025-10-17", "%d/%m/%Y", "it is not a day in the format that the map declares"),
        (True, "%Y", "it is not a day in the format"),
        (Decimal("1.5"), "%Y%m%d", "it is a number with decimals"),
        (60, "excel", "it is not a number of days as spreadsheets count them"),
        ("x", "excel", "it is not a number of days"),
        (10**9, "excel", "it is not a number of days"),
    ],
)
def test_what_is_no_day_is_refused(cell: Any, format_: str | None, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence):
        read(cell, "day", format=format_)


@pytest.mark.parametrize(
    ("cell", "text", "pad"),
    [
        ("00000001", "00000001", None),
        (" F1 ", "F1", None),
        ("Åsa\u00a0Exempel", "Åsa Exempel", None),
        ("one\ntwo", "one\ntwo", None),
        (Decimal(20250001), "20250001", None),
        (20250001, "20250001", None),
        (10**20, str(10**20), None),  # of JSON, which keeps all digits
        (Decimal(201010001), "0201010001", 10),
        ("201010001", "0201010001", 10),
        ("201010-001", "201010-001", 10),
    ],
)
def test_text(cell: Any, text: str, pad: int | None) -> None:
    assert read(cell, "text", pad=pad) == text


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (Decimal(10**15), "it has more digits than a spreadsheet keeps \\(15\\)"),
        (Decimal("1E+1000000"), "it has more digits than a spreadsheet keeps"),
        (Decimal("Infinity"), "it has more digits than a spreadsheet keeps"),
        (Decimal("1.5"), "it is a number with decimals where text is meant"),
        (1.5, "it is a number with a rounding error where text is meant"),
        (DAY, "it is a date where text is meant: format the column as text"),
        (True, "it is of the type bool where text is meant"),
        ("2,01E+11", "a spreadsheet has shortened the number"),
        ("2E+11", "a spreadsheet has shortened the number"),
        ("F1\u200b", "it has a character that can't be seen \\(U\\+200B\\): enter it again"),
        ("F1\x00", "it has a character that can't be seen \\(U\\+0000\\)"),
    ],
)
def test_what_is_no_text_is_refused(cell: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence):
        read(cell, "text")


def test_identifiers_and_countries() -> None:
    assert read("5F1A3C0B9D8E7F6A5B4C3D2E", "identifier") == "5f1a3c0b9d8e7f6a5b4c3d2e"
    assert read("SE", "country") == "SE"
    for cell, kind in (("5f1a", "identifier"), (5, "identifier"), ("Sverige", "country"), ("se", "country"), (1, "country")):
        with pytest.raises(
            ValueError, match=r"it is not an? (identifier of 24 hexadecimal digits|country of two capital letters)"
        ):
            read(cell, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "value"), [("Ja", True), ("x", True), (1, True), (True, True), ("nej", False), (Decimal(0), False)]
)
def test_yes_and_no(cell: Any, value: bool) -> None:
    assert read(cell, "boolean") is value


def test_neither_yes_nor_no() -> None:
    with pytest.raises(ValueError, match="it is neither yes"):
        read("kanske", "boolean")


def test_cells_are_translated_by_the_map() -> None:
    assert read(" P ", "boolean", values={"P": True}) is True
    assert read(Decimal(1), "percent", values={"1": "25%"}) == "25%"
    with pytest.raises(ValueError, match="it is not among the 1 values of the map"):
        read("F", "boolean", values={"P": True})
