"""The quick reader and the one that is always there read the same, to the last digit, whatever the text; both refuse the same."""

import json
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest
from amili_api import codec as wire
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.cases import page

NUMBERS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers().map(str),
    st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def outcome(read: Any, content: Any) -> str:
    """What came of it, with the exponent of every Decimal; of an error only that it is a ValueError."""
    try:
        return repr(read(content))
    except ValueError:
        return "refused"


def with_quick_reader() -> bool:
    return wire._quick_reader() is not None


def test_the_quick_reader_is_here_to_be_compared() -> None:
    assert with_quick_reader()


@given(NUMBERS)
@example("500.00")
@example("0.1")
@example("1e999999999999999999999")
@example("-0.0")
@example("12345678901234567890.12")
def test_numbers(text: str) -> None:
    content = f'{{"amount": {text}}}'.encode()
    assert outcome(wire.parse_json, content) == outcome(wire.parse_json_plainly, content)
    read = wire.parse_json_plainly(content)["amount"] if outcome(wire.parse_json_plainly, content) != "refused" else None
    if isinstance(read, Decimal):
        assert str(read) == str(Decimal(text))


@given(NUMBERS, st.integers(0, 50))
def test_amounts_are_the_same_however_often_and_in_whatever_company_they_are_read(text: str, others: int) -> None:
    content = f"[{', '.join([text, *map(str, range(others)), text])}]".encode()
    for read in (wire.parse_json, wire.parse_json_plainly):
        if outcome(read, content) != "refused":
            first, *_, last = read(content)
            fresh = Decimal(first) if isinstance(first, int) else Decimal(text)
            assert outcome(wire.parse_decimal, first) == outcome(wire.parse_decimal, last) == outcome(wire.parse_decimal, fresh)


@given(DOCUMENTS, st.booleans())
def test_documents(document: Any, plain: bool) -> None:
    content = json.dumps(document, ensure_ascii=plain)
    for written in (content, content.encode("utf-8", "surrogatepass"), content.encode("utf-16", "surrogatepass")):
        assert outcome(wire.parse_json, written) == outcome(wire.parse_json_plainly, written)


@given(st.one_of(st.text(), st.binary(), DOCUMENTS.map(lambda document: json.dumps(document)[:-1])))
@example('{"a": NaN}')
@example("[Infinity]")
@example('"\\ud800"')
@example("\ufeff1")
@example(b"\xef\xbb\xbf1")
@example("[1,]")
@example("01")
@example('{"a": 1, "a": 2}')
@example("[" * 100_000)
def test_what_is_no_json(content: str | bytes) -> None:
    def told(read: Any) -> str:
        try:
            return outcome(read, content)
        except RecursionError:
            return "too deep"

    assert told(wire.parse_json) == told(wire.parse_json_plainly)


def test_a_page_of_cases() -> None:
    assert repr(wire.parse_json(page(1))) == repr(wire.parse_json_plainly(page(1)))


def test_without_the_extra_the_standard_library_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "msgspec", None)
    wire._quick_reader.cache_clear()
    try:
        assert not with_quick_reader()
        assert repr(wire.parse_json(b'{"amount": 500.00}')) == "{'amount': Decimal('500.00')}"
    finally:
        wire._quick_reader.cache_clear()


@given(st.lists(st.datetimes(), min_size=1, max_size=5))
def test_moments_are_the_same_however_often_they_are_read(moments: list[Any]) -> None:
    for moment in moments * 2:
        text = wire.dump_datetime(moment.replace(tzinfo=UTC))
        assert wire.dump_datetime(wire.parse_datetime(text)) == text


def test_caches_stay_within_bounds() -> None:
    for number in range(10_000):
        wire.parse_short_fraction(f"{number}.25")
        wire.parse_decimal(wire.parse_json_plainly(b"%d.5" % number))
        wire.parse_decimal(number)
        wire.parse_datetime(f"2025-01-01T00:{number // 60 % 60:02}:{number % 60:02}.{number:06}Z")
        wire.parse_datetime(f"Tue, 07 Oct {number:04} 07:41:01 GMT" if number else "2025-01-01")
    readers: list[Any] = [wire.parse_fraction, wire.parse_short_fraction, wire.parse_datetime]
    remembered = [wire._amounts, wire._wholes, wire._days, *(reader.__self__ for reader in readers)]
    assert max(map(len, remembered)) <= wire._REMEMBERED
    assert min(map(len, remembered)) > 1


@given(NUMBERS)
@example("500.00")
@example("1e5")
@example("123456789012.345")
@example("0.30000000000000004")
@example("1e999999999999999999999")
def test_what_is_read_as_an_amount_at_once_needs_no_second_look(text: str) -> None:
    if set(text) & set(".eE"):
        try:
            number = wire.parse_short_fraction(text)
        except ValueError:
            assert len(text) > 15
        else:
            assert wire.parse_amount(number) is number
            assert str(number) == str(wire.parse_decimal(Decimal(text)))
