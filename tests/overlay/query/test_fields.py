"""Fields: which values they take, how these look on the wire, and what a wrong one is told."""

import copy
import datetime
import operator
import pickle
import re
from collections.abc import Callable
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from amili import Case, CaseState, InvalidInputError, where
from amili._query import canonical_json
from hypothesis import assume, given
from hypothesis import strategies as st

NUMBER, AMOUNT = where.debt.invoice_number, where.total_remaining_capital_amount
IDENTIFIER = "68E4C1AB0000000000000001"
UTC = datetime.UTC
MOMENT = datetime.datetime(2025, 10, 7, 7, 41, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("compare", "wire"),
    [
        (operator.eq, '{"debt.invoice_number":"7"}'),
        (operator.ne, '{"debt.invoice_number":{"$ne":"7"}}'),
        (operator.lt, '{"debt.invoice_number":{"$lt":"7"}}'),
        (operator.le, '{"debt.invoice_number":{"$lte":"7"}}'),
        (operator.gt, '{"debt.invoice_number":{"$gt":"7"}}'),
        (operator.ge, '{"debt.invoice_number":{"$gte":"7"}}'),
    ],
)
def test_each_comparison_has_its_operator(compare: Callable[[Any, Any], Any], wire: str) -> None:
    assert compare(NUMBER, "7").wire == wire


def test_a_comparison_written_the_other_way_round_means_the_same() -> None:
    assert (AMOUNT > 5) == (AMOUNT > 5)
    assert (AMOUNT <= 5) == (AMOUNT <= 5)
    assert ("7" == NUMBER) == (NUMBER == "7")  # noqa: SIM300


def test_lists_and_existence() -> None:
    assert NUMBER.in_(["1", "2"]).document == {"debt.invoice_number": {"$in": ["1", "2"]}}
    assert NUMBER.not_in(iter(("1", "2"))).document == {"debt.invoice_number": {"$nin": ["1", "2"]}}
    assert where.closed.exists().document == {"closed": {"$exists": True}}
    assert where.closed.exists(False).document == {"closed": {"$exists": False}}


@pytest.mark.parametrize("wrong", ["12", b"12", {"1": 2}, 12, None])
def test_a_list_that_is_none_is_refused(wrong: Any) -> None:
    for ask in (NUMBER.in_, NUMBER.not_in):
        with pytest.raises(InvalidInputError, match=r"debt\.invoice_number: a list of values is needed"):
            ask(wrong)


def test_every_value_of_a_list_is_checked() -> None:
    with pytest.raises(InvalidInputError, match="compared with a string, not int"):
        NUMBER.in_(["1", 2])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("field", "value", "written"),
    [
        (where.state, CaseState.INVOICE, "invoice"),
        (where.state, CaseState("never seen"), "never seen"),
        (where.id, IDENTIFIER, IDENTIFIER.lower()),
        (where.case_settings.interest_rate.reference_rate, True, True),
        (where.debt.interest_days_after_invoice_date, 10, 10),
        (AMOUNT, Decimal("100.50"), 100.5),
        (AMOUNT, Decimal("100.00"), 100),
        (AMOUNT, 7, 7),
        (AMOUNT, "100.50", 100.5),
        (AMOUNT, 100.5, 100.5),
        (where.created, MOMENT, "Tue, 07 Oct 2025 07:41:01 GMT"),
        (where.created, MOMENT.astimezone(datetime.timezone(datetime.timedelta(hours=2))), "Tue, 07 Oct 2025 07:41:01 GMT"),
        (where.created, datetime.date(2025, 10, 7), "Tue, 07 Oct 2025 00:00:00 GMT"),
        (where.field("x.y"), True, True),
        (where.field("x.y"), 5, 5),
        (where.field("x.y"), Decimal("0.10"), 0.1),
        (where.field("x.y"), MOMENT, "Tue, 07 Oct 2025 07:41:01 GMT"),
        (where.field("x.y"), CaseState.INVOICE, "invoice"),
        (where.field("x.y"), IDENTIFIER, IDENTIFIER),
    ],
)
def test_a_value_is_written_as_the_api_reads_it(field: Any, value: Any, written: Any) -> None:
    condition = field == value
    assert list(condition.document.values()) == [written]
    assert type(next(iter(condition.document.values()))) is type(written)


class Colour(IntEnum):
    RED = 1


_amounts = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
_moments = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)) | st.dates()
_pairs: st.SearchStrategy[tuple[Any, Any]] = st.one_of(
    st.tuples(st.just(NUMBER), st.text() | st.sampled_from(CaseState)),
    st.tuples(st.just(where.id), st.from_regex(r"[0-9A-Fa-f]{24}", fullmatch=True)),
    st.tuples(st.just(where.case_settings.interest_rate.reference_rate), st.booleans()),
    st.tuples(st.just(where.debt.interest_days_after_invoice_date), st.integers() | st.just(Colour.RED)),
    st.tuples(st.just(AMOUNT), _amounts | st.integers(-(10**14), 10**14)),
    st.tuples(st.just(where.created), _moments),
    st.tuples(st.just(where.field("x.y-z")), st.text() | st.booleans() | st.integers() | _amounts | _moments),
)
_COMPARISONS = {operator.ne: "$ne", operator.lt: "$lt", operator.le: "$lte", operator.gt: "$gt", operator.ge: "$gte"}


@given(_pairs)
def test_every_comparison_is_written_as_the_encoder_of_json_would(pair: tuple[Any, Any]) -> None:
    field, value = pair
    try:
        written = field._wire(value)
        expected = canonical_json({field._path: written})
    except InvalidInputError:  # an identifier or a date in a text field, or half a character
        assume(False)
    assert (field == value).wire == expected
    for compare, name in _COMPARISONS.items():
        assert compare(field, value).wire == canonical_json({field._path: {name: written}})
    assert field.in_([value, value]).wire == canonical_json({field._path: {"$in": [written, written]}})
    assert field.not_in([value]).wire == canonical_json({field._path: {"$nin": [written]}})
    for present in (True, False):
        assert field.exists(present).wire == canonical_json({field._path: {"$exists": present}})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        (where.state, 5, "state must be compared with a string, not int"),
        (where.state, None, r"not None; to find a missing property write .exists\(False\)"),
        (where.state, b"invoice", "not bytes"),
        (where.id, 5, "an identifier of 24 hexadecimal digits, not int"),
        (where.case_settings.interest_rate.reference_rate, 1, "True or False, not int"),
        (where.debt.interest_days_after_invoice_date, True, "an integer, not bool"),
        (where.debt.interest_days_after_invoice_date, 1.0, "an integer, not float"),
        (AMOUNT, True, r"an amount such as Decimal\('100.50'\), not bool"),
        (AMOUNT, b"100", "not bytes"),
        (where.created, "2025-10-07", "a datetime with a time zone, or a date, not str"),
        (where.created, 1_760_000_000, "not int"),
        (where.field("x"), 1j, "not complex"),
        (where.field("x"), None, "not None"),
        (where.field("x"), {"$gt": 1}, "not dict"),
        (where.field("_created"), "2025-10-07", "_created must be compared with a datetime with a time zone, or a date, not str"),
        (
            where.field("transactions.0.registration_date"),
            "2025-10-07",
            r"transactions\.0\.registration_date must be compared with a",
        ),
    ],
)
def test_a_wrong_type_of_value_is_told_which_is_right(field: Any, value: Any, says: str) -> None:
    for compare in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(InvalidInputError, match=says):
            compare(field, value)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        (NUMBER, "68e4c1ab0000000000000001", "the API converts this string to an identifier, so it would match nothing"),
        (NUMBER, "Tue, 07 Oct 2025 07:41:01 GMT", "the API converts this string to a date"),
        (NUMBER, "tue,  7 oct 2025 7:41:1 gmt", "the API converts this string to a date"),
        (
            where.id,
            "INV-1",
            "^_id must be compared with an identifier of 24 hexadecimal digits; another string would match nothing$",
        ),
        (where.field("_id"), "INV-1", "^_id must be compared with an identifier of 24 hexadecimal digits"),
        (AMOUNT, 10**30, "this amount can't be sent: it must be finite and have at most 15 significant digits"),
        (where.field("x"), Decimal(10**30), "this amount can't be sent"),
        (where.created, MOMENT.replace(microsecond=1), "_created: the API has whole seconds only, so this would match nothing"),
        (where.field("x"), MOMENT.replace(microsecond=1), "the API has whole seconds only"),
        (where.created, datetime.datetime(2025, 10, 7), "no time zone"),
        (AMOUNT, Decimal("NaN"), "NaN and Infinity are no amounts"),
        (AMOUNT, 0.1 + 0.2, r"a rounding error: .* such as Decimal\('500.00'\)"),
        (where.field("x"), 0.1 + 0.2, "a rounding error"),
        (AMOUNT, "1e3", "plain digits such as '500.00'"),
    ],
)
def test_a_value_that_would_silently_match_nothing_is_refused(field: Any, value: Any, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        field == value  # noqa: B015


@given(st.text())
def test_any_text_is_a_value_and_never_an_operator(text: str) -> None:
    for start in ("", "$", "$where", '"', "a.b"):
        value = start + text
        if re.fullmatch(r"[0-9A-Fa-f]{24}", value):
            continue
        assert operator.eq(NUMBER, value).document == {"debt.invoice_number": value}
        assert (where.field("x") == value).document == {"x": value}
        assert NUMBER.in_([value]).document == {"debt.invoice_number": {"$in": [value]}}


@pytest.mark.parametrize("path", ["", "$where", "a.$gt", ".a", "a.", "a..b", "a b", "ä", 5, None])
def test_a_path_that_is_none_is_refused(path: Any) -> None:
    with pytest.raises(InvalidInputError, match="is not the dotted path of a property, such as"):
        where.field(path)


@pytest.mark.parametrize("path", ["a", "_idx", "a.b.c", "a.0.b", "a-b", "debt", "closed"])
def test_a_dotted_path_reaches_what_the_contract_does_not_list(path: str) -> None:
    assert (where.field(path) == "x").document == {path: "x"}


def test_a_misspelt_field_is_told_which_there_are() -> None:
    with pytest.raises(AttributeError, match=r"debt has no field 'invoice_nummer'; it has: .*invoice_number"):
        where.debt.invoice_nummer  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError, match=r"where has no field 'stat'; it has: .*state"):
        where.stat  # type: ignore[attr-defined]  # noqa: B018


def test_a_group_can_only_be_asked_whether_it_exists() -> None:
    assert where.debt.exists().document == {"debt": {"$exists": True}}
    for compare in (operator.eq, operator.ne):
        with pytest.raises(TypeError, match=r"debt has several properties"):
            compare(where.debt, "x")
    with pytest.raises(TypeError, match=r"such as where.closed.exists\(\)"):
        where.exists()


@pytest.mark.parametrize("field", [where.state, where.closed, where.debt, where], ids=repr)
def test_a_field_is_neither_true_nor_false(field: Any) -> None:
    for meant in (lambda: field and (where.state == "invoice"), lambda: not field, lambda: field or field):
        with pytest.raises(TypeError, match=r"a field can't be used as a boolean"):
            meant()


@pytest.mark.parametrize("field", [where.state, where.debt], ids=repr)
def test_in_written_the_wrong_way_round_says_what_to_write(field: Any) -> None:
    with pytest.raises(TypeError, match=r"write where\.\w+\.in_\(\[\.\.\.\]\) instead of 'in'"):
        "invoice" in field  # noqa: B015


def test_fields_are_not_hashable_so_they_cannot_be_dropped_into_a_set() -> None:
    for field in (where.state, where.debt):
        with pytest.raises(TypeError, match="unhashable"):
            hash(field)


@pytest.mark.parametrize("field", [where.state, where.debt, where, where.field("a.b")], ids=repr)
def test_fields_copy_and_pickle(field: Any) -> None:
    for twin in (copy.copy(field), copy.deepcopy(field), pickle.loads(pickle.dumps(field))):  # noqa: S301
        assert repr(twin) == repr(field)
        assert type(twin) is type(field)


def test_repr_shows_the_path() -> None:
    assert repr(where.debt.invoice_number) == "<field debt.invoice_number>"


def test_a_kind_of_field_must_say_how_it_is_written() -> None:
    with pytest.raises(NotImplementedError):
        type(NUMBER).__mro__[1]("x") == "y"  # noqa: B015


def test_every_top_level_property_of_a_case_can_be_asked() -> None:
    from attrs import fields

    names = {attribute.alias for attribute in fields(Case)} - {"additional_properties"}
    assert names == {name for name in dir(type(where)) if not name.startswith("_")} - {"field", "exists"}


@pytest.mark.parametrize("ask", [NUMBER.in_, NUMBER.not_in, where.field("x").in_])
def test_an_empty_list_is_refused_as_it_would_match_nothing_or_everything(ask: Callable[[Any], Any]) -> None:
    empties: list[Any] = [[], (), iter(())]
    for empty in empties:
        with pytest.raises(InvalidInputError, match="the list is empty: in_ would match nothing, and not_in everything"):
            ask(empty)


def test_a_set_is_written_in_the_same_order_in_every_process() -> None:
    assert NUMBER.in_(set("gfedcba")) == NUMBER.in_(list("abcdefg"))


@pytest.mark.parametrize("field", [where.created, where.field("x"), where.field("_created")], ids=repr)
@given(st.datetimes(min_value=datetime.datetime(1900, 1, 1), timezones=st.just(UTC)), st.integers(-2, 2))
def test_a_fraction_of_a_second_matches_exactly_the_whole_seconds_that_it_should(
    field: Any, moment: datetime.datetime, distance: int
) -> None:
    """The API compares whole seconds: what it does with the condition sent is what the comparison asked for means."""
    whole = moment.replace(microsecond=0) + datetime.timedelta(seconds=distance)
    meanings = {"$lt": operator.lt, "$lte": operator.le, "$gt": operator.gt, "$gte": operator.ge}
    for compare in meanings.values():
        ((sent, text),) = next(iter(compare(field, moment).document.values())).items()
        assert meanings[sent](whole, datetime.datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)) == (
            compare(whole, moment)
        )


def test_a_path_that_the_contract_lists_has_the_kind_of_its_field() -> None:
    assert type(where.field("debt.invoice_number")) is type(NUMBER)
    assert type(where.field("transactions.0.amount")) is type(AMOUNT)
    assert (where.field("transactions.0.amount") == 5).document == {"transactions.0.amount": 5}
