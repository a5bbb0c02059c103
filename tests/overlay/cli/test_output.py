"""Tables that never cut a value, CSV that is no formula, and text that can't control a terminal."""

import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import click
import pytest
from amili.cli.output import Printer, Row, cell_text, printer_of, write_csv

from tests.overlay.cli.running import Terminal

ROWS = [
    Row({"n": "a"}, {"n": "a", "sum": Decimal("1.5")}),
    Row({"n": "long"}, {"n": "a longer name", "sum": Decimal("1000")}),
]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (30, "30"),
        ("å", "å"),
        (Decimal("1.5"), "1.50"),
        (Decimal("1E+3"), "1000.00"),
        (Decimal("-0.125"), "-0.125"),
        (datetime(2025, 10, 7, 7, 41, 1, tzinfo=UTC), "2025-10-07T07:41:01Z"),
        ({"a": [Decimal(1)]}, '{"a": ["1"]}'),
    ],
)
def test_cells_as_text(value: Any, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize("text", ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_would_be_a_formula(text: str) -> None:
    file = StringIO()
    assert write_csv(file, ["a", "b"], [Row({}, {"a": text, "b": Decimal(-1)})]) == 1
    assert file.getvalue().partition("\n")[2].strip('"').startswith(f"'{text[0]}")
    assert ",-1.00" in file.getvalue()


def shown(monkeypatch: pytest.MonkeyPatch, width: int, **environment: str) -> str:
    screen = Terminal()
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in ({"TERM": "xterm", "COLUMNS": str(width)} | environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", screen)
    assert Printer().rows(ROWS, ["n", "sum"], {"n": "name"}) == 2
    return screen.getvalue()


def test_a_table_is_plain_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = "name               sum\na                 1.50\na longer name  1000.00\n"
    assert shown(monkeypatch, 80, NO_COLOR="1") == plain
    assert shown(monkeypatch, 80, TERM="dumb") == plain
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert shown(monkeypatch, 80) == plain


def test_a_table_is_bold_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, 80)
    assert "\x1b[1mname" in text
    assert text.splitlines()[1].rstrip() == "a                 1.50"


def test_a_narrow_terminal_has_a_list_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, 21) == "name  a\nsum   1.50\n\nname  a longer name\nsum   1000.00\n"
    assert shown(monkeypatch, 12) == "name\n  a\nsum\n  1.50\n\nname\n  a longer name\nsum\n  1000.00\n".replace(
        "name\n  a\nsum\n  1.50\n", "name  a\nsum   1.50\n"
    )


def test_an_empty_table_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert Printer().rows([], ["n"]) == 0
    assert capsys.readouterr().out == ""


FOREIGN = "\x1b]0;title\x07\x9b31m\u202eabc"


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize("shows_persons", [True, False])
def test_a_foreign_text_can_not_control_the_terminal(monkeypatch: pytest.MonkeyPatch, form: Any, shows_persons: bool) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("NO_COLOR", "1")
    printer = Printer(form, shows_persons)
    row = Row({"text": FOREIGN}, {"text": FOREIGN})
    printer.rows([row], ["text"])
    printer.one(row)
    printer.document({"text": FOREIGN})
    printer.lines([("label ", FOREIGN)])
    assert not set(screen.getvalue()) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_json_lines_are_exact(capsys: pytest.CaptureFixture[str]) -> None:
    Printer("json").rows([Row({"text": f"{FOREIGN}😀å"})], [])
    assert json.loads(capsys.readouterr().out)["text"] == f"{FOREIGN}😀å"


def test_a_document_on_a_terminal_is_masked_at_every_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    document = {
        "creditor_name": "Creditor",
        "customer": {"name": "Ann", "id_number": "1", "address": {"city": "X"}, "emails": ["a@b"], "phone_home": "1"},
        "matrix": [{"article_description": "Hours", "zip_code": "1"}],
        "invoice_number": "INV-1",
        "customer_email": None,
    }
    for printer, is_masked in ((Printer(), True), (Printer(shows_persons=True), False)):
        screen = Terminal()
        monkeypatch.setattr(sys, "stdout", screen)
        printer.document(document)
        found = json.loads(screen.getvalue())
        assert (found == document) is not is_masked
        assert found["creditor_name"] == "Creditor"
        assert found["invoice_number"] == "INV-1"
        if is_masked:
            assert set(found["customer"].values()) == {"***"}
            assert found["matrix"] == [{"article_description": "Hours", "zip_code": "***"}]
            assert found["customer_email"] is None


def test_two_forms_can_not_be_combined() -> None:
    with pytest.raises(click.UsageError):
        printer_of(as_json=True, as_csv=True, shows_persons=False)
