"""Spreadsheets: what is found in them, and what is refused."""

import datetime
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from amili import ConfigurationError, InvalidInputError
from amili.bulk import open_table
from amili.bulk.files import Reading

from tests.overlay.bulk.support import Book


def rewritten(path: Path, member: str, old: bytes, new: bytes) -> Path:
    """Write a spreadsheet again with a change in one of its files."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert old in files[member]
    files[member] = files[member].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_cells_are_exact(tmp_path: Path) -> None:
    book = Book(tmp_path / "f.xlsx").rows([["a", "b", "c"], [0.1, 1234.5, 0.3], [12, -0.07, 1e20]])
    path = rewritten(book.close(), "xl/worksheets/sheet1.xml", b"<v>0.3</v>", b"<v>0.30000000000000004</v>")
    table = open_table(path)
    assert [record.cells for record in table.read()] == [
        [Decimal("0.1"), Decimal("1234.5"), Decimal("0.3")],
        [Decimal(12), Decimal("-0.07"), Decimal(10**20)],
    ]
    assert all(str(cell).isdecimal() or "." in str(cell) for record in table.read() for cell in record.cells)


def test_days_and_moments_are_read_with_both_first_days(tmp_path: Path) -> None:
    moment = datetime.datetime(2025, 10, 17, 13, 30)
    for from_1904 in (False, True):
        book = Book(tmp_path / "f.xlsx", date_1904=from_1904).rows([["a", "b"], [datetime.date(2025, 10, 17), ""]])
        form = book.workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        book.page.write_datetime(1, 1, moment, form)
        book.page.write_datetime(1, 2, datetime.datetime(2025, 10, 17), form)
        table = open_table(book.close())
        assert [record.cells for record in table.read()] == [[moment.date(), moment, moment.date()]]
        assert table.counts_days == ("excel-1904" if from_1904 else "excel")


def test_a_table_may_stand_anywhere_in_its_sheet(tmp_path: Path) -> None:
    book = Book(tmp_path / "f.xlsx")
    book.page.write_row("C4", ["Nr", "Ort"])
    book.page.write_row("C5", ["1", "Ystad"])
    book.page.write_formula("D6", "=NA()", None, "#N/A")
    table = open_table(book.close())
    assert table.columns == ("", "", "Nr", "Ort")
    records = [(record.number, record.cells) for record in table.read()]
    assert records == [(5, ["", "", "1", "Ystad"]), (6, ["", "", "", "#N/A"])]
    assert table.notes == ("1 formula with an error",)


def test_hidden_rows_and_merged_cells_are_named(tmp_path: Path) -> None:
    book = Book(tmp_path / "f.xlsx").rows([["a", "b"], *[["1", "2"]] * 40])
    for number in range(0, 20, 2):
        book.page.set_row(number + 1, None, None, {"hidden": True})
    book.page.merge_range("A30:A32", "x")
    assert open_table(book.close()).notes == (
        "1 merged range of cells (A30:A32): only the upper left cell of each has a value",
        "10 hidden rows (2, 4, 6, 8, 10, ...): hidden rows are read like the others",
    )


def test_errors_are_found_wherever_a_block_of_the_file_ends(tmp_path: Path) -> None:
    width, rows, book = 40, 650, Book(tmp_path / "f.xlsx")
    book.page.write_row(0, 0, ["a"] * width)
    for number in range(rows):
        for position in range(width):
            book.page.write_formula(number + 1, position, "=1/0", None, "#DIV/0!")
    path = book.close()
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size > 1 << 20  # more than one block
    assert [record.cells for record in open_table(path).read()] == [["#DIV/0!"] * width] * rows


def test_nothing_is_said_of_what_stands_above_the_header(tmp_path: Path) -> None:
    book = Book(tmp_path / "f.xlsx").rows([["a", "b"], ["1", "2"]], first=3)
    book.page.merge_range("A1:B1", "Journal")
    book.page.set_row(1, None, None, {"hidden": True})
    assert open_table(book.close(), Reading(header=3)).notes == ()


def test_files_of_other_programs_may_have_prefixes_and_whole_paths(tmp_path: Path) -> None:
    book = Book(tmp_path / "f.xlsx").rows([["a", "b"], ["1", "2"]])
    book.page.write_formula("B3", "=NA()", None, "#N/A")
    path = rewritten(book.close(), "xl/_rels/workbook.xml.rels", b'Target="worksheets/', b'Target="/xl/worksheets/')
    assert [record.cells for record in open_table(path).read()] == [["1", "2"], ["", "#N/A"]]


def test_an_error_in_a_cell_without_an_address_is_refused(tmp_path: Path) -> None:
    book = Book(tmp_path / "f.xlsx").rows([["a", "b"]])
    book.page.write_formula("A2", "=NA()", None, "#N/A")
    path = rewritten(book.close(), "xl/worksheets/sheet1.xml", b'<c r="A2" ', b"<c ")
    with pytest.raises(InvalidInputError, match=r"f\.xlsx, sheet Fakturor: a formula has an error, and its cell has no address"):
        open_table(path)


def test_the_sheet_must_be_named_if_there_are_more(tmp_path: Path) -> None:
    book = Book(tmp_path / "f.xlsx").rows([["a", "b"], ["1", "2"]])
    book.workbook.add_worksheet("Andra").write_row(0, 0, ["c", "d"])
    book.workbook.add_worksheet("Dold").hide()
    path = book.close()
    with pytest.raises(InvalidInputError, match=r"f\.xlsx has the sheets Fakturor, Andra: name one in the map: sheet = \.\.\."):
        open_table(path)
    with pytest.raises(InvalidInputError, match=r"f\.xlsx has no sheet 'X': it has Fakturor, Andra"):
        open_table(path, Reading(sheet="X"))
    assert open_table(path, Reading(sheet="Andra")).columns == ("c", "d")
    with pytest.raises(InvalidInputError, match=r"f\.xlsx, sheet Dold is empty"):
        open_table(path, Reading(sheet="Dold"))


def test_a_header_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = Book(tmp_path / "f.xlsx").rows([["a", "b"], ["", ""], ["1", "2"]]).close()
    with pytest.raises(InvalidInputError, match=r"f\.xlsx, sheet Fakturor has no row 9"):
        open_table(path, Reading(header=9))
    with pytest.raises(InvalidInputError, match=r"f\.xlsx, sheet Fakturor, row 2, is empty: the first row must name the columns"):
        open_table(path, Reading(header=2))


def test_what_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_text("<html><table></table></html>", encoding="utf-8")
    with pytest.raises(
        InvalidInputError, match=r"f\.xlsx is not a spreadsheet that can be read: save it again as \.xlsx, or as CSV"
    ):
        open_table(tmp_path / "f.xlsx")
    path = Book(tmp_path / "g.xlsx").rows([["a", "b"]]).close()
    rewritten(path, "xl/workbook.xml", b"<workbookPr ", b"<workbookPr <")
    with pytest.raises(InvalidInputError, match=r"g\.xlsx is not a spreadsheet that can be read"):
        open_table(path)


def test_a_protected_spreadsheet_is_named_as_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import python_calamine

    def protected(_: Path) -> None:
        raise python_calamine.PasswordError

    monkeypatch.setattr(python_calamine, "load_workbook", protected)
    path = Book(tmp_path / "f.xlsx").close()
    with pytest.raises(InvalidInputError, match=r"f\.xlsx is protected with a password: save it without one"):
        open_table(path)


def test_reading_a_spreadsheet_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(
        ConfigurationError, match=r"spreadsheets need the extra 'excel', which has python-calamine; or save it as CSV"
    ):
        open_table(Book(tmp_path / "f.xlsx").close())
