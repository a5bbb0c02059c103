"""Conditions as values: their algebra, their one wire form, and their refusal to be true or false."""

import copy
import datetime
import json
import operator
import pickle
from decimal import Decimal
from typing import Any

import pytest
from amili import Condition, InvalidInputError, where
from amili._query import canonical_json, where_text
from hypothesis import given
from hypothesis import strategies as st

A, B, C = where.state == "invoice", where.debt.invoice_number == "1", where.total_remaining_capital_amount > 0

conditions = st.recursive(
    st.sampled_from([A, B, C, where.closed.exists(False)])
    | st.builds(lambda text: where.customer_name == text, st.text(max_size=5)),
    lambda inner: (
        st.builds(lambda a, b: a & b, inner, inner) | st.builds(lambda a, b: a | b, inner, inner) | st.builds(lambda a: ~a, inner)
    ),
    max_leaves=6,
)


def test_canonical_json_has_one_form_for_one_meaning() -> None:
    assert canonical_json({"b": 1, "a": {"d": "å", "c": 2}}) == '{"a":{"c":2,"d":"å"},"b":1}'


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_does_not_know_is_refused(number: float) -> None:
    with pytest.raises(InvalidInputError, match="JSON"):
        canonical_json({"a": number})


@pytest.mark.parametrize("refused", [lambda: where.state == "a\ud800", lambda: where_text({"state": "\udfff"})])
def test_half_a_character_is_refused_in_words_that_do_not_repeat_the_text(refused: Any) -> None:
    with pytest.raises(InvalidInputError, match="half of a character") as caught:
        refused()
    assert "a\ud800" not in str(caught.value.args)


def test_and_or_not_become_the_operators_of_the_api() -> None:
    assert (A & B).document == {"$and": [{"state": "invoice"}, {"debt.invoice_number": "1"}]}
    assert (A | B).document == {"$or": [{"state": "invoice"}, {"debt.invoice_number": "1"}]}
    assert (~A).document == {"$nor": [{"state": "invoice"}]}


@given(conditions, conditions, conditions)
def test_grouping_does_not_change_the_wire_form(a: Condition, b: Condition, c: Condition) -> None:
    assert (a & b) & c == a & (b & c)
    assert (a | b) | c == a | (b | c)


@given(conditions)
def test_a_condition_survives_its_own_wire_form_and_is_canonical(condition: Condition) -> None:
    assert canonical_json(json.loads(condition.wire)) == condition.wire
    assert where_text(condition) == condition.wire
    assert condition == Condition(condition.document)
    assert hash(condition) == hash(Condition(condition.document))
    assert repr(condition) == f"Condition({condition.wire})"


@given(conditions)
def test_a_condition_copies_and_pickles(condition: Condition) -> None:
    assert copy.deepcopy(condition) == pickle.loads(pickle.dumps(condition)) == condition  # noqa: S301


@given(conditions, conditions)
def test_combining_is_written_as_the_encoder_of_json_would(a: Condition, b: Condition) -> None:
    for combined, name in ((a & b, "$and"), (a | b, "$or")):
        parts = [part for one in (a, b) for part in (one.document[name] if one.document.keys() == {name} else [one.document])]
        assert combined.wire == canonical_json({name: parts})
    assert (~a).wire == canonical_json({"$nor": [a.document]})


@pytest.mark.parametrize(
    ("wire", "parts"),
    [
        ('{ "$and": [ {"b": 1, "a": 2} ] }', ['{"a":2,"b":1}']),
        ('{"$and":[]}', []),
        ('{"$and":[{"a":1}],"b":2}', ['{"$and":[{"a":1}],"b":2}']),
        ('{"b":2,"$and":[{"a":1}]}', ['{"$and":[{"a":1}],"b":2}']),
        ('{"$and":{"a":1}}', ['{"$and":{"a":1}}']),
    ],
)
def test_a_condition_written_by_hand_is_put_in_canonical_form_when_combined(wire: str, parts: list[str]) -> None:
    assert (Condition(json.loads(wire)) & A).wire == f'{{"$and":[{",".join([*parts, A.wire])}]}}'


def test_mixing_and_with_or_keeps_both_groups() -> None:
    assert (A & (B | C)).document == {"$and": [A.document, {"$or": [B.document, C.document]}]}
    assert ((A & B) | C).document == {"$or": [{"$and": [A.document, B.document]}, C.document]}


def test_a_property_asked_twice_keeps_both_conditions() -> None:
    amount = where.total_remaining_capital_amount
    assert ((amount > 1) & (amount < 5)).document == {
        "$and": [{"total_remaining_capital_amount": {"$gt": 1}}, {"total_remaining_capital_amount": {"$lt": 5}}]
    }


@pytest.mark.parametrize(
    "meant",
    [
        lambda: A and B,
        lambda: A or B,
        lambda: not A,
        lambda: 1 < where.total_remaining_capital_amount < 5,
        lambda: where.state in ["invoice", "reminder"],
        lambda: bool(A),
        lambda: [case for case in [A] if case],
    ],
    ids=["and", "or", "not", "chained comparison", "in", "bool", "filter"],
)
def test_asking_for_the_truth_of_a_condition_says_what_to_write_instead(meant: Any) -> None:
    with pytest.raises(TypeError, match=r"write \(a\) & \(b\) instead of 'and'.*in_\(\[\.\.\.\]\) instead of 'in'"):
        meant()


@pytest.mark.parametrize("other", [True, "text", {"state": "invoice"}, None])
def test_only_conditions_combine(other: Any) -> None:
    for combine in (operator.and_, operator.or_):
        with pytest.raises(TypeError, match="only conditions can be combined"):
            combine(A, other)


@pytest.mark.parametrize("given", [Condition, dict])
def test_a_dict_is_written_as_the_api_reads_it(given: Any) -> None:
    moment = datetime.datetime(2025, 10, 7, 7, 41, 1, tzinfo=datetime.UTC)
    document = {
        "total_remaining_capital_amount": Decimal("100.50"),
        "_created": moment,
        "state": [1, (2, Decimal(3))],
        "status": frozenset("gfedcba"),
        "debt.invoice_date": datetime.date(2025, 10, 7),
        "closed.by": True,
    }
    assert json.loads(where_text(given(document)) or "") == {
        "total_remaining_capital_amount": 100.5,
        "_created": "Tue, 07 Oct 2025 07:41:01 GMT",
        "state": [1, [2, 3]],
        "status": list("abcdefg"),  # in the same order in every process
        "debt.invoice_date": "Tue, 07 Oct 2025 00:00:00 GMT",
        "closed.by": True,
    }


@pytest.mark.parametrize("operator", ["$gte", "$lt", "$ne"])
def test_a_dict_with_a_fraction_of_a_second_that_would_match_something_else_is_refused(operator: str) -> None:
    moment = datetime.datetime(2025, 10, 7, 7, 41, 1, 500_000, tzinfo=datetime.UTC)
    whole: list[Any] = [{"_created": {"$in": [moment]}}, {"_created": moment}, {"_created": {operator: moment}}]
    for document in whole:
        with pytest.raises(InvalidInputError, match="the API has whole seconds only"):
            where_text(Condition(document))
    with pytest.raises(InvalidInputError, match="the API has whole seconds only"):
        where_text({"_created": moment})
    for other in ("$gt", "$lte"):  # which mean the same of the whole second
        of_the_second = Condition({"_created": {other: moment.replace(microsecond=0)}})
        assert Condition({"_created": {other: moment}}) == of_the_second


def test_no_condition_is_no_text() -> None:
    assert where_text(None) is None


@pytest.mark.parametrize("wrong", ["state == 'invoice'", 5, False, [A]])
def test_anything_else_as_where_says_what_it_takes(wrong: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"where= must be a condition such as where.state == 'invoice', or a dict, not"):
        where_text(wrong)
