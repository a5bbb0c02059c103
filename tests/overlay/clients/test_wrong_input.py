"""Wrong input of any kind is one error, before anything is sent, so that a batch goes on with its next row."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from amili import AmiliError, InvalidInputError, Retry, where
from hypothesis import event, given
from hypothesis import strategies as st

from tests.overlay.support import Clients
from tests.samples import CASE, invoice


class LikeATable:
    def to_dict(self) -> dict[str, Any]:
        return {}


NAIVE = datetime.datetime(2025, 10, 7, 12)
WRONG: dict[str, Callable[[Any], Any]] = {
    "an invoice of another type": lambda amili: amili.register("invoice"),
    "a property of another type": lambda amili: amili.register(invoice(creditor=5)),
    "a name that is no string": lambda amili: amili.register(invoice() | {5: "x"}),
    "a day without a time zone": lambda amili: amili.register(invoice(invoice_date=NAIVE)),
    "half of a character": lambda amili: amili.register(invoice(invoice_headline="\ud800")),
    "a table": lambda amili: amili.register(invoice(matrix=LikeATable())),
    "no case": lambda amili: amili.credit(None, 5),
    "a number of an invoice": lambda amili: amili.cancel("INV-2025-015"),
    "a float with a rounding error": lambda amili: amili.credit(CASE, 0.1 + 0.2),
    "a text as amount": lambda amili: amili.credit(CASE, "x"),
    "too many decimals": lambda amili: amili.credit(CASE, Decimal("0.001")),
    "too many digits": lambda amili: amili.credit(CASE, 10**5000),
    "a currency": lambda amili: amili.credit(CASE, 5, currency="EUR"),
    "a reference": lambda amili: amili.credit(CASE, 5, reference=7),
    "a deadline": lambda amili: amili.cancel(CASE, deadline="soon"),
    "a condition of another type": lambda amili: amili.cases("state"),
    "an operator where a case is meant": lambda amili: amili.case({"$or": [{"state": "invoice"}]}),
    "an operator in place of a value": lambda amili: amili.case({"debt.invoice_number": {"$ne": ""}}),
    "an operator in a list": lambda amili: amili.cases({"debt.invoice_number": {"$ne": ""}}),
    "a dict to credit": lambda amili: amili.credit({"debt.invoice_number": "1"}, 5),
    "a dict to cancel": lambda amili: amili.cancel({"$or": []}),
    "a dict to wait for": lambda amili: amili.wait_for({"_id": CASE}, "closed"),
    "a value without a form in JSON": lambda amili: amili.cases({"state": object()}),
    "not a number": lambda amili: amili.cases({"state": float("nan")}),
    "a moment without a time zone": lambda amili: amili.cases({"_created": NAIVE}),
    "a moment without a time zone, compared": lambda amili: amili.cases(where.created > NAIVE),
    "a value of another type, compared": lambda amili: amili.case(where.state == 5),
    "a page size": lambda amili: amili.cases(page_size="9"),
    "a sort": lambda amili: amili.cases(sort="no name"),
    "a projection": lambda amili: amili.cases(projection="state"),
    "a state to wait for": lambda amili: amili.wait_for(CASE, 5),
    "nothing to resolve": lambda amili: amili.resolve("x"),
    "retries": lambda _: Retry(attempts=0),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_wrong_input_of_any_kind_is_one_error_and_nothing_is_sent(clients: Clients, call: Callable[[Any], Any]) -> None:
    amili = clients.answering(lambda _: pytest.fail("something was sent"))
    with pytest.raises(InvalidInputError) as caught:
        call(amili)
    assert isinstance(caught.value, AmiliError)
    assert isinstance(caught.value, ValueError)


NUMBERS: st.SearchStrategy[Any] = st.booleans() | st.integers() | st.floats() | st.decimals()
OTHERS: st.SearchStrategy[Any] = st.none() | st.text(max_size=5) | st.binary(max_size=2) | st.dates() | st.datetimes()
VALUES = st.recursive(
    NUMBERS | OTHERS | st.builds(LikeATable),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=2),
    max_leaves=4,
)


@given(name=st.sampled_from(sorted(invoice())), inner=st.none() | st.sampled_from(["address", "id_number", "x"]), value=VALUES)
def test_any_value_anywhere_is_sent_or_refused_as_wrong_input(name: str, inner: str | None, value: Any) -> None:
    from amili._core.operations import registration_request

    document = invoice()
    place = document["customer"] if inner else document
    place[inner or name] = value
    try:
        assert registration_request(document)[0].body is not None
    except InvalidInputError:
        event("refused")
