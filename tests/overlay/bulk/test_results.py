"""The results file: the rows of the input with their results, and no cell that a spreadsheet takes for a formula."""

import csv
import datetime
import os
import stat
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import ConfigurationError, InvalidInputError
from amili.bulk import Map, RowResult, open_source, open_table, write_results
from amili.bulk.mapping import Column
from amili.bulk.results import RESULT_COLUMNS
from amili.bulk.rows import RowState
from amili.bulk.writing import harmless, write_csv, write_excel
from hypothesis import given
from hypothesis import strategies as st

from tests.overlay.bulk.support import HEADER, Book, row, source_of, the_map, write_rows
from tests.samples import CASE

AT = datetime.datetime(2025, 10, 7, 9, 41, 1, 5000, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))


def result(number: int, state: RowState, **others: Any) -> RowResult:
    """A result of a run; the file of results does not have what is left out here."""
    facts: dict[str, Any] = dict.fromkeys(("case_id", "ocr_number", "outcome", "problem", "at"))
    return RowResult(number, f"row {number}", f"F{number}", state, **facts | others)


DONE = result(1, "done", case_id=CASE, ocr_number="20252806663259506081", at=AT)
REFUSED = result(2, "refused", problem="=matrix: it is missing")


def read_csv(path: Path, delimiter: str = ";") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def test_results_stand_beside_the_rows_of_the_input(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "f.csv", [HEADER, row("F1"), [], row("F2", ort="-1 234,50"), row("F3", benämning="=1+1")[:9]])
    write_results(source_of(path), iter([REFUSED, DONE]), tmp_path / "out.csv")
    header, *rows = read_csv(tmp_path / "out.csv")
    assert header == [*HEADER, *RESULT_COLUMNS]
    assert rows == [
        [*row("F1"), "done", CASE, "20252806663259506081", "", "2025-10-07T07:41:01Z"],
        [*row("F2", ort="-1 234,50"), "refused", "", "", "'=matrix: it is missing", ""],
        [*row("F3", benämning="'=1+1")[:9], *[""] * 9],
    ]
    assert stat.S_IMODE(os.stat(tmp_path / "out.csv").st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == ["f.csv", "out.csv"]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "start"),
    [("utf-8", ",", b"Faktura"), ("utf-8-sig", ";", b"\xef\xbb\xbfFaktura"), ("cp1252", "\t", b"\xef\xbb\xbfFaktura")],
)
def test_results_have_the_delimiter_of_the_input_and_a_mark_if_it_needs_one(
    encoding: str, delimiter: str, start: bytes, tmp_path: Path
) -> None:
    path = write_rows(tmp_path / "f.csv", [HEADER, row("F1")], encoding=encoding, delimiter=delimiter)
    write_results(source_of(path), [DONE], tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(start)
    assert read_csv(tmp_path / "out.csv", delimiter)[1][:2] == row("F1")[:2]


def test_all_lines_of_an_invoice_have_its_result_and_a_total_row_has_none(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "f.csv", [HEADER, row("F1"), row("F1"), row("F2"), ["Summa"]])
    source = source_of(path, replace(the_map(), lines="rows", total_row="skip"))
    write_results(source, [DONE, result(2, "exists")], tmp_path / "out.csv")
    assert [cells[13] for cells in read_csv(tmp_path / "out.csv")[1:]] == ["done", "done", "exists", ""]


def test_columns_of_an_earlier_results_file_are_replaced(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "f.csv", [HEADER, row("F1")])
    write_results(source_of(path), [REFUSED, DONE][1:], tmp_path / "first.csv")
    write_results(source_of(tmp_path / "first.csv"), [result(1, "exists")], tmp_path / "second.csv")
    header, cells = read_csv(tmp_path / "second.csv")
    assert header == [*HEADER, *RESULT_COLUMNS]
    assert cells == [*row("F1"), "exists", "", "", "", ""]


def test_a_spreadsheet_of_results_reads_back_with_its_kinds(tmp_path: Path) -> None:
    day = datetime.date(2025, 10, 17)
    cells = row("00000001", antal=2, apris=-1234.5, förfallodatum=day, benämning="=1+1", ort=True)
    path = Book(tmp_path / "f.xlsx").rows([HEADER, cells]).close()
    write_results(source_of(path), [DONE], tmp_path / "out.xlsx")
    table = open_table(tmp_path / "out.xlsx")
    [record] = table.read()
    assert table.place == "out.xlsx, sheet Results"
    assert record.cells == [*cells, "done", CASE, "20252806663259506081", "", "2025-10-07T07:41:01Z"]
    assert record.cells[10] == Decimal("-1234.5")


def test_a_spreadsheet_becomes_csv_as_a_swedish_spreadsheet_reads_it(tmp_path: Path) -> None:
    moment = datetime.datetime(2025, 10, 17)
    path = Book(tmp_path / "f.xlsx").rows([HEADER, row("F1", apris=-1234.5, antal=100, förfallodatum=moment)]).close()
    write_results(source_of(path), [], tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    cells = read_csv(tmp_path / "out.csv")[1]
    assert (cells[10], cells[9], cells[2]) == ("-1234,5", "100", "2025-10-17")


def test_rows_in_memory_may_have_results(tmp_path: Path) -> None:
    source = open_source([{"id": CASE, "n": Decimal("1.5")}], Map("lookup", {"case": (Column("id"),)}))
    write_results(source, [DONE], tmp_path / "out.csv")
    assert read_csv(tmp_path / "out.csv")[1][:3] == [CASE, "1,5", "done"]


def test_a_result_without_a_row_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "f.csv", [HEADER, row("F1")])
    with pytest.raises(InvalidInputError, match=r"^out\.csv: there are results for 1 rows that f\.csv does not have$"):
        write_results(source_of(path), [DONE, REFUSED], tmp_path / "out.csv")
    with pytest.raises(InvalidInputError, match=r"^out\.txt: results are written as \.csv or \.xlsx$"):
        write_results(source_of(path), [DONE], tmp_path / "out.txt")
    assert os.listdir(tmp_path) == ["f.csv"]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "-", "--1", "\uff1d1", "-1 23"]
)
def test_formulas_are_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1234,50", "-1 234,50", "-1\u00a0234", "-0.5", "", "a=b", "1-2", -5, None, True])
def test_numbers_and_other_cells_are_left_as_they_are(cell: Any) -> None:
    assert harmless(cell) == cell


@given(st.text("=+-@ \t\r\n0123,.a'\u00a0\u202f", max_size=6))
def test_no_cell_starts_like_a_formula_unless_it_is_a_negative_number(cell: str) -> None:
    written = harmless(cell)
    if written.lstrip()[:1] in tuple("=+-@"):
        assert Decimal(written.replace(",", ".").translate(dict.fromkeys(map(ord, " \u00a0\u202f")))) <= 0


def test_what_no_spreadsheet_can_keep_is_text(tmp_path: Path) -> None:
    naive = datetime.datetime(2025, 10, 17, 13, 30)
    cells = [10**15, 10**15 + 1, Decimal("NaN"), naive, AT, "x" * 40_000, None, 1.5]
    write_excel(tmp_path / "t.xlsx", "T", [list("abcdefgh"), cells])
    [record] = open_table(tmp_path / "t.xlsx").read()
    assert record.cells == [10**15, str(10**15 + 1), "NaN", naive, str(AT), "x" * 32_767, "", "1.5"]


def test_decimals_have_the_sign_that_goes_with_the_delimiter(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", [[Decimal("1E+3"), Decimal("-0.50")]], delimiter=",", bom=False)
    assert (tmp_path / "t.csv").read_bytes() == b"1000,-0.50\r\n"


def test_writing_a_spreadsheet_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(ConfigurationError, match=r"spreadsheets need the extra 'excel', which installs xlsxwriter; or write CSV"):
        write_excel(tmp_path / "t.xlsx", "T", [])
