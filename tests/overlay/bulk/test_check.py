"""`check()`: all problems of all rows with their place, totals, and the file of problems."""

import csv
import datetime
import os
import stat
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import InvalidInputError
from amili.bulk import Problem, check, open_source, problems_path
from amili.bulk.mapping import Column

from tests.overlay.bulk.support import CONSTANTS, HEADER, checked, row, source_of, the_map, write_rows
from tests.samples import CASE, CREDITOR

LINES = replace(the_map(), lines="rows")


def texts(problems: tuple[Problem, ...]) -> list[str]:
    return [str(problem) for problem in problems]


def test_all_problems_of_a_row_are_named_with_place_and_property() -> None:
    found = checked([row("F1"), row("", förfallodatum="snart", apris="x", ort="", belopp="1,005")])
    assert texts(found.problems) == [
        'rows, item 2, column "Förfallodatum": it is not a day such as 2025-10-17: declare in the map how days are written, '
        "such as format = '%d/%m/%Y', or 'excel' for numbers of days (invoice_due_date)",
        'rows, item 2, column "À-pris": it is not a number such as 1234.50 or 1 234,50 (matrix.unit_price)',
        'rows, item 2, column "Fakturanr": it is missing (invoice_number)',
        'rows, item 2, column "Ort": it is missing (customer.address.city)',
        'rows, item 2, column "Belopp": an amount has at most two decimals (matrix.total_price_excluding_vat)',
    ]
    assert (found.good, found.refused, found.problem_count, found.totals.rows) == (1, 1, 5, 1)
    assert not found.can_be_sent()
    assert found.can_be_sent(skip_invalid=True)
    assert not checked([row("")]).can_be_sent(skip_invalid=True)


def test_warnings_do_not_refuse_a_row() -> None:
    found = checked([row("F1", personnr="19900101-0018", förfallodatum="2025-10-01", antal="3")])
    assert found.can_be_sent()
    assert [(problem.path, problem.column, problem.refused) for problem in found.warnings] == [
        ("invoice_due_date", "Förfallodatum", False),
        ("customer.id_number", "Personnr", False),
        ("matrix.total_price_excluding_vat", "Belopp", False),
    ]
    assert (found.problem_count, found.warning_count) == (0, 3)


def test_a_problem_without_a_column_is_named_by_its_property() -> None:
    map_ = the_map()
    columns = {**map_.columns, "customer.id_number": (Column("Personnr"),)}
    found = checked([row()], replace(map_, columns=columns))
    assert texts(found.warnings) == ["rows, item 1: exactly one of is_person, is_company, is_foreign must be True (customer)"]


def test_a_number_from_abroad_may_have_nine_digits() -> None:
    map_ = the_map()
    columns = {**map_.columns, "customer.id_number": (Column("Personnr"),)}
    abroad = replace(map_, columns=columns, constants=CONSTANTS | {"customer.is_foreign": True})
    assert checked([row(personnr="987654321")], abroad).can_be_sent()
    [eleven] = checked([row(personnr="19900101001")]).problems
    assert eleven.text == "it has 11 digits: a personal or organisation number has 10, or 12 with the century"
    [one] = checked([row(personnr="5")]).problems
    assert one.text.startswith("it has 1 digit: a leading zero may be lost")
    assert checked([row(personnr="")]).problems[0].text == "it is missing"


def test_no_text_quotes_a_cell() -> None:
    secret = "Kalle Exempelsson 0701234567"
    for name in HEADER:
        cells = dict(zip(HEADER, row(), strict=True)) | {name: secret}
        found = checked([cells])
        assert secret not in repr(found)
        assert secret not in "".join(map(str, found.problems + found.warnings))


def test_only_one_of_the_columns_of_a_property_may_be_filled() -> None:
    names = [*HEADER, "Orgnr"]
    rows: list[dict[str, Any]] = [dict(zip(names, [*row(), "556000-0001"], strict=True))]
    rows += [dict(zip(names, [*row("F2", personnr=""), "556016-0680"], strict=True))]
    found = checked(rows, the_map(names))
    assert texts(found.problems) == [
        'rows, item 1, column "Orgnr": only one of the columns "Personnr" and "Orgnr" may be filled (customer.id_number)'
    ]
    assert found.good == 1
    [_, second] = open_source(rows, the_map(names)).rows()
    assert isinstance(second.item, dict)
    assert second.item["customer"]["is_company"] is True
    wrong = [dict(zip(names, [*row(personnr=""), "5"], strict=True))]
    assert checked(wrong, the_map(names)).problems[0].column == "Orgnr"


# Lines ------------------------------------------------------------------------------------------------------------------


def test_rows_with_one_number_are_the_lines_of_one_invoice() -> None:
    rows = [row("F1"), row("F1", kundnamn="", benämning="Resa", moms="6%"), row("F2")]
    source = open_source([dict(zip(HEADER, each, strict=True)) for each in rows], LINES)
    first, second = source.rows()
    assert (first.number, first.place, second.number, second.place) == (1, "rows, items 1 to 2", 2, "rows, item 3")
    assert isinstance(first.item, dict)
    assert [line["article_description"] for line in first.item["matrix"]] == ["Konsult", "Resa"]
    assert first.item["customer"]["name"] == "Åsa Exempel"
    totals = check(source).totals
    assert (totals.rows, totals.lines, totals.excluding_vat) == (2, 3, Decimal("7407.00"))
    assert totals.including_vat == Decimal("2469") * (Decimal("1.25") * 2 + Decimal("1.06"))


def test_lines_that_contradict_each_other_are_named() -> None:
    found = checked([row("F1"), row("F1", ort="Luleå", apris=""), row("F1", moms="7%")], LINES)
    assert texts(found.problems) == [
        'rows, item 3, column "Moms": Sweden has only the VAT rates 0, 6, 12 and 25 % (matrix.unit_vat_percent)',
        'rows, item 2, column "Ort": it is not the same as in the lines of this invoice above (customer.address.city)',
        'rows, item 2, column "À-pris": it is missing (matrix.unit_price)',
    ]
    assert (found.good, found.refused) == (0, 1)


def test_lines_that_are_not_next_to_each_other_are_a_repetition() -> None:
    found = checked([row("F1"), row("F2"), row("F1")], LINES)
    assert texts(found.problems) == [
        'rows, item 3, column "Fakturanr": it is the same as in item 1; if these are lines of one invoice: lines = "rows", '
        "sorted by it (invoice_number)"
    ]


def test_lines_without_a_number_are_rows_of_their_own() -> None:
    found = checked([row(""), row(""), row("F1")], LINES)
    assert (found.good, found.refused) == (1, 2)


def test_a_row_without_any_line_has_no_lines() -> None:
    cells = dict.fromkeys(HEADER, "") | {"Fakturanr": "F1", "Kundnamn": "x"}
    assert "rows, item 1: it is missing (matrix)" in texts(checked([cells]).problems)


def test_a_file_with_a_header_only_has_nothing_to_send(tmp_path: Path) -> None:
    found = check(source_of(write_rows(tmp_path / "f.csv", [HEADER])))
    assert (found.good, found.refused, found.problem_count, found.can_be_sent()) == (0, 0, 0, False)
    assert (found.totals.rows, found.totals.including_vat, found.totals.first_due) == (0, None, None)


def test_totals_have_the_first_and_the_last_due_date() -> None:
    days = ["2025-10-17", "2025-11-30", "2025-10-09"]
    totals = checked([row(f"F{day}", förfallodatum=day) for day in days]).totals
    assert (totals.first_due, totals.last_due) == (datetime.date(2025, 10, 9), datetime.date(2025, 11, 30))


def test_a_total_row_that_is_skipped_is_no_line() -> None:
    rows = [row("F1"), row("F1"), ["Totalt", *[""] * 11, "4 938,00"]]
    found = checked(rows, replace(LINES, total_row="skip"))
    assert (found.good, found.refused, found.totals.lines) == (1, 0, 2)
    assert found.totals.first_due == datetime.date(2025, 10, 17)


def test_two_creditors_may_have_the_same_number() -> None:
    map_ = the_map()
    columns = {**map_.columns, "creditor": (Column("Creditor"),)}
    constants = {name: value for name, value in CONSTANTS.items() if name != "creditor"}
    rows = [dict(zip(HEADER, row("F1"), strict=True)) | {"Creditor": each} for each in (CREDITOR, CASE, CREDITOR)]
    found = checked(rows, replace(map_, columns=columns, constants=constants))
    assert [problem.number for problem in found.problems] == [3]


# The file of problems ---------------------------------------------------------------------------------------------------


def test_all_problems_are_in_the_file_beside_the_input(tmp_path: Path) -> None:
    rows = [row(f"F{number}", apris="=1+1", personnr="19900101-0018") for number in range(30)]
    path = write_rows(tmp_path / "f.csv", [HEADER, *rows])
    found = check(source_of(path), problems_path(path))
    assert (len(found.problems), found.problem_count, len(found.warnings), found.warning_count) == (20, 30, 20, 30)
    assert found.written_to == tmp_path / "f.csv.problems.csv"
    assert stat.S_IMODE(os.stat(found.written_to).st_mode) == 0o600
    with found.written_to.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file, delimiter=";"))
    assert len(written) == 60
    assert written[0] == {
        "row": "2",
        "column": "K",
        "name": "À-pris",
        "property": "matrix.unit_price",
        "kind": "refused",
        "problem": "it is not a number such as 1234.50 or 1 234,50",
        "value": "'=1+1",
        "place": "f.csv, row 2",
    }
    assert (written[1]["kind"], written[1]["name"]) == ("warning", "Personnr")
    assert len(check(source_of(path), shown=3).problems) == 3


def test_an_old_file_of_problems_is_removed_when_there_are_none(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "f.csv", [HEADER, row("F1")])
    problems_path(path).write_text("old", encoding="utf-8")
    assert check(source_of(path), problems_path(path)).written_to is None
    assert os.listdir(tmp_path) == ["f.csv"]


def test_a_check_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "f.csv", [HEADER, row("F1", apris="x"), ["F2"]])
    path.write_bytes(path.read_bytes() + b'"')
    problems_path(path).write_text("old", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="a quotation mark"):
        check(source_of(path), problems_path(path))
    assert problems_path(path).read_text(encoding="utf-8") == "old"
    assert sorted(os.listdir(tmp_path)) == ["f.csv", "f.csv.problems.csv"]


def test_the_checksum_is_of_the_file_and_the_map(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "f.csv", [HEADER, row("F1")])
    first, again, other = source_of(path), source_of(path), source_of(path, LINES)
    assert first.checksum == again.checksum != other.checksum
    assert (first.name, first.operation) == ("f.csv", "register")
