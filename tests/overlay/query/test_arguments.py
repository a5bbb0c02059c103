"""The names in `where=` (as a dict), `sort=` and `projection=` are held against the contract: the API ignores unknown ones."""

from collections.abc import Callable
from typing import Any

import pytest
from amili import InvalidInputError, where
from amili._query import projection_names, sort_text, where_text

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


@pytest.mark.parametrize("operator", ["$and", "$or", "$nor"])
def test_a_condition_inside_of_others_is_held_against_the_contract(operator: str) -> None:
    with pytest.raises(InvalidInputError, match="write '_created'"):
        where_text({operator: [{"state": "invoice"}, {"$or": ({"created": 1},)}]})
    assert where_text({operator: [{"state": "invoice"}, {"closed": {"$not": {"$exists": True}}}]})


def test_what_is_no_name_in_a_condition_is_left_to_the_api() -> None:
    documents: list[dict[str, Any]] = [{"$and": "x"}, {"$or": ["x"]}, {"$where": "1"}, {"$nor": []}]
    for document in documents:
        assert where_text(document)
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
