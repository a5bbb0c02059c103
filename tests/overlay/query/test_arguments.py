"""The names in `where=` (as a dict), `sort=` and `projection=` are held against the contract: the API ignores unknown ones."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from amili import Condition, InvalidInputError, where
from amili._query import canonical_json, projection_names, sort_text, where_text

from tests.overlay.support import Clients

FIRST: dict[str, Callable[[str], Any]] = {
    "where": lambda name: where_text({name: 1}),
    "sort": sort_text,
    "projection": lambda name: projection_names([name]),
}


@pytest.mark.parametrize("argument", FIRST)
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("created", "; write '_created'"),
        ("id", "; write '_id'"),
        ("invoice_number", "; write 'debt.invoice_number'"),
        ("transactions.type_", "; write 'transactions.type'"),
        ("transactions.0.type_", "; write 'transactions.type'"),
        ("invoice_numbr", "; did you mean 'debt.invoice_number'?"),
        ("debt.invoice_numer", "; did you mean 'debt.invoice_number'?"),
        ("stat", "; did you mean 'state'?"),
        ("customer.name", "; did you mean 'customer_name'?"),
        ("colour", ""),
    ],
)
def test_a_name_that_the_contract_does_not_list_is_refused_with_the_name_to_write(argument: str, name: str, hint: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        FIRST[argument](name)
    escape = f"; to use it all the same write where.field({name!r})"
    assert str(caught.value) == f"{argument}: {name!r} is not a property of a case in the contract{hint}{escape}"


@pytest.mark.parametrize("argument", FIRST)
@pytest.mark.parametrize("name", ["_id", "state", "debt", "debt.invoice_number", "transactions.0.amount", "closed", "closed.by"])
def test_a_name_of_the_contract_is_taken_and_one_below_an_object_that_it_does_not_describe(argument: str, name: str) -> None:
    assert name in FIRST[argument](name)


def test_a_descending_sort_is_told_with_its_minus() -> None:
    with pytest.raises(InvalidInputError, match=r"^sort: '-created' is not a property .*; write '-_created';"):
        sort_text("state,-created")
    with pytest.raises(InvalidInputError, match=r"did you mean '-debt\.invoice_number'\?"):
        sort_text("-invoice_numbr")


def test_fields_are_names_too_whatever_the_contract_lists() -> None:
    fields = [where.debt, where.debt.invoice_number, "state", where.field("colour.of")]
    expected = {"debt": 1, "debt.invoice_number": 1, "state": 1, "colour.of": 1}
    for projection in (fields, tuple(fields), iter(fields)):
        assert projection_names(projection) == expected  # type: ignore[arg-type]
    assert projection_names({"transactions": 0, "closed": True}) == {"transactions": 0, "closed": True}
    assert projection_names(None) is None


@pytest.mark.parametrize(
    ("projection", "says"),
    [
        ("state", "must be a list of names"),
        (5, "must be a list of names"),
        (where.state, "must be a list of names"),
        ([], "names no property"),
        ({}, "names no property"),
        ([5], "must hold names or fields of where, not int"),
        ([where.state == "invoice"], "must hold names or fields of where, not Condition"),
        ([where], "must hold names or fields of where, not Where"),
        ({5: 1}, "must hold names or fields of where, not int"),
    ],
)
def test_a_projection_of_another_form_is_refused(projection: Any, says: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^projection= {says}"):
        projection_names(projection)


@pytest.mark.parametrize(
    "document",
    [
        {"$or": [{"state": "invoice"}]},
        {"$where": "1"},
        {"state": "invoice", "$nor": []},
        {"debt.invoice_number": {"$ne": ""}},
        {"debt.invoice_number": {"$in": ["1"]}},
        {"debt": {"invoice_number": {"$gt": ""}}},
        {"state_history": [{"state": {"$gt": ""}}]},
        {"state_history": ({"$gt": ""},)},
    ],
)
def test_a_dict_with_an_operator_may_be_from_a_stranger_and_is_no_condition(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=r"no operators, .* write where\.state != 'closed', or Condition\(\{\.\.\.\}\)"):
        where_text(document)
    assert where_text(Condition(document)) == canonical_json(document)


def test_a_dict_with_operators_that_is_the_callers_own_has_its_dates_and_amounts_converted() -> None:
    since, least = datetime(2025, 10, 7, 12, tzinfo=UTC), Decimal("0.50")
    own = Condition({"_created": {"$gte": since}, "total_remaining_capital_amount": {"$gt": least}})
    assert own == (
        Condition({"_created": {"$gte": "Tue, 07 Oct 2025 12:00:00 GMT"}, "total_remaining_capital_amount": {"$gt": 0.5}})
    )
    assert own & (where.state == "invoice") == Condition({"$and": [own.document, {"state": "invoice"}]})
    with pytest.raises(InvalidInputError, match="no form in JSON"):
        where_text(Condition({"state": object()}))


def test_a_plain_value_may_be_a_document_and_what_is_no_name_is_refused() -> None:
    assert where_text({"closed": {"reason": "paid"}, "state": None}) == '{"closed":{"reason":"paid"},"state":null}'
    with pytest.raises(InvalidInputError, match="where: '…' is not a property"):
        where_text({5: 1})  # type: ignore[dict-item]
    with pytest.raises(InvalidInputError) as caught:
        where_text({"19900101-0017": 1})
    assert "1990" not in str(caught.value)


def test_an_unknown_name_is_sent_if_it_is_wanted() -> None:
    assert where_text(where.field("colour") == 1) == '{"colour":1}'


@pytest.mark.parametrize(
    "wrong", [{"where": {"created": 1}}, {"sort": "-created"}, {"projection": ["created"]}, {"projection": {"created": 1}}]
)
def test_nothing_is_sent_for_a_wrong_name(clients: Clients, wrong: dict[str, Any]) -> None:
    amili = clients.answering(lambda _: pytest.fail("something was sent"))
    with pytest.raises(InvalidInputError, match=r"write '-?_created'"):
        amili.cases(**wrong)
    if "where" in wrong:
        with pytest.raises(InvalidInputError, match="write '_created'"):
            amili.case(wrong["where"])
