"""JSON lines and rows in memory: with a map, or as whole invoices."""

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import InvalidInputError
from amili.bulk import CaseKey, Map, check, open_source, open_table
from amili.bulk.files import table_of
from amili.bulk.mapping import Column

from tests.overlay.bulk.support import HEADER, ROW, checked, row, the_map
from tests.samples import CASE, invoice


def lines(path: Path, *documents: Any) -> Path:
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents), encoding="utf-8")
    return path


def test_lines_that_are_invoices_need_no_map(tmp_path: Path) -> None:
    other = invoice("F2", customer={**invoice()["customer"], "id_number": "201010001"})
    path = lines(tmp_path / "f.jsonl", invoice("F1"), other, invoice("F1"))
    source = open_source(path)
    found = check(source)
    assert [str(problem) for problem in found.problems] == [
        "f.jsonl, line 2: it has 9 digits: a leading zero may be lost: format the column as text, or declare pad = 10 in the map "
        "(customer.id_number)",
        'f.jsonl, line 3: it is the same as in line 1; if these are lines of one invoice: lines = "rows", sorted by it '
        "(invoice_number)",
    ]
    assert [each.item is None for each in source.rows()] == [False, True, True]
    assert next(source.rows()).item == invoice("F1")
    assert (found.totals.rows, found.totals.including_vat, found.operation) == (1, Decimal(500), "register")
    assert found.notes == ("the encoding is UTF-8",)
    assert (source.name, source.checksum) == ("f.jsonl", open_table(path).checksum)


def test_lines_are_read_through_a_map_by_the_names_of_nested_objects(tmp_path: Path) -> None:
    nested = {name: value for name, value in ROW.items() if name != "Ort"} | {"Kund": {"Ort": "Örebro"}}
    map_ = the_map()
    columns = dict(map_.columns) | {"customer.address.city": (Column("Kund.Ort"),)}
    found = check(open_source(lines(tmp_path / "f.ndjson", nested), Map("register", columns, map_.constants)))
    assert found.can_be_sent()
    nested["Kund"]["Ort"] = ""
    path = lines(tmp_path / "g.ndjson", {"first": 1}, nested)
    found = check(open_source(path, Map("register", columns, map_.constants)))
    assert 'g.ndjson, line 2, column "Kund.Ort": it is missing (customer.address.city)' in map(str, found.problems)


def test_fractions_in_json_are_exact(tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_text(f'\ufeff\n{{"case": "{CASE}", "amount": 0.10, "n": 12}}\n\n', encoding="utf-8")
    source = open_source(tmp_path / "f.jsonl", Map("credit", {"case": (Column("case"),), "amount": (Column("amount"),)}))
    assert [each.item.amount for each in source.rows()] == [Decimal("0.10")]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "f.jsonl, line 1: it is not JSON; one JSON object is needed on each line"),
        ("[1]", "f.jsonl, line 1: one JSON object is needed on each line"),
        ('{"a": 1}\n{"a": NaN}', "f.jsonl, line 2: NaN and Infinity are no numbers of JSON"),
        ('{"a": 1, "a": 2}', "f.jsonl, line 1: a name is there twice"),
        ("", "f.jsonl has no rows"),
        ("{}", "f.jsonl has no rows"),
    ],
)
def test_other_lines_are_refused(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        open_source(tmp_path / "f.jsonl")
    assert sentence in str(refused.value)


def test_lines_in_another_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_bytes('{"a": "å"}'.encode("cp1252"))
    with pytest.raises(InvalidInputError, match=r"f\.jsonl is not utf-8"):
        open_table(tmp_path / "f.jsonl")


def test_rows_in_memory_are_read_through_a_map() -> None:
    day = datetime.date(2025, 10, 17)
    found = checked([row("F1", apris=Decimal("1234.50"), belopp=2469, antal=2, förfallodatum=day, moms=Decimal("0.25"))])
    assert (found.name, found.totals.excluding_vat, found.totals.last_due) == ("rows", Decimal(2469), day)
    assert found.can_be_sent()
    found = checked([row("F1", apris=0.1 + 0.2)])
    assert str(found.problems[0]).startswith('rows, item 1, column "À-pris": this float has a rounding error')


def test_rows_in_memory_may_be_invoices() -> None:
    source = open_source([invoice("F1")], name="the query")
    assert [each.place for each in source.rows()] == ["the query, item 1"]
    assert check(source).can_be_sent()


def test_an_iterator_can_not_be_read_again() -> None:
    with pytest.raises(InvalidInputError, match="rows: the rows are read more than once, so an iterator won't do: pass a list"):
        table_of(iter([{"a": 1}]))
    with pytest.raises(InvalidInputError, match="rows, item 2: a mapping is needed, not list"):
        table_of([{"a": 1}, [1]])  # type: ignore[list-item]


def test_the_checksum_of_rows_in_memory_is_of_their_values() -> None:
    assert table_of([{"a": 1, "b": Decimal("1")}]).checksum == table_of([{"b": Decimal("1"), "a": 1}]).checksum
    assert table_of([{"a": Decimal("1.0")}]).checksum != table_of([{"a": Decimal("1.00")}]).checksum


def test_a_table_of_cells_needs_a_map(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(";".join(HEADER), encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"f\.csv: a map says which column is which property"):
        open_source(tmp_path / "f.csv")


def test_an_invoice_without_a_number_is_not_called_a_repetition() -> None:
    nameless = {name: value for name, value in invoice().items() if name != "invoice_number"}
    found = check(open_source([nameless, nameless]))
    assert [problem.text for problem in found.problems] == ["it is missing", "it is missing"]


def test_cases_to_look_up_may_be_in_memory() -> None:
    source = open_source([{"id": CASE}], Map("lookup", {"case": (Column("id"),)}))
    assert [each.item for each in source.rows()] == [CaseKey(id=CASE)]
