"""CSV: its encoding and delimiter are found and named, and a table reads back the same in every dialect."""

import csv
from pathlib import Path
from typing import Any

import pytest
from amili import InvalidInputError
from amili.bulk import open_table
from amili.bulk.files import Reading
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.overlay.bulk.support import write_rows

TEXT = st.text(st.characters(codec="cp1252", exclude_characters="\0Ã"), max_size=12)
NAME = st.text(st.characters(categories=("L", "N"), codec="cp1252", exclude_characters="Ã"), min_size=1, max_size=8)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A header of names and rows of any text, in which no row is blank."""
    width = draw(st.integers(2, 5))
    header = draw(st.lists(NAME, min_size=width, max_size=width))
    cells = st.lists(TEXT, min_size=width, max_size=width)
    return [header, *draw(st.lists(cells, max_size=5))]


DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(";,\t|"),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    }
)


@settings(max_examples=150)
@given(tables(), DIALECTS, st.booleans())
def test_any_table_reads_back_the_same_in_any_dialect(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], dialect: dict[str, Any], declared: bool
) -> None:
    if dialect["lineterminator"] == "\n":  # then Python writes "\r" without quotation marks unless all have them
        dialect["quoting"] = csv.QUOTE_ALL
    declared = declared or any(each in cell for row in table for cell in row for each in ";,\t|\"'")
    path = write_rows(tmp_path_factory.getbasetemp() / "t.csv", table, **dialect)
    by_chance = dialect["encoding"] == "cp1252" and is_utf_8(path.read_bytes())
    found = open_table(path, Reading(dialect["delimiter"] if declared else None, "cp1252" if by_chance else None))
    assert found.columns == tuple(table[0])
    assert [list(record.cells) for record in found.read()] == table[1:]
    assert [record.number for record in found.read()] == list(range(2, len(table) + 1))
    assert (found.layout.delimiter, found.layout.bom) == (dialect["delimiter"], dialect["encoding"] != "utf-8")


def is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_a_quoted_line_end_is_one_row(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.csv", [["a", "b"], ["1\n2", "x"], ["3", "y"]])
    assert [(record.number, record.cells) for record in open_table(path).read()] == [(2, ["1\n2", "x"]), (3, ["3", "y"])]


def test_a_single_column_needs_no_delimiter(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Fakturanr\nF1\n\nF2\n", encoding="utf-8")
    table = open_table(tmp_path / "t.csv")
    assert table.columns == ("Fakturanr",)
    assert [record.cells for record in table.read()] == [["F1"], [], ["F2"]]


def test_the_sample_may_end_within_a_row(tmp_path: Path) -> None:
    rows = [["a", "b"], *[["x" * 2_000, "1,5"]] * 60]
    assert open_table(write_rows(tmp_path / "t.csv", rows)).columns == ("a", "b")


def test_a_quotation_mark_decides_against_a_delimiter(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a;"b, c"x;d\n1;2;3\n', encoding="utf-8")
    assert open_table(tmp_path / "t.csv").layout.delimiter == ","
    with pytest.raises(InvalidInputError, match=r"t\.csv, row 1: a quotation mark is in the wrong place"):
        open_table(tmp_path / "t.csv", Reading(delimiter=";"))


@pytest.mark.parametrize(
    ("content", "reading", "sentence"),
    [
        (b"", Reading(), "t.csv is empty"),
        (b"\n;;\n", Reading(), "t.csv is empty"),
        (b"a;b\n1;2\n", Reading(header=7), "t.csv has no row 7 with names of columns"),
        (b";\n1;2\n", Reading(header=1), "t.csv, row 1, is empty: the first row must name the columns"),
        (b"a;b,c\n1;2,3\n", Reading(), "the delimiter may be a semicolon or a comma; name it in the map: delimiter = ';'"),
        (b"PK\x03\x04\x00", Reading(), "t.csv is a spreadsheet or a zip file, not text"),
        (b"a;b\n\x00;2\n", Reading(), "t.csv is not a text file: it has zero bytes"),
        (b"a;b\n\xe5\x81;2\n", Reading(), "t.csv is not utf-8 nor cp1252: save it as UTF-8, or name its encoding"),
        (b"a;b\n\xe5;2\n", Reading(encoding="utf-8"), "t.csv is not utf-8: save it"),
        ("a;b\nå;ö".encode()[:-1], Reading(), "t.csv is in UTF-8 in some places and not in others: it is cut off"),
        ("a;b\nÃ¥;2\n".encode(), Reading(), "t.csv has letters that were encoded twice, such as Ã¥ for å: export it again"),
        (b"a;b\n", Reading(encoding="latin-99"), "there is no encoding 'latin-99'"),
    ],
)
def test_a_file_that_is_no_csv_is_refused(content: bytes, reading: Reading, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(InvalidInputError) as refused:
        open_table(tmp_path / "t.csv", reading)
    assert sentence in str(refused.value)


def test_a_quotation_mark_without_an_end_is_refused_when_the_rows_are_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a;b\n1;2\n"3;4\n', encoding="utf-8")
    table = open_table(tmp_path / "t.csv")
    with pytest.raises(InvalidInputError, match=r"t\.csv, row 3: a quotation mark"):
        list(table.read())


def test_another_encoding_can_be_declared(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.csv", [["Åäö", "b"]], encoding="cp850")
    table = open_table(path, Reading(encoding="cp850"))
    assert table.columns[0] == "Åäö"
    assert table.notes[0] == "the encoding is cp850, as the map says"


def test_letters_that_look_wrong_are_read_if_the_encoding_is_declared(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("a;b\nÃ¥;2\n".encode("cp1252"))
    [record] = open_table(tmp_path / "t.csv", Reading(encoding="cp1252")).read()
    assert record.cells == ["Ã¥", "2"]


def test_a_file_that_can_not_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"^t\.csv can't be opened: No such file or directory$"):
        open_table(tmp_path / "t.csv")
    with pytest.raises(InvalidInputError, match=r"^t\.xls: files are read as \.csv, .*; save it as \.xlsx or CSV$"):
        open_table(tmp_path / "t.xls")


def test_a_file_that_changes_after_it_was_opened_is_not_read(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.csv", [["a", "b"], ["1", "2"]])
    table = open_table(path)
    assert len(list(table.read())) == 1
    write_rows(path, [["a", "b"], ["1", "2"], ["3", "4"]])
    with pytest.raises(InvalidInputError, match=r"t\.csv was changed after it was opened: open it again"):
        next(table.read())
    path.unlink()
    with pytest.raises(InvalidInputError, match=r"t\.csv is gone"):
        next(table.read())


def test_the_checksum_is_of_the_bytes_of_the_file(tmp_path: Path) -> None:
    first = open_table(write_rows(tmp_path / "1.csv", [["a", "b"], ["1", "2"]])).checksum
    assert first == open_table(write_rows(tmp_path / "2.csv", [["a", "b"], ["1", "2"]])).checksum
    assert first != open_table(write_rows(tmp_path / "3.csv", [["a", "b"], ["1", "3"]])).checksum
