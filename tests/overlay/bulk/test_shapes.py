"""Files in the shapes that billing systems and spreadsheets give: read right, or refused with a sentence."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import InvalidInputError
from amili.bulk import Check, check
from amili.bulk.files import Reading
from amili.bulk.mapping import Column

from tests.overlay.bulk.support import HEADER, Book, row, source_of, the_map, write_rows

DUE = datetime.date(2025, 10, 17)
ROWS = [row("F1"), row("F2")]


def with_days(format_: str) -> dict[str, Any]:
    columns = the_map().columns
    return {
        **columns,
        "invoice_date": (Column("Fakturadatum", format=format_),),
        "invoice_due_date": (Column("Förfallodatum", format=format_),),
    }


def numbered(number: str, days: int = 0) -> list[Any]:
    return row(number, fakturadatum=45937 - days, förfallodatum=45947 - days)


def merged_title(folder: Path) -> Path:
    book = Book(folder / "f.xlsx")
    book.page.merge_range("A1:M1", "Fakturajournal oktober")
    return book.rows([HEADER, *ROWS], first=2).close()


def real_dates(folder: Path, **options: Any) -> Path:
    dates = {"fakturadatum": datetime.date(2025, 10, 7), "förfallodatum": datetime.datetime(2025, 10, 17, 13, 30)}
    numbers = {"antal": 2, "apris": 1234.5, "moms": 0.25, "belopp": 2469}
    return Book(folder / "f.xlsx", **options).rows([HEADER, row("F1", **dates, **numbers), row("F2", **dates, **numbers)]).close()


def blank_rows(folder: Path) -> Path:
    return write_rows(folder / "f.csv", [HEADER, *ROWS, *[[""] * len(HEADER)] * 5_000, [], [" "]])


def hidden_row(folder: Path) -> Path:
    book = Book(folder / "f.xlsx").rows([HEADER, *ROWS])
    book.page.set_row(2, None, None, {"hidden": True})
    return book.close()


RIGHT: dict[str, tuple[Callable[[Path], Path], dict[str, Any], str]] = {
    "semicolons and decimal commas in cp1252": (
        lambda folder: write_rows(folder / "f.csv", [HEADER, *ROWS], encoding="cp1252"),
        {},
        "cp1252",
    ),
    "UTF-8 with a byte order mark": (
        lambda folder: write_rows(folder / "f.csv", [HEADER, *ROWS], encoding="utf-8-sig"),
        {},
        "the encoding is UTF-8 with a byte order mark",
    ),
    "Unicode text of Excel: UTF-16 and tabs": (
        lambda folder: write_rows(folder / "f.txt", [HEADER, *ROWS], encoding="utf-16", delimiter="\t"),
        {},
        "the delimiter is a tab",
    ),
    "commas, and quotation marks around all": (
        lambda folder: write_rows(folder / "f.csv", [HEADER, *ROWS], delimiter=",", quoting=1),
        {},
        "the delimiter is a comma",
    ),
    "the line sep= of Excel": (
        lambda folder: write_rows(folder / "f.csv", [["sep=", ""], HEADER, *ROWS], delimiter="|"),
        {},
        "the delimiter is a bar",
    ),
    "titles above the header": (
        lambda folder: write_rows(folder / "f.csv", [["Journal"], [], HEADER, *ROWS]),
        {"reading": Reading(header=3)},
        "the delimiter is a semicolon",
    ),
    "rows that end before their empty cells": (
        lambda folder: write_rows(folder / "f.csv", [[*HEADER, "Er referens"], *ROWS]),
        {},
        "Er referens (your_reference?)",
    ),
    "names of columns in other case and with spaces": (
        lambda folder: write_rows(folder / "f.csv", [[f" {name.upper()} " for name in HEADER], *ROWS]),
        {},
        "UTF-8",
    ),
    "thousands of blank rows": (blank_rows, {}, "UTF-8"),
    "a total row, declared": (
        lambda folder: write_rows(folder / "f.csv", [HEADER, *ROWS, ["Summa", *[""] * 11, "4 938,00"]]),
        {"total_row": "skip"},
        "UTF-8",
    ),
    "a total row without a word, declared": (
        lambda folder: write_rows(folder / "f.csv", [HEADER, *ROWS, [*[""] * 12, "4 938,00"], []]),
        {"total_row": "skip"},
        "UTF-8",
    ),
    "a spreadsheet of text": (lambda folder: Book(folder / "f.xlsx").rows([HEADER, *ROWS]).close(), {}, ""),
    "days and numbers of a spreadsheet": (real_dates, {}, ""),
    "days of a spreadsheet that counts from 1904": (lambda folder: real_dates(folder, date_1904=True), {}, ""),
    "days as numbers, declared": (
        lambda folder: Book(folder / "f.xlsx").rows([HEADER, numbered("F1"), numbered("F2")]).close(),
        {"columns": with_days("excel")},
        "",
    ),
    "days as numbers from 1904, declared": (
        lambda folder: Book(folder / "f.xlsx", date_1904=True).rows([HEADER, numbered("F1", 1462), numbered("F2", 1462)]).close(),
        {"columns": with_days("excel-1904")},
        "",
    ),
    "merged cells above the header, declared": (merged_title, {"reading": Reading(header=2)}, ""),
    "a hidden row": (hidden_row, {}, "1 hidden row (3): hidden rows are read like the others"),
}


@pytest.mark.parametrize("shape", RIGHT)
def test_a_file_in_this_shape_is_read_right(shape: str, tmp_path: Path) -> None:
    write, changes, said = RIGHT[shape]
    found = check(source_of(write(tmp_path), the_map(**changes)))
    assert [str(problem) for problem in found.problems + found.warnings] == []
    assert found.can_be_sent()
    assert said in "; ".join(found.notes)
    totals = found.totals
    assert (totals.rows, totals.excluding_vat, totals.including_vat) == (2, Decimal("4938.00"), Decimal("6172.50"))
    assert (totals.first_due, totals.last_due) == (DUE, DUE)


def first_problem(found: Check) -> str:
    assert not found.can_be_sent()
    return str(found.problems[0])


REFUSED: dict[str, tuple[list[list[Any]], dict[str, Any], str]] = {
    "a total row": (
        [["Summa", *[""] * 11, "2 469,00"]],
        {},
        'row 3: it looks like a total row: delete it, or declare total_row = "skip" in the map',
    ),
    "a total row in the middle": (
        [["", "Delsumma:", *[""] * 10, "2 469,00"], row("F2")],
        {"total_row": "skip"},
        "row 3: it looks like a total row",
    ),
    "an invoice without number that only looks like the last": (
        [row("")],
        {"total_row": "skip"},
        'row 3, column A "Fakturanr": it is missing (invoice_number)',
    ),
    "a point in a file with commas": (
        [row("F2", apris="1234.50")],
        {},
        'row 3, column K "À-pris": it has a point, but amounts above have a comma: declare in the map which is right: '
        'decimal = "." (matrix.unit_price)',
    ),
    "a comma and a point": ([row("F2", apris="1.234,50")], {}, 'column K "À-pris": it has a comma and a point'),
    "a lost zero": (
        [row("F2", personnr="201010001")],
        {},
        'row 3, column E "Personnr": it has 9 digits: a leading zero may be lost: format the column as text, or declare pad = 10 '
        "in the map (customer.id_number)",
    ),
    "another date": ([row("F2", förfallodatum="17/10/25")], {}, 'column C "Förfallodatum": it is not a day such as 2025-10-17'),
    "a number of days": ([row("F2", förfallodatum="45947")], {}, "it is not a day such as 2025-10-17"),
    "the error of a formula": ([row("F2", antal="#SAKNAS!")], {}, 'column J "Antal": the formula in it has an error'),
    "more cells than names": ([[*row("F2"), "x"]], {}, "row 3: it has more cells than the header"),
    "the same number twice": ([row("F2"), row("F1")], {}, 'row 4, column A "Fakturanr": it is the same as in row 2'),
    "a third decimal": ([row("F2", belopp="2469,005")], {}, 'column M "Belopp": an amount has at most two decimals'),
}


@pytest.mark.parametrize("shape", REFUSED)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_in_this_shape_is_refused_with_a_sentence(shape: str, kind: str, tmp_path: Path) -> None:
    rows, changes, sentence = REFUSED[shape]
    if kind == "xlsx" and "more cells" in shape:
        return  # a spreadsheet has as many cells in each row
    rows = [HEADER, row("F1"), *rows]
    path = tmp_path / f"f.{kind}"
    written = write_rows(path, rows) if kind == "csv" else Book(path).rows(rows).close()
    place = "f.csv, " if kind == "csv" else "f.xlsx, sheet Fakturor, "
    problem = first_problem(check(source_of(written, the_map(**changes))))
    assert problem.startswith(f"{place}row ")
    assert sentence in problem


def errors_in_formulas(folder: Path) -> Path:
    book = Book(folder / "f.xlsx").rows([HEADER, row("F1"), row("F2")])
    book.page.write_formula("J3", "=NA()", None, "#N/A")
    return book.close()


def numbers_of_persons(folder: Path) -> Path:
    return Book(folder / "f.xlsx").rows([HEADER, row("F1"), row("F2", personnr=201010001)]).close()


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (errors_in_formulas, 'row 3, column J "Antal": the formula in it has an error'),
        (numbers_of_persons, 'row 3, column E "Personnr": it has 9 digits: a leading zero may be lost'),
    ],
)
def test_cells_that_only_a_spreadsheet_has(write: Callable[[Path], Path], sentence: str, tmp_path: Path) -> None:
    assert sentence in first_problem(check(source_of(write(tmp_path))))


@pytest.mark.parametrize(
    ("write", "changes", "sentence"),
    [
        (merged_title, {}, "f.xlsx, sheet Fakturor, row 1: the names of the columns are in merged cells (A1:M1): if they are in"),
        (
            lambda folder: Book(folder / "f.xlsx", date_1904=True).rows([HEADER, numbered("F1", 1462)]).close(),
            {"columns": with_days("excel")},
            'counts days in another way than the map says: "Fakturadatum" needs format = "excel-1904"',
        ),
        (
            lambda folder: write_rows(folder / "f.csv", [["Fakturanr", *HEADER], ["F1", *row("F1")]]),
            {},
            'the columns A and B have the same name "Fakturanr": rename one',
        ),
        (
            lambda folder: write_rows(folder / "f.csv", [["Faktura nr", *HEADER[1:]], row("F1")]),
            {},
            'there is no column "Fakturanr"; did you mean "Faktura nr"?',
        ),
    ],
)
def test_a_file_whose_columns_do_not_fit_is_refused_as_a_whole(
    write: Callable[[Path], Path], changes: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        source_of(write(tmp_path), replace(the_map(), **changes))
    assert sentence in str(refused.value)
